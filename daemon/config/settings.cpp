#include "config/settings.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/time_zone.hpp"
#include "config/credentials.hpp"
#include "config/settings_table.hpp"

namespace pantau::config {
namespace {

/// A person writes and reads this file; devices belong into the inventory.
constexpr YamlLimits file_limits{.bytes = 16u << 20, .nodes = 1'000'000, .depth = 64};
/// More levels than any administration has; each is a label of every series.
constexpr std::size_t levels_most = 10;

/// Labels that metrics have already, and columns of the inventory: a level of that name would
/// hide one of them.
constexpr std::array<std::string_view, 54> taken_names = {
    "ap",         "device",     "radio",      "ssid",      "band",       "interface", "collector",
    "reason",     "role",       "level",      "health",    "check",      "phase",     "verdict",
    "le",         "job",        "instance",   "quantile",  "address",    "vendor",    "model",
    "firmware",   "serial",     "profile",    "lat",       "lon",        "name",      "port",
    "credential", "parent",     "http_url",   "note",      "nama",       "alamat",    "alamat_ip",
    "ip",         "lintang",    "bujur",      "profil",    "kredensial", "induk",     "catatan",
    "shard",      "severity",   "rule",       "interval",  "timeout",    "retries",   "alias",
    "mac",        "nomor_seri", "controller", "kontroler", "statistic"};

bool is_label_name(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_sign = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_sign);
}

/// Tables may write the names of their columns in capitals.
bool is_same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, {}, [](unsigned char c) { return std::tolower(c); },
        [](unsigned char c) { return std::tolower(c); });
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {};
    return path.substr(0, std::max<std::size_t>(slash, 1));
}

class SettingsReader {
public:
    SettingsReader(const Node& root, const std::string& path, const ReadBeside& beside,
                   Diagnostics& diagnostics)
        : top_(root, "", diagnostics),
          folder_(folder_of(path)),
          device_keys_(beside.device_keys),
          command_line_(beside.web),
          diagnostics_(diagnostics) {
        settings_.path = path;
    }

    Settings read() {
        read_hierarchy();
        settings_.state_dir = path_in(top_, "state_dir").value_or(settings_.state_dir);
        read_history();
        read_web();
        read_control();
        read_poll();
        settings_.profiles = paths_in("profiles");
        settings_.credentials = read_credentials(top_.given("credentials"), folder_, diagnostics_);
        read_devices();
        settings_.areas = path_in(top_, "areas");
        if (const std::optional<Node> alerting = top_.given("alerting")) {
            diagnostics_.warning(alerting->key_location(),
                                 "alerting is not part of this version: nobody is told anything",
                                 "the settings may stay; watch the metrics with Prometheus "
                                 "meanwhile");
        }
        top_.finish({device_keys_, "defaults:, in the set: of a group, or in a device"});
        return std::move(settings_);
    }

private:
    void read_hierarchy() {
        const std::optional<Node> node = top_.value("hierarchy");
        if (!node->is_list()) {
            node->complain(diagnostics_, "a list of names is expected here",
                           "for example: [kecamatan, kelurahan, rw]");
            return;
        }
        const std::vector<Node> levels = node->elements();
        if (levels.empty() || levels.size() > levels_most)
            node->complain(diagnostics_, fmt::format("1 to {} levels are possible", levels_most));
        for (const Node& level : levels) {
            std::optional<std::string> name = level.text(diagnostics_);
            if (!name || !is_good_level(level, *name)) continue;
            settings_.hierarchy.push_back(std::move(*name));
        }
    }

    bool is_good_level(const Node& level, const std::string& name) {
        const auto refuse = [&](std::string message, std::string help) {
            level.complain(diagnostics_, std::move(message), std::move(help));
            return false;
        };
        if (!is_label_name(name)) {
            return refuse("this cannot be the name of an area level",
                          "it becomes a metric label: letters, digits and _, no digit first");
        }
        if (name.starts_with("__"))
            return refuse("names with __ at the beginning belong to Prometheus", {});
        const auto is_this = [&](std::string_view other) { return is_same_word(name, other); };
        if (std::ranges::any_of(taken_names, is_this)) {
            return refuse(fmt::format("\"{}\" already means something else", name),
                          "it is a label of the metrics or a column of the inventory; take "
                          "another name");
        }
        if (std::ranges::any_of(settings_.hierarchy, is_this))
            return refuse(fmt::format("the level \"{}\" stands here twice", name), {});
        return true;
    }

    void read_history() {
        using namespace std::chrono_literals;
        const std::optional<Node> zone = top_.value("timezone");
        if (const std::optional<std::string> name = zone->text(diagnostics_)) {
            settings_.timezone = *name;
            if (!TimeZone::named(*name)) {
                zone->complain(diagnostics_,
                               fmt::format("\"{}\" is no time zone of this machine", *name),
                               "a name of the package tzdata, which must be installed: "
                               "Asia/Jakarta, Asia/Makassar, Asia/Jayapura or UTC, for example");
            }
        }
        Section history(top_.given("history"), "history.", diagnostics_);
        Settings::History& to = settings_.history;
        to.path = path_in(history, "path").value_or(to.path);
        to.keep = duration_in(history, "keep", 24h, 24h * 3660, "1d to 3660d").value_or(to.keep);
        to.write_interval =
            duration_in(history, "write_interval", 5s, 1h, "5s to 1h").value_or(to.write_interval);
        history.finish();
    }

    void read_web() {
        Section web(top_.given("web"), "web.", diagnostics_);
        settings_.web.enable_lifecycle = flag_in(web, "enable_lifecycle");
        settings_.web.insecure = flag_in(web, "insecure");
        settings_.web.config_file = path_in(web, "config_file");
        if (!command_line_.config_file.empty())
            settings_.web.config_file = command_line_.config_file;
        bool is_file_bad = false;
        if (settings_.web.config_file) {
            settings_.web.access = read_web_config(*settings_.web.config_file, diagnostics_);
            is_file_bad = !settings_.web.access;
        }
        // What a file that cannot be read would ask is unknown: one mistake is enough.
        const bool asks_who = settings_.web.access && settings_.web.access->asks_who();
        is_open_meant_ = asks_who || is_file_bad || settings_.web.insecure;
        const std::optional<Node> listen = web.value("listen");
        const std::optional<std::vector<std::string>> addresses = listen->texts(diagnostics_);
        if (addresses) settings_.web.listen = *addresses;
        if (addresses && addresses->empty())
            listen->complain(diagnostics_, "at least one address is needed",
                             "for example: 127.0.0.1:8551");
        if (addresses) {
            for (const Node& address :
                 listen->is_list() ? listen->elements() : std::vector{*listen})
                check_address(address);
        }
        web.finish();
    }

    void check_address(const Node& node) {
        const std::string_view text = node.scalar();
        if (text.starts_with("unix:/")) return;
        const std::size_t colon = text.rfind(':');
        const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
        const std::string_view host = text.substr(0, std::min(colon, text.size()));
        std::uint16_t number = 0;
        const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
        const bool has_port =
            !port.empty() && parsed.ec == std::errc{} && parsed.ptr == port.data() + port.size();
        const bool is_bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
        const bool has_host =
            is_bracketed || host.find_first_of(":[]/ \t") == std::string_view::npos;
        if (!has_port || !has_host) {
            node.complain(diagnostics_, "this is no address to listen on",
                          "address:port, as 127.0.0.1:8551 or [::1]:8551; :8551 means every "
                          "address; the port is 0 to 65535");
            return;
        }
        const bool is_own = host.starts_with("127.") || host == "[::1]" || host == "localhost";
        // Addresses of the command line stand instead; the server looks at those when it opens
        // them.
        if (is_own || is_open_meant_ || !command_line_.listen.empty()) return;
        node.complain(diagnostics_, "others can reach this address, and nobody is asked who he is",
                      "listen on 127.0.0.1, name a file with users or client certificates in "
                      "web.config_file, or say that it is meant: web.insecure: true");
    }

    void read_control() {
        Section control(top_.given("control"), "control.", diagnostics_);
        settings_.control_socket = path_in(control, "socket").value_or(std::string{});
        // With its closing NUL the path must fit into sun_path.
        constexpr std::size_t path_most = sizeof(sockaddr_un::sun_path) - 1;
        if (settings_.control_socket.size() > path_most) {
            control.given("socket")->complain(
                diagnostics_,
                fmt::format("the path of a socket has at most {} bytes, this one {}", path_most,
                            settings_.control_socket.size()),
                "choose a shorter one, below /run");
        }
        control.finish();
    }

    void read_poll() {
        using namespace std::chrono_literals;
        Section poll(top_.given("poll"), "poll.", diagnostics_);
        PollSettings& to = settings_.poll;
        to.interval = duration_in(poll, "interval", 1s, 24h, "1s to 24h").value_or(to.interval);
        to.timeout = duration_in(poll, "timeout", 10ms, 60s, "10ms to 60s").value_or(to.timeout);
        if (const auto retries = poll.value("retries")->integer(diagnostics_, 0, 10))
            to.retries = static_cast<unsigned>(*retries);
        const std::optional<Node> timeout = poll.given("timeout");
        if (timeout && to.timeout >= to.interval && !diagnostics_.has_errors()) {
            timeout->warn(diagnostics_, "one request may wait as long as a whole interval",
                          "a device that does not answer is then polled late");
        }
        const std::optional<Node> workers = poll.value("workers");
        constexpr std::int64_t workers_most = 256;
        if (workers->scalar() != "auto") {
            const bool is_word =
                workers->is_scalar() && !workers->scalar().empty() &&
                workers->scalar().find_first_of("0123456789") == std::string_view::npos;
            if (is_word) {
                workers->complain(diagnostics_, "neither a number nor the word auto",
                                  fmt::format("auto, or 1 to {}", workers_most));
            } else if (const auto count = workers->integer(diagnostics_, 1, workers_most)) {
                settings_.workers = static_cast<unsigned>(*count);
            }
        }
        poll.finish();
    }

    void read_devices() {
        settings_.defaults = top_.given("defaults");
        if (settings_.defaults) const MapReader is_a_map(*settings_.defaults, diagnostics_);
        if (const std::optional<Node> groups = top_.given("groups")) {
            if (!groups->is_list())
                groups->complain(diagnostics_, "a list of groups is expected here",
                                 "each begins with \"- match:\" and has a \"set:\"");
            for (const Node& group : groups->elements())
                read_group(group);
        }
        settings_.inventory = paths_in("inventory", &settings_.inventory_places);
    }

    void read_group(const Node& node) {
        MapReader group(node, diagnostics_);
        const std::optional<Node> match = group.required("match");
        const std::optional<Node> set = group.required("set");
        group.finish({device_keys_, "the set: of this group"});
        if (match) const MapReader is_a_map(*match, diagnostics_);
        if (set) const MapReader is_a_map(*set, diagnostics_);
        if (match && set) settings_.groups.push_back({*match, *set});
    }

    bool flag_in(Section& section, std::string_view key) {
        return section.value(key)->flag(diagnostics_).value_or(false);
    }

    std::optional<Duration> duration_in(Section& section, std::string_view key, Duration least,
                                        Duration most, std::string_view range) {
        const std::optional<Node> node = section.value(key);
        const std::optional<Duration> value = node->duration(diagnostics_);
        if (!value || (*value >= least && *value <= most)) return value;
        node->complain(diagnostics_, fmt::format("\"{}\" is not from {}", node->scalar(), range));
        return std::nullopt;
    }

    bool is_path(const Node& node) {
        if (!node.scalar().empty() && node.scalar().find('\0') == std::string_view::npos)
            return true;
        node.complain(diagnostics_, "a path is expected here");
        return false;
    }

    std::optional<std::string> path_in(Section& section, std::string_view key) {
        const std::optional<Node> node = section.value(key);
        if (!node || !node->text(diagnostics_) || !is_path(*node)) return std::nullopt;
        return joined(folder_, node->scalar());
    }

    std::vector<std::string> paths_in(std::string_view key,
                                      std::vector<Location>* places = nullptr) {
        const std::optional<Node> node = top_.value(key);
        std::vector<std::string> paths;
        if (!node->texts(diagnostics_)) return paths;
        for (const Node& path : node->is_list() ? node->elements() : std::vector{*node}) {
            if (!is_path(path)) continue;
            paths.push_back(joined(folder_, path.scalar()));
            if (places != nullptr) places->push_back(path.location());
        }
        return paths;
    }

    Section top_;
    std::string folder_;
    std::span<const std::string> device_keys_;
    const WebCommandLine& command_line_;
    bool is_open_meant_ = false;
    Diagnostics& diagnostics_;
    Settings settings_;
};

}  // namespace

std::optional<Settings> load_settings(const std::string& path, Diagnostics& diagnostics,
                                      const ReadBeside& beside) {
    Diagnostics found;
    std::optional<Settings> settings;
    if (const std::optional<Node> root = read_yaml(path, found, file_limits))
        settings = SettingsReader(*root, path, beside, found).read();
    diagnostics.append(std::move(found));
    return settings;
}

}  // namespace pantau::config
