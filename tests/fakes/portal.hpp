#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pantau::test {

/// How the portal speaks TLS.
enum class PortalTls : std::uint8_t { none, good, expired, other_name, untrusted };

/// What is wrong between a citizen and the internet. Several may hold at once.
struct PortalFaults {
    bool dns_silent = false;
    bool dns_servfail = false;
    bool dns_lies_about_known = false;    ///< Another address for a name it knows.
    bool dns_lies_about_unknown = false;  ///< An address for names nobody has.
    int dns_delay_ms = 0;
    bool dns_truncates = false;    ///< Over UDP every answer is too long.
    bool nothing_answers = false;  ///< Connections are taken and nothing is ever said.
    bool portal_closed = false;    ///< Redirects there, and nothing listens.
    bool portal_elsewhere = false;
    bool portal_loops = false;
    int portal_status = 200;
    PortalTls tls = PortalTls::none;
    int portal_delay_ms = 0;
    bool portal_hangs_when_large = false;
    std::string portal_raw;  ///< Said instead of its page, byte for byte.
    bool portal_resets = false;
    bool portal_is_endless = false;  ///< A page without an end, as fast as it goes.
    bool refuses_login = false;
    bool login_hangs = false;
    bool login_is_in_vain = false;  ///< Welcomed, then sent to the portal again.
    bool is_open = false;           ///< Nobody has to log in.
    bool check_says_200 = false;
    bool check_says_200_after_login = false;
    bool is_dead_behind = false;
    bool quota_by_url = false;
    bool quota_by_text = false;
    bool large_hang = false;
    bool file_is_gone = false;
    int bytes_per_second = 0;  ///< Of the download; 0: as fast as it goes.
    std::string api_body = R"({"captive": true})";
    bool redirects_to_link_local = false;
};

/// A captive portal with its name server and the internet behind it, on one address, all of it on
/// one thread. Names: check.example and portal.example. The login wants
/// the cookie of the portal's page; then everybody counts as logged in until `forget_logins`.
class FakePortal {
public:
    /// `at`: an IPv4 address of this machine, or of the network this thread is in.
    explicit FakePortal(PortalFaults faults, std::string_view at = address);
    FakePortal(const FakePortal&) = delete;
    FakePortal& operator=(const FakePortal&) = delete;
    ~FakePortal();

    [[nodiscard]] std::uint16_t dns_port() const;
    [[nodiscard]] std::uint16_t web_port() const;  ///< Of the check, the portal and the internet.
    [[nodiscard]] std::uint16_t tls_port() const;
    [[nodiscard]] std::uint16_t closed_port() const;  ///< Nothing listens there.
    [[nodiscard]] std::string certificate() const;    ///< PEM, to be trusted by.
    [[nodiscard]] std::string form_seen() const;      ///< Body of the last login.
    [[nodiscard]] std::string requests() const;       ///< "GET /generate_204" … one a line.
    void forget_logins();

    static constexpr std::string_view address = "127.83.4.1";

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace pantau::test
