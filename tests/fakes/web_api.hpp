#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "fakes/scripted_server.hpp"

namespace pantau::test {

struct ApiRequest {
    std::string method;
    std::string path;
    std::string head;  ///< Request line and headers.
    std::string body;

    [[nodiscard]] bool says(std::string_view header_line) const;
};

using ApiAnswer = std::function<std::string(const ApiRequest&)>;

/// Takes requests with their bodies, one after the other on each connection. For a connection of
/// any kind: `receive` gives some bytes, none at its end.
void serve_api(const std::function<std::string()>& receive,
               const std::function<void(const std::string&)>& send, const ApiAnswer& answer);
[[nodiscard]] ScriptedServer::Script serving_api(ApiAnswer answer);

[[nodiscard]] std::string json_page(std::string_view body, std::string_view more_headers = {},
                                    std::string_view status = "200 OK");

/// UniFi Network with a site of many access points. Thread-safe; what is to go wrong can be changed
/// while it runs.
class FakeUnifi {
public:
    explicit FakeUnifi(std::size_t access_points) : access_points_(access_points) {}

    [[nodiscard]] ApiAnswer answer();

    std::atomic<std::size_t> logins{0};    ///< Tries.
    std::atomic<std::size_t> accepted{0};  ///< Logins.
    std::atomic<std::size_t> denied{0};    ///< Pages without a session.
    std::atomic<bool> forgets_after_login{false};
    void forget_sessions() { session_ = 0; }

    static constexpr std::string_view user = "pantau";
    static constexpr std::string_view password = "a \"quoted\\ canary";

private:
    [[nodiscard]] std::string devices() const;
    [[nodiscard]] std::string log_in(const ApiRequest& request);

    std::size_t access_points_;
    std::atomic<std::size_t> session_{0};  ///< The one that is open; 0: none.
};

/// An OpenWrt with uhttpd-mod-ubus and rpcd-mod-iwinfo.
class FakeUbus {
public:
    [[nodiscard]] ApiAnswer answer();

    std::atomic<std::size_t> logins{0};
    void forget_sessions() { session_ = 0; }

    static constexpr std::string_view password = "ubus-canary";

private:
    std::atomic<std::size_t> session_{0};
};

}  // namespace pantau::test
