#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/secret.hpp"

namespace pantau::web {

struct Login {
    std::string user;
    Secret password;
};

/// "Basic dXNlcjpwYXNz" of an Authorization header, taken apart; nothing when it is none.
[[nodiscard]] std::optional<Login> parse_basic_auth(std::string_view header);

/// Whether a password fits a bcrypt hash. Slow by design: 157 ms at a cost of 10.
[[nodiscard]] bool fits_hash(const Secret& password, const std::string& hash);

/// Knows the users of one web config file, and which passwords it has seen to be right.
///
/// `remembers` is cheap and belongs to the web loop; `verify` is slow and belongs to a thread of
/// its own. What was right is kept as its HMAC under a key of this object alone, so it goes when
/// the file changes, and memory tells nobody a password.
class Passwords {
public:
    using Tag = std::array<unsigned char, 32>;

    explicit Passwords(std::map<std::string, std::string, std::less<>> users);

    [[nodiscard]] bool is_needed() const { return !users_.empty(); }
    [[nodiscard]] Tag tag_of(const Login& login) const;
    /// This user has come in with this password before. Web loop.
    [[nodiscard]] bool remembers(const Tag& tag) const;
    /// After `verify` said yes. Web loop.
    void remember(const Tag& tag);
    [[nodiscard]] std::size_t remembered() const { return seen_.size(); }
    /// Any thread. As long for a user that does not exist as for one that does.
    [[nodiscard]] bool verify(const Login& login) const;

private:
    const std::map<std::string, std::string, std::less<>> users_;
    std::string nobody_;  ///< A hash that no password fits, as dear as those of the users.
    std::array<unsigned char, 32> key_{};
    std::deque<Tag> seen_;
};

/// The one thread on which passwords are checked, one after the other, with a limit to how many
/// wait. It takes at most one core, and none from the loops.
class PasswordThread {
public:
    static constexpr std::size_t waiting_most = 32;

    PasswordThread() = default;
    PasswordThread(const PasswordThread&) = delete;
    PasswordThread& operator=(const PasswordThread&) = delete;
    /// Ends after the work under way; what waits is dropped.
    ~PasswordThread();

    /// Starts the thread with the first work. False when too much waits.
    [[nodiscard]] bool post(std::function<void()> work);

private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace pantau::web
