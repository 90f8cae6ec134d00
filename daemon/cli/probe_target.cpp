#include "cli/probe_target.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "base/edit_distance.hpp"
#include "cli/configuration.hpp"
#include "cli/profiles.hpp"
#include "collectors/icmp/settings.hpp"
#include "collectors/registry.hpp"
#include "config/credentials.hpp"

namespace pantau::cli {
namespace {

using namespace std::chrono_literals;

constexpr Words no_target{"name a device, an address, or a recording with --recording",
                          "sebutkan perangkat, alamat, atau rekaman dengan --recording"};
constexpr Words target_and_recording{"either a device or --recording, not both",
                                     "sebuah perangkat atau --recording, jangan keduanya"};
constexpr Words needs_user{"--{0} needs --user NAME", "--{0} butuh --user NAMA"};
constexpr Words version_of_user{"--user is SNMPv3, --snmp-version says {0}",
                                "--user itu SNMPv3, sedangkan --snmp-version bilang {0}"};
constexpr Words version_3_needs_user{
    "SNMPv3 knows no community: give --user NAME, --auth-file FILE and --priv-file FILE",
    "SNMPv3 tidak memakai community: berikan --user NAMA, --auth-file BERKAS dan --priv-file "
    "BERKAS"};
constexpr Words needs_file{"--{0}-protocol needs --{0}-file FILE, which holds the password",
                           "--{0}-protocol butuh --{0}-file BERKAS yang berisi kata sandinya"};
constexpr Words priv_needs_auth{
    "SNMPv3 encrypts only what is signed: --priv-file needs --auth-file FILE",
    "SNMPv3 hanya menyandikan pesan yang ditandatangani: --priv-file butuh --auth-file BERKAS"};
constexpr Words unknown_protocol{"--{0}: there is no protocol '{1}'",
                                 "--{0}: protokol '{1}' tidak ada"};
constexpr Words bad_name{"--{0} is 1 to 32 octets without control characters",
                         "--{0} harus 1 sampai 32 oktet tanpa karakter kendali"};
constexpr Words bad_password_file{"cannot read the password from {0}: {1}",
                                  "kata sandi tidak bisa dibaca dari {0}: {1}"};
constexpr Words short_password{"it is shorter than 8 octets, which SNMPv3 does not allow",
                               "panjangnya kurang dari 8 oktet; SNMPv3 tidak mengizinkannya"};
constexpr Words no_credential{
    "'{0}' is in no inventory ({1}), so say how to speak to it: --credential NAME (from the "
    "configuration), --community-file FILE, --community WORD, --user NAME, or --no-snmp",
    "'{0}' tidak ada dalam inventaris ({1}), jadi sebutkan cara bicaranya: --credential NAMA (dari "
    "konfigurasi), --community-file BERKAS, --community KATA, --user NAMA, atau --no-snmp"};
constexpr Words no_snmp_credential{
    "'{0}' is in no inventory ({1}), so say how to speak to it: --credential NAME (from the "
    "configuration), --community-file FILE, --community WORD, or --user NAME",
    "'{0}' tidak ada dalam inventaris ({1}), jadi sebutkan cara bicaranya: --credential NAMA (dari "
    "konfigurasi), --community-file BERKAS, --community KATA, atau --user NAMA"};
constexpr Words speaks_no_snmp{
    "the inventory has no SNMP credential for '{0}'; give one with --credential NAME",
    "inventaris tidak punya kredensial SNMP untuk '{0}'; berikan dengan --credential NAMA"};
constexpr Words unknown_device{"there is no device '{0}' in the inventory of {1}",
                               "tidak ada perangkat '{0}' dalam inventaris {1}"};
constexpr Words no_configuration{"there is no {0}", "{0} tidak ada"};
constexpr Words one_credential{
    "give one of --credential, --community, --community-file and --user",
    "pilih salah satu dari --credential, --community, --community-file dan --user"};
constexpr Words credential_and_version{
    "--snmp-version belongs to --community or --community-file; a credential has its own",
    "--snmp-version untuk --community atau --community-file; kredensial punya versinya sendiri"};
constexpr Words unknown_credential{"{1} has no credential '{0}'",
                                   "{1} tidak punya kredensial '{0}'"};
constexpr Words known_are{"{0}; there are: {1}", "{0}; yang ada: {1}"};
constexpr Words bad_file{"cannot read the community from {0}: {1}",
                         "community tidak bisa dibaca dari {0}: {1}"};
constexpr Words file_is_empty{"it is empty", "berkasnya kosong"};
constexpr Words file_has_lines{"it must hold the secret on one line, and nothing else",
                               "isinya harus rahasia itu saja dalam satu baris"};
constexpr Words empty_community{"the community is empty", "community-nya kosong"};
constexpr Words unknown_profile{"there is no profile '{0}'", "tidak ada profil '{0}'"};
constexpr Words bad_url{"--http-url: {0}", "--http-url: {0}"};
constexpr Words bad_timeout{"--timeout is from 10ms to 60s", "--timeout dari 10ms sampai 60s"};
constexpr Words has_no_address{
    "{0} has no address: only its controller tells of it. Probe the controller; 'pantau list -o "
    "wide' "
    "names it",
    "{0} tidak punya alamat: hanya pengendalinya yang tahu. Periksa pengendalinya; 'pantau list -o "
    "wide' menyebutnya"};
constexpr Words nothing_to_ask{
    "nothing to ask: with --no-snmp give --http-url URL or --icmp",
    "tidak ada yang ditanyakan: dengan --no-snmp berikan --http-url URL atau --icmp"};
constexpr Words icmp_and_no_icmp{"either --icmp or --no-icmp, not both",
                                 "--icmp atau --no-icmp, jangan keduanya"};

/// What makes no sense without --user.
constexpr auto v3_options = std::to_array<std::string_view>(
    {"auth-protocol", "auth-file", "priv-protocol", "priv-file", "context"});

bool is_address(std::string target) {
    target = target.substr(0, target.find('%'));  // the interface of a link-local address
    in6_addr buffer{};
    return ::inet_pton(AF_INET, target.c_str(), &buffer) == 1 ||
           ::inet_pton(AF_INET6, target.c_str(), &buffer) == 1;
}

bool is_there(const std::string& path) {
    return ::access(path.c_str(), R_OK) == 0;
}

/// "[2001:db8::1]" is meant as 2001:db8::1.
std::string without_brackets(std::string target) {
    if (target.size() > 2 && target.front() == '[' && target.back() == ']')
        return target.substr(1, target.size() - 2);
    return target;
}

/// A secret from a file or a pipe: its only line. `bad` says what could not be read.
Secret secret_in(const Invocation& call, const std::string& path, const Words& bad) {
    constexpr std::streamsize most = 4096;
    std::ifstream in(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(most), '\0');
    in.read(text.data(), most);
    const auto refuse = [&](const std::string& why) { throw UsageError(call.say(bad, path, why)); };
    if (!in.is_open() || in.bad()) refuse(std::generic_category().message(errno));
    text.resize(static_cast<std::size_t>(in.gcount()));
    text.erase(text.find_last_not_of("\r\n") + 1);
    if (text.empty()) refuse(call.say(file_is_empty));
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        refuse(call.say(file_has_lines));
    return Secret(std::move(text));
}

/// "did you mean" and all there are, behind the sentence that one of them is missing.
std::string with_known(const Invocation& call, std::string words, std::string_view word,
                       const std::vector<std::string_view>& known) {
    std::string all;
    for (const std::string_view each : known)
        all += (all.empty() ? "" : ", ") + std::string(each);
    if (!all.empty()) words = call.say(known_are, words, all);
    if (const auto meant = did_you_mean(word, known))
        words = call.say(text::perhaps, words, "'" + *meant + "'");
    return words;
}

std::string v3_name(const Invocation& call, std::string_view option) {
    std::string name = call.arguments.text(option).value_or("");
    const bool has_control =
        std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    if (name.empty() || name.size() > config::name_bytes_most || has_control)
        throw UsageError(call.say(bad_name, option));
    return name;
}

/// "auth" or "priv": a protocol and the file with its password. A technician who names a weak
/// protocol means it: the device may know no other.
void read_v3_part(const Invocation& call, const std::string& part,
                  std::span<const config::ProtocolWord> words, std::string& protocol,
                  Secret& password) {
    const auto file = call.arguments.text(part + "-file");
    const auto word = call.arguments.text(part + "-protocol");
    if (!file) {
        if (word) throw UsageError(call.say(needs_file, part));
        return;
    }
    const config::ProtocolWord* const found =
        word ? config::find_protocol(words, *word) : &words.front();
    if (found == nullptr) {
        std::vector<std::string_view> known;
        for (const config::ProtocolWord& each : words)
            known.push_back(each.written);
        throw UsageError(
            with_known(call, call.say(unknown_protocol, part + "-protocol", *word), *word, known));
    }
    protocol = found->name;
    password = secret_in(call, *file, bad_password_file);
    if (password.reveal().size() < config::password_bytes_least)
        throw UsageError(call.say(bad_password_file, *file, call.say(short_password)));
}

/// The credential of --user and what belongs to it.
std::shared_ptr<const Credential> typed_user(const Invocation& call) {
    const Arguments& given = call.arguments;
    if (const auto version = given.text("snmp-version"); version && *version != "3")
        throw UsageError(call.say(version_of_user, *version));
    auto credential = std::make_shared<Credential>();
    credential->name = "--user";
    credential->version = Credential::Version::v3;
    credential->user = v3_name(call, "user");
    if (given.has("context")) credential->context = v3_name(call, "context");
    read_v3_part(call, "auth", config::auth_protocol_words(), credential->auth_protocol,
                 credential->auth_password);
    read_v3_part(call, "priv", config::priv_protocol_words(), credential->priv_protocol,
                 credential->priv_password);
    if (!credential->priv_protocol.empty() && credential->auth_protocol.empty())
        throw UsageError(call.say(priv_needs_auth));
    return credential;
}

/// The credential of --community, --community-file or --user; null when none is given.
std::shared_ptr<const Credential> typed_credential(const Invocation& call) {
    const Arguments& given = call.arguments;
    const int ways = given.has("credential") + given.has("community") +
                     given.has("community-file") + given.has("user");
    if (ways > 1) throw UsageError(call.say(one_credential));
    if (given.has("user")) return typed_user(call);
    for (const std::string_view option : v3_options)
        if (given.has(option)) throw UsageError(call.say(needs_user, option));
    if (given.text("snmp-version") == "3" && !given.has("credential"))
        throw UsageError(call.say(version_3_needs_user));
    const auto word = given.text("community");
    const auto file = given.text("community-file");
    if (given.has("snmp-version") && !word && !file)
        throw UsageError(call.say(credential_and_version));
    if (!word && !file) return nullptr;
    auto credential = std::make_shared<Credential>();
    credential->name = file ? "--community-file" : "--community";
    credential->version =
        given.text("snmp-version") == "1" ? Credential::Version::v1 : Credential::Version::v2c;
    credential->community = file ? secret_in(call, *file, bad_file) : Secret(*word);
    if (credential->community.empty()) throw UsageError(call.say(empty_community));
    return credential;
}

class Finder {
public:
    enum class Purpose : std::uint8_t { probe, walk };

    Finder(const Invocation& call, Purpose purpose)
        : call_(call), given_(call.arguments), purpose_(purpose) {}

    OrExit<ProbeTarget> find() {
        typed_ = typed_credential(call_);
        const auto word = given_.operand(0);
        const auto recording = given_.text("recording");
        if (word && recording) throw UsageError(call_.say(target_and_recording));
        if (!word && !recording) throw UsageError(call_.say(no_target));
        if (recording) return of_recording(*recording);
        return of_word(without_brackets(*word));
    }

private:
    OrExit<ProbeTarget> of_recording(const std::string& path) {
        if (given_.has("config"))
            if (const auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
        auto device = std::make_shared<Device>();
        const std::string file = path.substr(path.rfind('/') + 1);
        device->id = file.substr(0, file.rfind('.'));
        return finish(device, path);
    }

    OrExit<ProbeTarget> of_word(const std::string& word) {
        const bool says_how = typed_ != nullptr || given_.has("no-snmp");
        const bool is_needed = given_.has("config") || given_.has("credential");
        if (is_needed || (!says_how && is_there(configuration_path(call_)))) {
            if (const auto loaded = load(); !loaded) return tl::unexpected(loaded.error());
        } else if (!is_address(word)) {
            load_quietly();
        }
        auto device = std::make_shared<Device>();
        if (const auto known = in_inventory(word)) {
            *device = *known;
        } else {
            if (!says_how && !given_.has("credential")) throw_unknown_target(word);
            device->id = word;
            device->address = word;
            if (!is_address(word)) perhaps_ = near_name(word);
            if (loaded_) device->poll = loaded_->configuration.settings.poll;
        }
        lay_over(*device);
        return finish(device, "");
    }

    OrExit<void> load() {
        auto loaded = load_configuration(call_, configuration_path(call_));
        if (!loaded) return tl::unexpected(loaded.error());
        loaded_ = std::move(*loaded);
        return {};
    }

    /// A host name or a name of the inventory: the usual configuration tells, when there is one
    /// that can be read.
    void load_quietly() {
        config::Diagnostics diagnostics;
        if (is_there(configuration_path(call_)))
            loaded_ = load_all(configuration_path(call_), diagnostics);
    }

    /// By name, or by an address that one device alone has.
    std::shared_ptr<const Device> in_inventory(const std::string& word) const {
        if (!loaded_) return nullptr;
        const Inventory& inventory = *loaded_->configuration.inventory;
        if (auto device = inventory.find(word)) {
            if (device->address.empty()) throw UsageError(call_.say(has_no_address, word));
            return device;
        }
        if (std::ranges::count(inventory.devices, word, &Device::address) != 1) return nullptr;
        return *std::ranges::find(inventory.devices, word, &Device::address);
    }

    std::optional<std::string> near_name(const std::string& word) const {
        if (!loaded_) return std::nullopt;
        std::vector<std::string_view> names;
        for (const auto& device : loaded_->configuration.inventory->devices)
            names.emplace_back(device->id);
        return did_you_mean(word, names);
    }

    [[noreturn]] void throw_unknown_target(const std::string& word) const {
        const std::string path = configuration_path(call_);
        if (const auto meant = is_address(word) ? std::nullopt : near_name(word))
            throw UsageError(call_.say(text::perhaps, call_.say(unknown_device, word, path),
                                       "'" + *meant + "'"));
        throw UsageError(call_.say(purpose_ == Purpose::walk ? no_snmp_credential : no_credential,
                                   word, loaded_ ? path : call_.say(no_configuration, path)));
    }

    /// What the command line says about the device, over what the inventory says.
    void lay_over(Device& device) const {
        if (const auto port = given_.integer("port", 1, 65535))
            device.port = static_cast<std::uint16_t>(*port);
        if (const auto timeout = given_.duration("timeout")) {
            if (*timeout < 10ms || *timeout > 60s) throw UsageError(call_.say(bad_timeout));
            device.poll.timeout = *timeout;
        }
        if (const auto retries = given_.integer("retries", 0, 10))
            device.poll.retries = static_cast<unsigned>(*retries);
        if (const auto profile = given_.text("profile")) device.profile = *profile;
        if (typed_ != nullptr) device.credentials = {typed_};
        if (given_.has("credential")) device.credentials = named_credentials();
        if (given_.has("no-snmp")) device.credentials.clear();
        if (purpose_ == Purpose::walk && device.credentials.empty())
            throw UsageError(call_.say(speaks_no_snmp, device.id));
        lay_over_collectors(device);
        if (device.credentials.empty() && device.collectors.empty())
            throw UsageError(call_.say(nothing_to_ask));
    }

    void lay_over_collectors(Device& device) const {
        lay_over_icmp(device);
        if (given_.has("no-citizen")) device.collectors.erase("citizen");
        if (given_.has("no-http")) device.collectors.erase("http");
        const auto url = given_.text("http-url");
        if (!url) return;
        const auto kinds = collector_kinds();
        const auto http =
            std::ranges::find(kinds, std::string_view("http_url"), &CollectorKind::column);
        const auto before = device.collectors.find("http");
        const CollectorSettings* const base =
            before == device.collectors.end() ? nullptr : before->second.get();
        auto settings = (*http)->read_column(*url, base);
        if (!settings) throw UsageError(call_.say(bad_url, words_of(settings.error())));
        device.collectors["http"] = std::move(*settings);
    }

    void lay_over_icmp(Device& device) const {
        if (given_.has("icmp") && given_.has("no-icmp"))
            throw UsageError(call_.say(icmp_and_no_icmp));
        if (given_.has("no-icmp")) device.collectors.erase("icmp");
        if (!given_.has("icmp")) return;
        const auto before = device.collectors.find("icmp");
        auto settings = std::make_shared<icmp::Settings>();
        if (before != device.collectors.end())
            if (const auto* known = dynamic_cast<const icmp::Settings*>(before->second.get()))
                *settings = *known;
        settings->enabled = true;
        device.collectors["icmp"] = std::move(settings);
    }

    /// As in the inventory: several names, separated by spaces or given one by one, are tried in
    /// their order.
    std::vector<std::shared_ptr<const Credential>> named_credentials() const {
        std::vector<std::shared_ptr<const Credential>> credentials;
        for (const std::string& names : given_.texts("credential")) {
            std::istringstream parts(names);
            for (std::string name; parts >> name;)
                credentials.push_back(named(name));
        }
        return credentials;
    }

    std::shared_ptr<const Credential> named(const std::string& name) const {
        const auto& known = loaded_->configuration.settings.credentials;
        const auto found = known.find(name);
        if (found != known.end()) return found->second;
        std::vector<std::string_view> names;
        names.reserve(known.size());
        for (const auto& [each, credential] : known)
            names.push_back(each);
        throw UsageError(with_known(
            call_, call_.say(unknown_credential, name, configuration_path(call_)), name, names));
    }

    /// With the profiles, and the one the device shall have checked.
    OrExit<ProbeTarget> finish(const std::shared_ptr<Device>& device, std::string recording) {
        if (purpose_ == Purpose::walk) return ProbeTarget{device, nullptr, "", perhaps_};
        if (const auto profile = given_.text("profile")) device->profile = *profile;
        ProbeTarget target{device, loaded_ ? loaded_->profiles : installed_profiles(call_),
                           std::move(recording), perhaps_};
        if (!has_any(call_, *target.profiles)) return tl::unexpected(exit_failed);
        if (device->profile == "auto" || target.profiles->find(device->profile)) return target;
        const std::vector<std::string> names = target.profiles->names();
        throw UsageError(with_known(call_, call_.say(unknown_profile, device->profile),
                                    device->profile, {names.begin(), names.end()}));
    }

    const Invocation& call_;
    const Arguments& given_;
    const Purpose purpose_;
    std::shared_ptr<const Credential> typed_;
    std::optional<Loaded> loaded_;
    std::optional<std::string> perhaps_;
};

constexpr std::array<std::string_view, 3> versions{"1", "2c", "3"};

}  // namespace

std::span<const Option> connection_options() {
    static constexpr auto table = std::to_array<Option>({
        {.name = "credential",
         .letter = 0,
         .value = "NAME",
         .help = {"a credential of the configuration; several are tried in their order",
                  "kredensial dari konfigurasi; beberapa dicoba menurut urutannya"},
         .is_repeatable = true},
        {.name = "community-file",
         .letter = 0,
         .value = "FILE",
         .help = {"a file that holds the community; others on this machine do not see it",
                  "berkas berisi community; tidak terlihat oleh orang lain di mesin ini"}},
        {.name = "community",
         .letter = 0,
         .value = "WORD",
         .help = {"the community itself; the list of processes shows it to everybody on this "
                  "machine, so --community-file is better",
                  "community itu sendiri; daftar proses memperlihatkannya kepada semua orang di "
                  "mesin ini, jadi --community-file lebih aman"}},
        {.name = "user",
         .letter = 0,
         .value = "NAME",
         .help = {"the user of SNMPv3", "nama pengguna SNMPv3"}},
        {.name = "auth-file",
         .letter = 0,
         .value = "FILE",
         .help = {"a file that holds the user's authentication password",
                  "berkas berisi kata sandi autentikasi pengguna itu"}},
        {.name = "auth-protocol",
         .letter = 0,
         .value = "PROTOCOL",
         .help = {"MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512 (SHA-256)",
                  "MD5, SHA, SHA-224, SHA-256, SHA-384 atau SHA-512 (SHA-256)"}},
        {.name = "priv-file",
         .letter = 0,
         .value = "FILE",
         .help = {"a file that holds the user's privacy password",
                  "berkas berisi kata sandi privasi pengguna itu"}},
        {.name = "priv-protocol",
         .letter = 0,
         .value = "PROTOCOL",
         .help = {"DES, AES-128, AES-192, AES-256, AES-192-C or AES-256-C (AES-128)",
                  "DES, AES-128, AES-192, AES-256, AES-192-C atau AES-256-C (AES-128)"}},
        {.name = "context",
         .letter = 0,
         .value = "NAME",
         .help = {"a context of SNMPv3 (none)", "konteks SNMPv3 (kosong)"}},
        {.name = "snmp-version",
         .letter = 0,
         .value = "VERSION",
         .help = {"1, 2c or 3; with --community or --community-file 1 or 2c (2c), with --user 3",
                  "1, 2c atau 3; dengan --community atau --community-file 1 atau 2c (2c), dengan "
                  "--user 3"},
         .choices = versions},
        {.name = "port",
         .letter = 0,
         .value = "PORT",
         .help = {"UDP port of SNMP (161, or that of the inventory)",
                  "port UDP SNMP (161, atau menurut inventaris)"}},
        {.name = "timeout",
         .letter = 0,
         .value = "TIME",
         .help = {"how long to wait for an answer (2s, or as configured)",
                  "lama menunggu jawaban (2s, atau menurut konfigurasi)"}},
        {.name = "retries",
         .letter = 0,
         .value = "N",
         .help = {"how often to ask again (1, or as configured)",
                  "berapa kali bertanya ulang (1, atau menurut konfigurasi)"}},
        {.name = "profile",
         .letter = 0,
         .value = "auto|NAME",
         .help = {"the profile to use; auto: the device tells (auto)",
                  "profil yang dipakai; auto: perangkat yang menentukan (auto)"}},
        {.name = "http-url",
         .letter = 0,
         .value = "URL",
         .help = {"a page to check, too", "halaman web yang ikut diperiksa"}},
        {.name = "no-snmp", .letter = 0, .value = "", .help = {"no SNMP", "tanpa SNMP"}},
        {.name = "no-http",
         .letter = 0,
         .value = "",
         .help = {"no HTTP, whatever the inventory says", "tanpa HTTP, apa pun kata inventaris"}},
        {.name = "icmp",
         .letter = 0,
         .value = "",
         .help = {"ping it, too, whatever the inventory says",
                  "ikut di-ping, apa pun kata inventaris"}},
        {.name = "no-icmp",
         .letter = 0,
         .value = "",
         .help = {"no ping, whatever the inventory says", "tanpa ping, apa pun kata inventaris"}},
        {.name = "no-citizen",
         .letter = 0,
         .value = "",
         .help = {"no citizen check, whatever the inventory says",
                  "tanpa pemeriksaan warga, apa pun kata inventaris"}},
    });
    return table;
}

std::span<const Option> snmp_options() {
    static const std::vector<Option> table = [] {
        constexpr std::array<std::string_view, 7> others{
            "profile", "http-url", "no-snmp", "no-http", "icmp", "no-icmp", "no-citizen"};
        std::vector<Option> ours;
        for (const Option& option : connection_options())
            if (std::ranges::find(others, option.name) == others.end()) ours.push_back(option);
        return ours;
    }();
    return table;
}

OrExit<ProbeTarget> find_probe_target(const Invocation& call) {
    return Finder(call, Finder::Purpose::probe).find();
}

OrExit<ProbeTarget> find_walk_target(const Invocation& call) {
    return Finder(call, Finder::Purpose::walk).find();
}

}  // namespace pantau::cli
