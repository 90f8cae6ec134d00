#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::config {

/// The text of a configuration file, kept so that a message can show the line it is about.
struct Source {
    std::string name;  ///< Path as the operator would type it.
    std::string text;

    /// Line `number` (from 1) without its end; empty when there is none.
    [[nodiscard]] std::string_view line(std::uint32_t number) const;
};

/// A place in a file. Lines and columns count from 1, columns in bytes; line 0: the file as a
/// whole.
struct Location {
    std::shared_ptr<const Source> source;  ///< May be null: a message about no file.
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;  ///< How far the caret line reaches.
    bool hidden = false;       ///< What follows the key on this line may be a secret.
};

struct Diagnostic {
    enum class Severity : std::uint8_t { error, warning };

    Severity severity = Severity::error;
    Location location;
    std::string message;  ///< One sentence without full stop: `unknown key "comunity"`.
    std::string path;     ///< Where in the document: `credentials.city-v2`; may be empty.
    std::string help;     ///< What to do; may be empty.
};

/// Collects everything that is wrong with all files, so that one run tells all of it.
/// Bounded: after `limit` errors (and as many warnings) only the count goes on. The same mistake at
/// the same place is told once.
class Diagnostics {
public:
    static constexpr std::size_t limit = 200;

    void error(Location location, std::string message, std::string help = {},
               std::string path = {});
    void warning(Location location, std::string message, std::string help = {},
                 std::string path = {});

    [[nodiscard]] bool has_errors() const { return errors_ != 0; }
    [[nodiscard]] std::size_t errors() const { return errors_; }
    [[nodiscard]] std::size_t warnings() const { return warnings_; }
    [[nodiscard]] const std::vector<Diagnostic>& entries() const { return entries_; }
    /// Takes over another's entries.
    void append(Diagnostics other);
    /// Whatever is said about these lines, before or after, does not show them: they may hold a
    /// secret in a place where nobody looks for one.
    void hide_lines(std::shared_ptr<const Source> source, std::uint32_t first, std::uint32_t last);

    /// Prints every entry with file:line:column, the line, a caret and the help.
    /// What a file holds is shown with control bytes replaced, cut to a readable width, secrets
    /// masked.
    void print(std::ostream& out, bool color) const;

private:
    struct HiddenLines {
        std::shared_ptr<const Source> source;
        std::uint32_t first;
        std::uint32_t last;
    };

    void add(Diagnostic entry);
    [[nodiscard]] bool is_hidden(const Location& location) const;

    std::vector<Diagnostic> entries_;
    std::vector<HiddenLines> hidden_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

/// Start-up failed: carries every mistake found, not just the first.
class ConfigError : public std::runtime_error {
public:
    explicit ConfigError(Diagnostics diagnostics);
    [[nodiscard]] const Diagnostics& diagnostics() const { return diagnostics_; }

private:
    Diagnostics diagnostics_;
};

}  // namespace pantau::config
