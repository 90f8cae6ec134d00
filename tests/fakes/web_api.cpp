#include "fakes/web_api.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

namespace pantau::test {
namespace {

/// Without the blanks between its parts; there are none inside of them.
bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t body_size(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

bool ApiRequest::says(std::string_view header_line) const {
    return has(head, "\r\n" + std::string(header_line) + "\r\n");
}

void serve_api(const std::function<std::string()>& receive,
               const std::function<void(const std::string&)>& send, const ApiAnswer& answer) {
    std::string bytes;
    for (;;) {
        std::size_t end = bytes.find("\r\n\r\n");
        while (end == std::string::npos) {
            const std::string more = receive();
            if (more.empty()) return;
            bytes += more;
            end = bytes.find("\r\n\r\n");
        }
        ApiRequest request;
        request.head = bytes.substr(0, end + 2);
        const std::size_t whole = end + 4 + body_size(request.head);
        while (bytes.size() < whole) {
            const std::string more = receive();
            if (more.empty()) return;
            bytes += more;
        }
        request.body = bytes.substr(end + 4, whole - end - 4);
        bytes.erase(0, whole);
        const std::size_t space = request.head.find(' ');
        request.method = request.head.substr(0, space);
        request.path =
            request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
        send(answer(request));
    }
}

ScriptedServer::Script serving_api(ApiAnswer answer) {
    return [answer = std::move(answer)](const Peer& peer) {
        const auto receive = [&] {
            std::array<char, 4096> buffer{};
            const auto got = ::recv(peer.descriptor(), buffer.data(), buffer.size(), 0);
            return std::string(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        };
        serve_api(
            receive, [&](const std::string& reply) { peer.send(reply); }, answer);
    };
}

std::string json_page(std::string_view body, std::string_view more_headers,
                      std::string_view status) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: application/json\r\n{}Content-Length: "
        "{}\r\n\r\n{}",
        status, more_headers, body.size(), body);
}

// ---- UniFi ----------------------------------------------------------------------------------

ApiAnswer FakeUnifi::answer() {
    return [this](const ApiRequest& request) -> std::string {
        if (request.path == "/status") return json_page(R"({"meta":{"rc":"ok","up":true}})");
        if (request.path == "/api/login") return log_in(request);
        const std::size_t session = session_;
        const bool is_in = session != 0 &&
                           has(request.head, fmt::format("unifises=s{}", session)) &&
                           request.says(fmt::format("X-CSRF-Token: c{}", session));
        if (!is_in) {
            ++denied;
            return json_page(R"({"meta":{"rc":"error","msg":"api.err.LoginRequired"},"data":[]})",
                             "", "401 Unauthorized");
        }
        if (request.path == "/api/self/sites")
            return json_page(R"({"meta":{"rc":"ok"},"data":[{"name":"default"}]})");
        if (request.path == "/api/s/default/stat/device") return json_page(devices());
        if (request.path == "/api/s/default/stat/sysinfo")
            return json_page(R"({"meta":{"rc":"ok"},"data":[{"version":"8.0.28"}]})");
        return json_page("{}", "", "404 Not Found");
    };
}

std::string FakeUnifi::log_in(const ApiRequest& request) {
    ++logins;
    if (request.method != "POST" ||
        request.body != R"({"username": "pantau", "password": "a \"quoted\\ canary"})")
        return json_page(R"({"meta":{"rc":"error","msg":"api.err.Invalid"},"data":[]})", "",
                         "400 Bad Request");
    const std::size_t session = ++accepted;
    session_ = forgets_after_login ? 0 : session;
    return json_page(R"({"meta":{"rc":"ok"},"data":[]})",
                     fmt::format("Set-Cookie: unifises=s{0}; Path=/; HttpOnly\r\nSet-Cookie: "
                                 "csrf_token=c{0}; Path=/\r\nX-CSRF-Token: c{0}\r\n",
                                 session));
}

std::string FakeUnifi::devices() const {
    std::string list;
    for (std::size_t i = 0; i < access_points_; ++i) {
        list += fmt::format(
            R"({}{{"type":"uap","mac":"02:00:00:00:00:{:02x}","name":"titik-{}","model":"U6",)"
            R"("version":"6.6","state":1,"uptime":60,"num_sta":{},"radio_table_stats":[)"
            R"({{"name":"wifi0","radio":"ng","channel":6,"num_sta":{},"cu_total":20}}],)"
            R"("filler":"{}"}})",
            i == 0 ? "" : ",", i, i, i + 1, i + 1, std::string(20'000, 'x'));
    }
    return R"({"meta":{"rc":"ok"},"data":[)" + list + "]}";
}

// ---- ubus -----------------------------------------------------------------------------------

ApiAnswer FakeUbus::answer() {
    return [this](const ApiRequest& request) -> std::string {
        const auto result = [](std::string_view value) {
            return json_page(fmt::format(R"({{"jsonrpc":"2.0","id":1,"result":[{}]}})", value));
        };
        if (request.path != "/ubus") return json_page("{}");
        if (request.method != "POST") return json_page("{}", "", "405 Method Not Allowed");
        const std::string& body = request.body;
        if (has(body, R"("session", "login")")) {
            ++logins;
            if (!has(body, fmt::format(R"("password": "{}")", password))) return result("6");
            session_ = logins.load();
            return result(fmt::format(R"(0,{{"ubus_rpc_session":"token{}"}})", session_.load()));
        }
        if (session_ == 0 || !has(body, fmt::format(R"(["token{}",)", session_.load())))
            return json_page(
                R"({"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"Access denied"}})");
        if (has(body, R"("board")")) return result(R"(0,{"model":"Example WR-1"})");
        if (has(body, R"("devices")")) return result(R"(0,{"devices":["phy0-ap0"]})");
        if (has(body, R"("assoclist", {"device": "phy0-ap0"})"))
            return result(
                R"(0,{"results":[{"mac":"02:00:00:00:10:01"},{"mac":"02:00:00:00:10:02"}]})");
        if (has(body, R"("iwinfo", "info", {"device": "phy0-ap0"})"))
            return result(
                R"(0,{"phy":"phy0","ssid":"Malang","mode":"Master","channel":6,"frequency":2437})");
        return result(R"(0,{"uptime":60})");
    };
}

}  // namespace pantau::test
