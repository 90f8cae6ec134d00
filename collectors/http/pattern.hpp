#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace pantau::http {

/// A regular expression over what a device sends. Its cost grows with the length of the text and
/// with nothing else (RE2: no backtracking), so neither a hostile page nor an unlucky expression
/// holds the loop. Cheap to copy; safe in several threads.
class Pattern {
public:
    /// Errors: malformed, with what is wrong in it.
    [[nodiscard]] static Result<Pattern> compile(std::string_view text);

    [[nodiscard]] bool is_in(std::string_view text) const;
    [[nodiscard]] const std::string& text() const;

    bool operator==(const Pattern& other) const { return text() == other.text(); }

private:
    explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const re2::RE2> compiled_;  ///< Never null.
};

}  // namespace pantau::http
