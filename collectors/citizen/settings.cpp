#include "collectors/citizen/settings.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/masking.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::citizen {
namespace {

using namespace std::chrono_literals;

/// Longer ones are the wrong file.
constexpr std::size_t secret_bytes_most = 4096;
constexpr std::size_t fields_most = 32;
constexpr std::size_t names_most = 16;
/// IFNAMSIZ of Linux, less its NUL.
constexpr std::size_t interface_bytes_most = 15;

std::string lower(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

/// Letters, digits, hyphens and dots, as names of hosts are.
bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253 || text.front() == '.') return false;
    std::size_t label = 0;
    for (const char c : text) {
        const bool is_sign = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (c == '.' ? label == 0 : !is_sign) return false;
        label = c == '.' ? 0 : label + 1;
        if (label > 63) return false;
    }
    return true;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > 65535)
        return std::nullopt;
    return static_cast<std::uint16_t>(number);
}

/// "10.73.8.1", "10.73.8.1:53", "[fd00::1]:53", "fd00::1".
std::optional<Place> read_place(std::string_view text, std::uint16_t port) {
    Place place{std::string(text), port};
    if (is_numeric(text)) return place;
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    const auto given = port_of(text.substr(colon + 1));
    if (!given || !is_numeric(address)) return std::nullopt;
    return Place{std::string(address), *given};
}

std::optional<Host> read_host(std::string_view text) {
    if (is_numeric(text) || is_host_name(text)) return Host{lower(text), 0};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = port_of(text.substr(colon + 1));
    std::string_view name = text.substr(0, colon);
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    if (!port || (!is_numeric(name) && !is_host_name(name))) return std::nullopt;
    return Host{lower(name), *port};
}

/// Reads the parts of one `citizen:` node.
class Reader {
public:
    Reader(config::Diagnostics& diagnostics, Settings& settings)
        : diagnostics_(diagnostics), settings_(settings) {}

    void read(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        settings_.enabled = map.flag("enabled").value_or(true);
        if (const auto via = map.node("via")) read_via(*via);
        if (const auto dns = map.node("dns")) read_dns(*dns);
        if (const auto portal = map.node("portal")) read_portal(*portal);
        if (const auto login = map.node("login")) read_login(*login);
        read_check(map.node("check"), node);
        if (const auto download = map.node("download")) read_download(*download);
        if (const auto slow = map.node("slow")) read_slow(*slow);
        if (const auto quota = map.node("quota")) read_quota(*quota);
        read_time(map.node("timeout"), settings_.timeout, 1s, 60s, "from 1s to 60s");
        read_time(map.node("interval"), settings_.interval, 0s, 24h, "from 0s to 24h");
        static constexpr std::array<std::string_view, 2> sessions{"closed", "may_be_open"};
        settings_.may_be_open = map.one_of("session", sessions) == std::size_t{1};
        if (const auto ca_file = map.node("ca_file")) {
            if (const auto path = readable_file(*ca_file)) settings_.ca_file = *path;
        }
        map.finish();
    }

private:
    void read_via(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        const auto source = map.node("source");
        const auto interface_name = map.node("interface");
        const auto proxy = map.node("proxy");
        map.finish();
        const int given =
            int{source.has_value()} + int{interface_name.has_value()} + int{proxy.has_value()};
        if (given > 1)
            node.complain(diagnostics_, "there are several ways to look from",
                          "one of source, interface and proxy");
        Via& via = settings_.via;
        if (source) {
            via.source = source->text(diagnostics_).value_or("");
            if (!is_numeric(via.source))
                source->complain(diagnostics_, "this is no address to send from",
                                 "an address of this machine, such as 10.73.8.2");
        }
        if (interface_name) {
            via.interface_name = interface_name->text(diagnostics_).value_or("");
            const bool is_usable = !via.interface_name.empty() &&
                                   via.interface_name.size() <= interface_bytes_most &&
                                   via.interface_name.find_first_of("/!: \t") == std::string::npos;
            if (!is_usable)
                interface_name->complain(diagnostics_, "this is no name of a network interface",
                                         "such as vlan108; at most 15 signs");
        }
        if (proxy) read_proxy(*proxy);
    }

    void read_proxy(const config::Node& node) {
        Via& via = settings_.via;
        via.proxy = node.text(diagnostics_).value_or("");
        const auto scheme = via.proxy.find("://");
        const std::string_view kind =
            std::string_view(via.proxy).substr(0, scheme == std::string::npos ? 0 : scheme);
        const auto place = scheme == std::string::npos
                               ? std::nullopt
                               : read_place(std::string_view(via.proxy).substr(scheme + 3), 1080);
        if ((kind == "socks5h" || kind == "socks5") && place) {
            via.proxy_place = *place;
            return;
        }
        node.complain(diagnostics_, "this is no proxy the check can use",
                      "socks5h://ADDRESS:PORT, with a numeric address and without a password");
    }

    void read_dns(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        Dns dns;
        if (const auto server = map.required("server")) {
            const auto place = read_place(server->scalar(), 53);
            if (place) {
                dns.server = *place;
            } else {
                server->complain(diagnostics_, "this is no address of a name server",
                                 "ADDRESS or ADDRESS:PORT, such as 10.73.8.1:53");
            }
        }
        if (const auto expect = map.node("expect")) read_expected(*expect, dns);
        map.finish();
        settings_.dns = std::move(dns);
    }

    void read_expected(const config::Node& node, Dns& dns) {
        if (!node.is_list() || node.elements().size() > names_most) {
            node.complain(
                diagnostics_, "a list of names is expected here",
                fmt::format("at most {}, each {{name: NAME, address: ADDRESS}}", names_most));
            return;
        }
        for (const config::Node& item : node.elements()) {
            config::MapReader map(item, diagnostics_);
            ExpectedName expected;
            if (const auto name = map.required("name")) {
                expected.name = lower(name->scalar());
                if (!is_host_name(expected.name))
                    name->complain(diagnostics_, "this is no name of a host",
                                   "letters, digits, hyphens and dots");
            }
            if (const auto address = map.node("address")) {
                expected.addresses =
                    address->texts(diagnostics_).value_or(std::vector<std::string>{});
                if (!std::ranges::all_of(expected.addresses, is_numeric))
                    address->complain(diagnostics_, "this is no address", "such as 203.0.113.5");
            }
            map.finish();
            dns.expect.push_back(std::move(expected));
        }
    }

    std::string read_url(const config::Node& node) {
        const std::string text = node.text(diagnostics_).value_or("");
        const Result<void> usable = check_url(text);
        if (!usable) {
            node.complain(diagnostics_, usable.error().detail, usable.error().where);
        } else if (const auto host = host_of(text);
                   !is_numeric(host->name) && !is_host_name(host->name)) {
            node.complain(diagnostics_, "this is no name of a host",
                          "letters, digits, hyphens and dots");
        }
        return text;
    }

    void read_portal(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        Portal portal;
        if (const auto host = map.required("host")) {
            const auto read = read_host(host->scalar());
            if (read) portal.host = *read;
            if (!read)
                host->complain(diagnostics_, "this is no host",
                               "a name or an address, without http:// and without a path");
        }
        if (const auto api = map.node("api")) portal.api = read_url(*api);
        map.finish();
        settings_.portal = std::move(portal);
    }

    void read_login(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        Login login;
        if (const auto url = map.required("url")) login.url = read_url(*url);
        if (const auto form = map.node("form")) read_form(*form, login);
        login.success = map.text("success").value_or("");
        map.finish();
        if (!settings_.portal)
            node.complain(diagnostics_, "a login needs a portal",
                          "name its host: portal: {host: …}");
        settings_.login = std::move(login);
    }

    void read_form(const config::Node& node, Login& login) {
        const config::MapReader is_a_map(node, diagnostics_);
        if (node.entries().size() > fields_most)
            node.complain(diagnostics_, "the form has too many fields",
                          fmt::format("at most {}", fields_most));
        for (const auto& [name, value] : node.entries()) {
            if (value.is_map()) {
                login.form.push_back({name, read_secret(value)});
                continue;
            }
            if (!value.is_scalar() && !value.is_null()) {
                value.complain(diagnostics_, "a single value is expected here",
                               "or {file: FILE} for what nobody should read");
                continue;
            }
            if (config::is_secret_key(name)) {
                config::Location place = value.location();
                place.hidden = true;
                diagnostics_.error(std::move(place),
                                   fmt::format("\"{}\" looks like a secret in clear text", name),
                                   "put it into a file and write {file: FILE} here", value.path());
            }
            login.form.push_back({name, Secret(std::string(value.scalar()))});
        }
    }

    Secret read_secret(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        const auto file = map.required("file");
        map.finish();
        if (!file) return {};
        const auto path = readable_file(*file);
        if (!path) return {};
        std::ifstream in(*path, std::ios::binary);
        std::string text(secret_bytes_most + 1, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
        if (text.size() > secret_bytes_most)
            file->complain(diagnostics_, "the file is too large for a secret",
                           fmt::format("at most {} bytes", secret_bytes_most));
        while (text.ends_with('\n') || text.ends_with('\r'))
            text.pop_back();
        if (text.empty()) file->complain(diagnostics_, "the file of the secret is empty");
        return Secret(std::move(text));
    }

    /// A relative path counts from the file that names it.
    std::optional<std::string> readable_file(const config::Node& node) {
        const auto text = node.text(diagnostics_);
        if (!text) return std::nullopt;
        std::filesystem::path path(*text);
        const auto source = node.location().source;
        if (path.is_relative() && source)
            path = std::filesystem::path(source->name).parent_path() / path;
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error) && std::ifstream(path))
            return path.string();
        node.complain(diagnostics_, "the file cannot be read", "looked for " + path.string());
        return std::nullopt;
    }

    void read_check(const std::optional<config::Node>& node, const config::Node& parent) {
        if (!node) {
            if (settings_.enabled)
                parent.complain(
                    diagnostics_, "\"check\" is missing",
                    "name a page that answers 204: check: {url: http://…/generate_204}");
            return;
        }
        config::MapReader map(*node, diagnostics_);
        if (const auto url = map.required("url")) settings_.check_url = read_url(*url);
        settings_.check_status = static_cast<long>(map.integer("status", 200, 299).value_or(204));
        map.finish();
    }

    void read_download(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        Download download;
        if (const auto url = map.required("url")) download.url = read_url(*url);
        download.min_rate = static_cast<double>(map.integer("min_rate", 0, 1 << 30).value_or(0));
        map.finish();
        settings_.download = std::move(download);
    }

    void read_slow(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        read_time(map.node("dns"), settings_.slow_dns, 1ms, 5s, "from 1ms to 5s");
        read_time(map.node("portal"), settings_.slow_portal, 1ms, 30s, "from 1ms to 30s");
        map.finish();
    }

    void read_quota(const config::Node& node) {
        config::MapReader map(node, diagnostics_);
        settings_.quota_text = map.text("text").value_or("");
        settings_.quota_url = map.text("url").value_or("");
        map.finish();
    }

    void read_time(const std::optional<config::Node>& node, Duration& to, Duration least,
                   Duration most, std::string_view range) {
        if (!node) return;
        const auto value = node->duration(diagnostics_);
        if (!value) return;
        if (*value < least || *value > most)
            node->complain(diagnostics_, "this time is not usable here", std::string(range));
        to = *value;
    }

    config::Diagnostics& diagnostics_;
    Settings& settings_;
};

}  // namespace

bool Settings::operator==(const Settings& other) const {
    return enabled == other.enabled && via == other.via && dns == other.dns &&
           portal == other.portal && login == other.login && check_url == other.check_url &&
           check_status == other.check_status && download == other.download &&
           slow_dns == other.slow_dns && slow_portal == other.slow_portal &&
           quota_text == other.quota_text && quota_url == other.quota_url &&
           timeout == other.timeout && may_be_open == other.may_be_open &&
           interval == other.interval && ca_file == other.ca_file;
}

bool Settings::equals(const CollectorSettings& other) const {
    const auto* same = dynamic_cast<const Settings*>(&other);
    return same != nullptr && *this == *same;
}

bool is_numeric(std::string_view host) {
    const std::string text(host);
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

std::shared_ptr<const CollectorSettings> read_settings(const config::Node& node,
                                                       config::Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.errors();
    auto settings = std::make_shared<Settings>();
    Reader(diagnostics, *settings).read(node);
    if (diagnostics.errors() != errors_before) return nullptr;
    return settings;
}

}  // namespace pantau::citizen
