#pragma once

#include <string>
#include <string_view>

namespace pantau {

/// A password, community or token. Prints as ***, is wiped when it goes; `reveal` is the one way
/// in.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value);
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret() { wipe(value_); }

    /// The value itself. Call it only where it goes on the wire.
    [[nodiscard]] std::string_view reveal() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

    friend bool operator==(const Secret& a, const Secret& b) noexcept {
        return a.value_ == b.value_;
    }

private:
    static void wipe(std::string& value) noexcept;

    std::string value_;
};

/// What a Secret looks like to a reader.
inline constexpr std::string_view hidden_secret = "***";

}  // namespace pantau
