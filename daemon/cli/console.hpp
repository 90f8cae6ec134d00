#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pantau::cli {

/// Who reads stdout wants no more of it (`pantau list | head`): no fault, the program just ends.
class ReaderGone : public std::exception {};

/// Stdout cannot be written to: a full disk, for instance.
class CannotWrite : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Text as a terminal may show it: one line stays one line, control bytes and other signs that
/// change what a reader sees become U+FFFD.
[[nodiscard]] std::string harmless(std::string_view text);

/// Where results and messages go.
class Console {
public:
    using Sink = std::function<void(std::string_view)>;

    /// Neither is a terminal: for tests.
    Console(Sink out, Sink err) : out_(std::move(out)), err_(std::move(err)) {}
    /// The program's own stdout and stderr. Writing to stdout may throw ReaderGone or CannotWrite.
    [[nodiscard]] static Console of_process();

    /// Results, written at once.
    void out(std::string_view text) const { out_(text); }
    /// Messages, as they are.
    void err(std::string_view text) const { err_(text); }

    bool is_out_terminal = false;
    bool is_err_terminal = false;
    bool color_out = false;
    bool color_err = false;

private:
    Sink out_;
    Sink err_;
};

/// Whether that stream may be coloured. `choice` is auto, always or never; automatic is: a terminal
/// that is not TERM=dumb, and NO_COLOR not set.
[[nodiscard]] bool wants_color(std::string_view choice, bool is_terminal);

enum class Tint : unsigned char { none, good, warn, bad, faint, strong };

/// The text in that colour, or as it is.
[[nodiscard]] std::string tinted(std::string_view text, Tint tint, bool color);

}  // namespace pantau::cli
