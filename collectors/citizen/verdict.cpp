#include "collectors/citizen/verdict.hpp"

#include <array>

namespace pantau::citizen {

std::span<const VerdictRow, verdict_count> verdict_rows() {
    static constexpr std::array<VerdictRow, verdict_count> rows{{
        {"online", true, Reason::content, "a citizen gets online"},
        {"dns_dead", false, Reason::timeout, "the name server gives no usable answer"},
        {"dns_hijacked", false, Reason::content, "the name server gives false answers"},
        {"dns_slow", true, Reason::timeout, "online, but the name server is slow"},
        {"portal_unreachable", false, Reason::unreachable, "the portal cannot be reached"},
        {"portal_wrong_host", false, Reason::redirect,
         "citizens are led to another host than the portal"},
        {"portal_error", false, Reason::status, "the portal answers with an error"},
        {"portal_loop", false, Reason::redirect, "the portal leads round in circles"},
        {"portal_certificate", false, Reason::certificate,
         "the certificate of the portal is not valid"},
        {"portal_slow", true, Reason::timeout, "online, but the portal is slow"},
        {"login_refused", false, Reason::auth, "the portal does not let a citizen in"},
        {"no_portal", true, Reason::content, "online without the portal: nobody had to log in"},
        {"captive_lie", false, Reason::content,
         "something in the way answers in place of the internet"},
        {"no_internet_behind_portal", false, Reason::unreachable,
         "there is no internet behind the portal"},
        {"quota_page", false, Reason::content, "the quota is used up"},
        {"mtu_blackhole", false, Reason::timeout,
         "small answers pass, large ones hang: an MTU fault on the way"},
        {"slow_link", true, Reason::timeout, "online, but downloads are too slow"},
    }};
    return rows;
}

const VerdictRow& row_of(Verdict verdict) {
    return verdict_rows()[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(Verdict verdict) {
    return row_of(verdict).name;
}

}  // namespace pantau::citizen
