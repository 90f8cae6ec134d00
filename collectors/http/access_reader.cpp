#include "collectors/http/access_reader.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "collectors/http/target.hpp"
#include "config/secrets.hpp"

namespace pantau::http {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::array<std::string_view, 4> login_schemes{"basic", "digest", "bearer", "session"};
constexpr std::array<std::string_view, 2> versions{"1.1", "2"};
constexpr std::size_t user_most = 256;

bool is_numeric(const std::string& address) {
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

/// A socket's own limit is 15 letters (IFNAMSIZ).
bool is_interface(std::string_view name) {
    return !name.empty() && name.size() < IFNAMSIZ &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '@';
           });
}

void read_address(const Node& node, Diagnostics& diagnostics, Page& page) {
    page.address = node.text(diagnostics).value_or("");
    if (page.address != "device" && !is_numeric(page.address)) {
        node.complain(diagnostics, "this is no address",
                      "IPv4 or IPv6, where the host of the URL is taken to be; or device: the "
                      "device's own address");
    }
}

void read_proxy(const Node& node, Diagnostics& diagnostics, Via& via) {
    via.proxy = node.text(diagnostics).value_or("");
    std::string_view rest = via.proxy;
    bool is_known = false;
    for (const std::string_view scheme : {"http://", "socks5://", "socks5h://"}) {
        if (!rest.starts_with(scheme)) continue;
        via.does_proxy_resolve = scheme != "socks5://";
        rest.remove_prefix(scheme.size());
        is_known = true;
        break;
    }
    const Result<Target> place = target_of_url("http://" + std::string(rest));
    if (!is_known || !place || rest.find_first_of("/?") != std::string_view::npos) {
        const bool has_user = rest.find('@') != std::string_view::npos;
        config::Location where = node.location();
        where.hidden = has_user;
        diagnostics.error(std::move(where), "this is no proxy that can be used",
                          has_user
                              ? "a user name or password may not stand in it"
                              : "http://HOST:PORT, socks5://HOST:PORT, or socks5h://HOST:PORT, "
                                "which looks names up at the proxy",
                          node.path());
        return;
    }
    via.is_proxy_literal = place->is_literal;
}

void read_via(const Node& node, Diagnostics& diagnostics, Page& page) {
    page.via = {};
    MapReader map(node, diagnostics);
    if (const std::optional<Node> source = map.node("source")) {
        page.via.source = source->text(diagnostics).value_or("");
        if (!is_numeric(page.via.source))
            source->complain(diagnostics, "this is no address", "one of this machine's own");
    }
    if (const std::optional<Node> interface = map.node("interface")) {
        page.via.interface = interface->text(diagnostics).value_or("");
        if (!is_interface(page.via.interface))
            interface->complain(diagnostics, "this is no name of an interface", "such as vlan108");
    }
    if (const std::optional<Node> proxy = map.node("proxy"))
        read_proxy(*proxy, diagnostics, page.via);
    map.finish();
    if (!page.via.source.empty() && !page.via.interface.empty()) {
        node.complain(diagnostics, "both source and interface are given",
                      "keep one of them: an interface has its own addresses");
    }
}

/// A secret that stands in the file itself: told without showing it.
void refuse_inline(MapReader& map, std::string_view key, std::string_view instead,
                   Diagnostics& diagnostics) {
    const std::optional<Node> node = map.node(key);
    if (!node) return;
    config::Location place = node->location();
    place.hidden = true;
    diagnostics.error(std::move(place), "a secret does not stand here",
                      "write " + std::string(instead) + ": NAME, a file that holds it",
                      node->path());
}

void read_user(MapReader& map, Diagnostics& diagnostics, Login& login) {
    const std::optional<Node> node = map.required("user");
    if (!node) return;
    login.user = node->text(diagnostics).value_or("");
    const bool is_good = !login.user.empty() && login.user.size() <= user_most &&
                         std::all_of(login.user.begin(), login.user.end(), [](unsigned char c) {
                             return c >= 0x20 && c != 0x7F && c != ':';
                         });
    if (!is_good)
        node->complain(diagnostics, "this is no user name", "without colons and control bytes");
}

/// Relative names start at the folder of the file that names them.
void read_secret(MapReader& map, std::string_view key, Diagnostics& diagnostics, Login& login) {
    const std::optional<Node> node = map.required(key);
    if (!node) return;
    const std::shared_ptr<const config::Source> source = node->location().source;
    const std::string folder =
        source ? std::filesystem::path(source->name).parent_path().string() : std::string();
    login.secret = config::read_secret_file(*node, folder, diagnostics).value_or(Secret{});
}

void read_login(const Node& node, Diagnostics& diagnostics, Page& page) {
    page.login = {};
    MapReader map(node, diagnostics);
    refuse_inline(map, "password", "password_file", diagnostics);
    refuse_inline(map, "token", "token_file", diagnostics);
    const std::optional<std::size_t> scheme = map.one_of("scheme", login_schemes);
    page.login.scheme = static_cast<Login::Scheme>(1 + scheme.value_or(0));
    page.login.allow_weak = map.flag("allow_weak").value_or(false);
    if (!scheme && !map.node("scheme"))
        node.complain(diagnostics, "auth needs a scheme", "basic, digest, bearer or session");
    if (page.login.scheme == Login::Scheme::bearer) {
        read_secret(map, "token_file", diagnostics, page.login);
    } else {
        read_user(map, diagnostics, page.login);
        read_secret(map, "password_file", diagnostics, page.login);
    }
    map.finish();
}

}  // namespace

void read_access(MapReader& map, Diagnostics& diagnostics, Page& page) {
    const bool is_elsewhere = page.name != nullptr && !page.url.empty();
    if (is_elsewhere) {
        page.address.clear();
        page.login = {};
    }
    if (const std::optional<Node> address = map.node("address"))
        read_address(*address, diagnostics, page);
    if (const std::optional<Node> via = map.node("via")) read_via(*via, diagnostics, page);
    if (const std::optional<Node> login = map.node("auth")) read_login(*login, diagnostics, page);
    if (const std::optional<std::size_t> version = map.one_of("http_version", versions))
        page.http2 = versions[*version] == "2";
}

}  // namespace pantau::http
