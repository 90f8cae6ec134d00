#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "cli/daemon_call.hpp"
#include "cli/status_document.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Duration patience = 20s;

constexpr Words devices_line{"{0} devices: {1}", "{0} perangkat: {1}"};
constexpr Words polls_line{"{0} polls since the start {1} ago; {2} failed, {3} late, {4} left out",
                           "{0} polling sejak mulai {1} lalu; {2} gagal, {3} terlambat, {4} "
                           "dilewati"};
constexpr Words not_ready{"not every device was visited yet since pantaud started: figures grow",
                          "belum semua perangkat dikunjungi sejak pantaud mulai: angkanya masih "
                          "bertambah"};
constexpr Words reload_failed{
    "the last reload was refused ({0} ago): an older configuration is in force; see 'pantau config "
    "check'",
    "pembacaan ulang terakhir ditolak ({0} lalu): konfigurasi lama yang berlaku; lihat 'pantau "
    "config check'"};
constexpr Words dark_hint{"{0} without any working access point; see 'pantau list --state down'",
                          "{0} tanpa satu pun titik akses yang hidup; lihat 'pantau list --state "
                          "mati'"};
constexpr Words no_area{"(no area)", "(tanpa wilayah)"};

std::string upper(std::string_view word) {
    std::string text(word);
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

double seconds_between(std::string_view from, std::string_view to) {
    const auto a = time_of(from);
    const auto b = time_of(to);
    return a && b ? std::chrono::duration<double>(*b - *a).count() : 0;
}

Listing areas_of(const json::value& status, const Invocation& call) {
    using Align = TablePrinter::Align;
    const json::array& hierarchy = status.at("hierarchy").as_array();
    const auto level = [&hierarchy](std::size_t i, std::string_view otherwise) {
        if (hierarchy.empty()) return std::string(otherwise);
        return std::string(hierarchy[std::min(i, hierarchy.size() - 1)].as_string());
    };
    const auto head = [&call](const Words& words) { return call.say(words); };
    const auto number = [](std::string key, std::string header, bool is_left_out = false) {
        return Listing::Column{.key = std::move(key),
                               .header = std::move(header),
                               .align = Align::right,
                               .is_left_out_when_empty = is_left_out};
    };
    Listing listing({{.key = "area", .header = upper(level(0, "area"))},
                     number("sites", upper(level(hierarchy.size(), "site"))),
                     number("ok", head({"OK", "NORMAL"})),
                     number("degraded", head({"PARTLY", "SEBAGIAN"})),
                     number("dark", head({"DARK", "GELAP"})),
                     number("unknown", head({"UNKNOWN", "BELUM DIKETAHUI"}), true),
                     number("access_points", head({"AP", "AP"})),
                     number("up", head({"UP", "HIDUP"})),
                     number("clients", head({"CLIENTS", "PENGGUNA"}))});
    for (const json::value& area : status.at("areas").as_array()) {
        const json::value& sites = area.at("sites");
        const auto cell = [&call](const json::value& of, std::string_view key) -> Listing::Cell {
            const std::uint64_t count = count_in(of, key);
            return {std::to_string(count), shown_count(count, call.language)};
        };
        const auto name = std::string(area.at("name").as_string());
        Listing::Cell clients{""};
        if (!area.at("clients").is_null()) clients = cell(area, "clients");
        Listing::Cell unknown = cell(sites, "unknown");
        if (unknown.value == "0") unknown.shown = "";
        Listing::Cell dark = cell(sites, "dark");
        if (dark.value != "0") dark.tint = Tint::bad;
        Listing::Cell partly = cell(sites, "degraded");
        if (partly.value != "0") partly.tint = Tint::warn;
        listing.add({{name, name.empty() ? call.say(no_area) : name},
                     cell(sites, "total"),
                     cell(sites, "ok"),
                     partly,
                     dark,
                     unknown,
                     cell(area, "access_points"),
                     cell(area, "up"),
                     clients});
    }
    return listing;
}

std::string summary_of(const json::value& status, const Invocation& call) {
    const auto shown = [&call](std::uint64_t count) { return shown_count(count, call.language); };
    const json::value& polls = status.at("polls");
    const double running =
        seconds_between(status.at("started").as_string(), status.at("time").as_string());
    std::string text = call.say(devices_line, shown(count_in(status, "devices")),
                                states_in(status, call.language, call.console.color_out)) +
                       '\n';
    text += call.say(polls_line, shown(count_in(polls, "total")),
                     shown_span(running, call.language), shown(failures_in(status)),
                     shown(count_in(polls, "late")), shown(count_in(polls, "shed"))) +
            '\n';
    return text;
}

/// What deserves a look, on stderr.
void tell_warnings(const json::value& status, const Invocation& call) {
    if (!status.at("ready").as_bool()) call.tell(not_ready);
    const json::value& reload = status.at("last_reload");
    if (reload.at("ok").is_bool() && !reload.at("ok").as_bool()) {
        const double age =
            reload.at("time").is_string()
                ? seconds_between(reload.at("time").as_string(), status.at("time").as_string())
                : 0;
        call.tell(reload_failed, shown_span(age, call.language));
    }
}

std::string dark_line(const json::value& status, const Invocation& call) {
    std::uint64_t dark = 0;
    for (const json::value& area : status.at("areas").as_array())
        dark += count_in(area.at("sites"), "dark");
    const json::array& hierarchy = status.at("hierarchy").as_array();
    if (dark == 0 || hierarchy.empty()) return {};
    const std::string site = upper(hierarchy.back().as_string());
    return call.say(dark_hint, shown_count(dark, call.language) + ' ' + site) + '\n';
}

int run(const Invocation& call) {
    const auto answer = ask_daemon(call, "GET", "status", patience);
    if (!answer) return answer.error();
    const json::value status = json::parse(answer->body);
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, answer->body);
    } else {
        const Listing areas = areas_of(status, call);
        const bool is_for_people = call.format == Format::table || call.format == Format::wide;
        if (areas.size() != 0 || !is_for_people) areas.print(call);
        if (is_for_people)
            call.console.out((areas.size() != 0 ? "\n" : "") + summary_of(status, call) +
                             dark_line(status, call));
    }
    tell_warnings(status, call);
    return exit_ok;
}

constexpr auto examples =
    std::to_array<std::string_view>({"pantau status", "pantau status -o json | jq .health"});

}  // namespace

const Verb& status_verb() {
    static const Verb verb{
        .name = "status",
        .operands = "",
        .help = {"the city in one table: areas, access points, people, and how polling goes",
                 "seluruh kota dalam satu tabel: wilayah, titik akses, pengguna, polling"},
        .more = {"A site (the innermost level, such as an RW) is OK when all its access points are "
                 "up, PARTLY when some work, DARK when none does.",
                 "Sebuah tempat (tingkat terdalam, misalnya RW) NORMAL bila semua titik aksesnya "
                 "hidup, SEBAGIAN bila hanya sebagian, GELAP bila tidak satu pun."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
