#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace pantau::http {

/// When one may try to log in. A device counts wrong passwords and locks the account, so after a
/// refusal the next try comes in 5 minutes, then 10, 20, 40, and every hour at last.
///
///   free --refused--> waiting(5 min, doubled each time, 1 h at most) --time--> free
///   any  --accepted--> free, and the next refusal waits 5 min again
class LoginLimit {
public:
    [[nodiscard]] bool may_try(MonoTime now) const { return now >= not_before_; }
    void refused(MonoTime now);
    void accepted();

private:
    MonoTime not_before_{};
    Duration pause_{};
};

/// What is known of a session with one device, from one visit to the next.
class WebSession {
public:
    bool is_open = false;
    LoginLimit limit;
    /// Pages that are denied in a session just opened: no new login is worth the try.
    std::set<std::string, std::less<>> barred;

    [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;
    void keep(std::string name, std::string value);
    /// Keeps the cookies of an answer's header lines: the last of a name counts. At most 16 of
    /// 4 KiB.
    void take_cookies(std::string_view header_lines);
    /// As the header Cookie has them; empty: none.
    [[nodiscard]] std::string cookies() const;
    /// Forgets everything but when one may try again.
    void close();

private:
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, std::string, std::less<>> cookies_;
};

/// The value of a header among the lines of an answer, whatever its capitals; nothing when there is
/// none.
[[nodiscard]] std::optional<std::string_view> header_in(std::string_view header_lines,
                                                        std::string_view name);

}  // namespace pantau::http
