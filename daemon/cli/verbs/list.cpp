#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/edit_distance.hpp"
#include "base/mac_address.hpp"
#include "cli/daemon_call.hpp"
#include "cli/words.hpp"
#include "control/client.hpp"
#include "model/device.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// 100,000 devices are some 40 MB of text.
constexpr Duration patience = 60s;

constexpr Words nothing_matches{"no device is like that", "tidak ada perangkat yang seperti itu"};
constexpr Words all_assigned{"every access point that controllers list is in the inventory",
                             "semua titik akses yang didaftar pengendali sudah ada di inventaris"};
constexpr Words not_without_unassigned{"--controller goes with --unassigned",
                                       "--controller dipakai bersama --unassigned"};
constexpr Words unknown_state{"there is no state '{0}'; there are {1}",
                              "tidak ada keadaan '{0}'; yang ada {1}"};
constexpr Words bad_area{"--area needs LEVEL=NAME, for example kelurahan=Sumbersari, not '{0}'",
                         "--area perlu TINGKAT=NAMA, misalnya kelurahan=Sumbersari, bukan '{0}'"};
constexpr Words ago{"{0} ago", "{0} lalu"};
constexpr Words never{"never", "belum pernah"};

constexpr std::array all_states{HealthState::up,          HealthState::degraded,
                                HealthState::down,        HealthState::unreachable,
                                HealthState::maintenance, HealthState::unknown};

HealthState state_of(const Invocation& call, std::string_view word) {
    if (const auto state = health_named(word)) return *state;
    std::vector<std::string_view> known;
    std::string shown;
    for (const HealthState state : all_states) {
        known.push_back(words_of(state).in(call.language));
        shown += (shown.empty() ? "" : ", ") + std::string(known.back());
    }
    std::string words = call.say(unknown_state, word, shown);
    if (const auto meant = did_you_mean(word, known))
        words = call.say(text::perhaps, words, *meant);
    throw UsageError(words);
}

/// The query of the control socket for --state and --area.
std::string query_of(const Invocation& call) {
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
        query += query.empty() ? '?' : '&';
        query += control::percent_encoded(name) + '=' + control::percent_encoded(value);
    };
    std::string states;
    for (const std::string& list : call.arguments.texts("state")) {
        std::string_view rest = list;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            states += (states.empty() ? "" : ",") +
                      std::string(name_of(state_of(call, rest.substr(0, end))));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    if (!states.empty()) add("state", states);
    for (const std::string& area : call.arguments.texts("area")) {
        const std::size_t sign = area.find('=');
        if (sign == std::string::npos || sign == 0) throw UsageError(call.say(bad_area, area));
        add(area.substr(0, sign), area.substr(sign + 1));
    }
    if (const auto controller = call.arguments.text("controller")) add("controller", *controller);
    return query;
}

/// A member as text; empty for null and for what is not there.
std::string text_of(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    return json::serialize(*value);
}

Listing::Cell health_cell(const json::object& device, std::string_view key, Language language) {
    const std::string word = text_of(device, key);
    for (const HealthState state : all_states) {
        if (name_of(state) == word)
            return {word, std::string(words_of(state).in(language)), tint_of(state)};
    }
    return {word};
}

Listing::Cell reason_cell(const json::object& device, Language language) {
    const std::string word = text_of(device, "reason");
    const auto reason = reason_named(word);
    if (!reason) return {word};
    return {word, std::string(words_of(*reason).in(language))};
}

Listing::Cell answered_cell(const json::object& device, const Invocation& call) {
    const std::string stamp = text_of(device, "last_success");
    const auto time = time_of(stamp);
    if (!time) return {stamp, call.say(never)};
    const auto age = std::chrono::system_clock::now() - *time;
    return {stamp,
            call.say(ago, shown_span(std::chrono::duration<double>(age).count(), call.language))};
}

Listing listing_of(const json::array& devices, const Invocation& call) {
    using Align = TablePrinter::Align;
    const auto head = [&call](const Words& words) { return call.say(words); };
    std::vector<Listing::Column> columns{
        {.key = "id", .header = head({"NAME", "NAMA"})},
        {.key = "health", .header = head({"HEALTH", "KEADAAN"})},
        {.key = "reason", .header = head({"REASON", "SEBAB"}), .is_left_out_when_empty = true},
        {.key = "clients", .header = head({"CLIENTS", "PENGGUNA"}), .align = Align::right},
        {.key = "model", .header = head({"MODEL", "MODEL"}), .width_most = 20},
        {.key = "firmware", .header = head({"FIRMWARE", "FIRMWARE"}), .is_wide_only = true},
        {.key = "vendor", .header = head({"VENDOR", "MEREK"}), .is_wide_only = true},
        {.key = "profile", .header = head({"PROFILE", "PROFIL"}), .is_wide_only = true},
        {.key = "role", .header = head({"ROLE", "PERAN"}), .is_wide_only = true},
        {.key = "address", .header = head({"ADDRESS", "ALAMAT"}), .is_wide_only = true},
        {.key = "port",
         .header = head({"PORT", "PORT"}),
         .align = Align::right,
         .is_wide_only = true},
        {.key = "reboots",
         .header = head({"REBOOTS", "RESTART"}),
         .align = Align::right,
         .is_wide_only = true},
        {.key = "last_success", .header = head({"ANSWERED", "MENJAWAB"}), .is_wide_only = true}};
    for (const auto& [level, value] : devices.front().at("area").as_object()) {
        std::string header(level);
        std::ranges::transform(header, header.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        columns.push_back({.key = level, .header = header, .is_wide_only = true});
    }
    columns.push_back({.key = "controller",
                       .header = head({"CONTROLLER", "PENGENDALI"}),
                       .is_wide_only = true,
                       .is_left_out_when_empty = true});
    Listing listing(std::move(columns));
    for (const json::value& each : devices) {
        const json::object& device = each.as_object();
        std::vector<Listing::Cell> row{{text_of(device, "id")},
                                       health_cell(device, "health", call.language),
                                       reason_cell(device, call.language),
                                       {text_of(device, "clients")},
                                       {text_of(device, "model")},
                                       {text_of(device, "firmware")},
                                       {text_of(device, "vendor")},
                                       {text_of(device, "profile")},
                                       {text_of(device, "role")},
                                       {text_of(device, "address")},
                                       {text_of(device, "port")},
                                       {text_of(device, "reboots")},
                                       answered_cell(device, call)};
        for (const auto& [level, value] : device.at("area").as_object())
            row.push_back({std::string(value.as_string())});
        row.push_back({text_of(device, "controller")});
        listing.add(std::move(row));
    }
    return listing;
}

/// What a line of the inventory could be called: as the controller calls it, else by what tells it
/// apart.
Listing::Cell name_cell(const json::object& listed) {
    const std::string name = text_of(listed, "name");
    std::string id = mac_address(name) ? "" : as_device_id(name);
    for (const char* const key : {"mac", "serial", "id"}) {
        if (!id.empty()) break;
        const std::string label = as_device_id(text_of(listed, key));
        if (!label.empty()) id = "ap-" + label;
    }
    if (id != name) std::erase(id, ':');
    return {id, name.empty() ? id : name};
}

/// The columns of a table of the inventory come first; what behind them begins with "seen_" is not
/// read there.
Listing unassigned_of(const json::array& all, const Invocation& call) {
    const auto head = [&call](const Words& words) { return call.say(words); };
    std::vector<Listing::Column> columns{{.key = "name", .header = head({"NAME", "NAMA"})}};
    for (const auto& [level, value] : all.front().at("area").as_object())
        columns.push_back({.key = level, .header = level, .is_left_out_when_empty = true});
    columns.insert(columns.end(),
                   {{.key = "mac", .header = head({"MAC", "MAC"}), .is_left_out_when_empty = true},
                    {.key = "serial",
                     .header = head({"SERIAL", "NOMOR SERI"}),
                     .is_left_out_when_empty = true},
                    {.key = "controller", .header = head({"CONTROLLER", "PENGENDALI"})},
                    {.key = "seen_state", .header = head({"STATE", "KEADAAN"})},
                    {.key = "seen_model",
                     .header = head({"MODEL", "MODEL"}),
                     .is_left_out_when_empty = true,
                     .width_most = 20},
                    {.key = "seen_address",
                     .header = head({"ADDRESS", "ALAMAT"}),
                     .is_left_out_when_empty = true}});
    Listing listing(std::move(columns));
    for (const json::value& each : all) {
        const json::object& listed = each.as_object();
        std::vector<Listing::Cell> row{name_cell(listed)};
        for (std::size_t i = 0; i < listed.at("area").as_object().size(); ++i)
            row.push_back({""});
        for (const char* const key : {"mac", "serial", "controller"})
            row.push_back({text_of(listed, key)});
        row.push_back(health_cell(listed, "state", call.language));
        for (const char* const key : {"model", "address"})
            row.push_back({text_of(listed, key)});
        listing.add(std::move(row));
    }
    return listing;
}

int run(const Invocation& call) {
    const bool is_unassigned = call.arguments.has("unassigned");
    if (!is_unassigned && call.arguments.has("controller"))
        throw UsageError(call.say(not_without_unassigned));
    const std::string what = is_unassigned ? "unassigned" : "devices";
    const auto answer = ask_daemon(call, "GET", what + query_of(call), patience);
    if (!answer) return answer.error();
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, answer->body);
        return exit_ok;
    }
    const json::value document = json::parse(answer->body);
    if (document.as_array().empty()) {
        const bool is_whole = query_of(call).empty();
        call.tell(is_unassigned && is_whole ? all_assigned : nothing_matches);
        return exit_ok;
    }
    if (is_unassigned) {
        unassigned_of(document.as_array(), call).print(call);
        return exit_ok;
    }
    listing_of(document.as_array(), call).print(call);
    return exit_ok;
}

constexpr auto state_words = std::to_array<std::string_view>(
    {"up", "degraded", "down", "unreachable", "maintenance", "unknown"});

constexpr auto options = std::to_array<Option>({
    {.name = "state",
     .letter = 0,
     .value = "STATES",
     .help = {"only devices in one of these states, separated by commas: up, degraded, down, "
              "unreachable, maintenance, unknown",
              "hanya perangkat dalam keadaan ini, dipisahkan koma: hidup, terganggu, mati, "
              "tak-terjangkau, perawatan, belum-diketahui (atau kata Inggrisnya)"},
     .suggestions = state_words,
     .is_repeatable = true},
    {.name = "area",
     .letter = 0,
     .value = "LEVEL=NAME",
     .help = {"only devices of this area, for example kelurahan=Sumbersari; can be given several "
              "times: of one level any of the names, of several levels all of them",
              "hanya perangkat di wilayah ini, misalnya kelurahan=Sumbersari; boleh berkali-kali: "
              "pada satu tingkat salah satu nama cukup, antar tingkat semua harus cocok"},
     .is_repeatable = true},
    {.name = "unassigned",
     .letter = 0,
     .value = "",
     .help = {"instead of the devices: access points that controllers list and the inventory does "
              "not know; as csv they are lines of an inventory, but for their areas",
              "bukan perangkat, melainkan titik akses yang didaftar pengendali tetapi belum ada di "
              "inventaris; sebagai csv siap menjadi baris inventaris, tinggal wilayahnya"}},
    {.name = "controller",
     .letter = 0,
     .value = "NAME",
     .help = {"with --unassigned: those of this controller alone",
              "bersama --unassigned: hanya milik pengendali ini"}},
});

constexpr auto examples = std::to_array<std::string_view>({
    "pantau list --state down,degraded",
    "pantau list --area kelurahan=Sumbersari --area rw=08 -o wide",
    "pantau list -o csv > devices.csv",
    "pantau list --unassigned --controller wlc-1 -o csv > inventory/new.csv",
});

}  // namespace

const Verb& list_verb() {
    static const Verb verb{
        .name = "list",
        .operands = "",
        .help = {"the devices and how they are, as the running pantaud knows them",
                 "daftar perangkat dan keadaannya, menurut pantaud yang berjalan"},
        .more = {"", ""},
        .options = options,
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
