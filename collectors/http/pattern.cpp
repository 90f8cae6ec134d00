#include "collectors/http/pattern.hpp"

#include <re2/re2.h>

namespace pantau::http {

Result<Pattern> Pattern::compile(std::string_view text) {
    // With less memory RE2 falls back to a slower search, still linear: 1 MiB holds the automaton
    // of every expression people write, and refuses (x{1000}){1000}.
    constexpr std::int64_t memory_most = 1 << 20;
    constexpr std::size_t text_most = 1024;
    if (text.size() > text_most)
        return fail(Reason::malformed, "the expression is longer than 1024 bytes");
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory_most);
    auto compiled =
        std::make_shared<const RE2>(re2::StringPiece(text.data(), text.size()), options);
    if (!compiled->ok()) return fail(Reason::malformed, compiled->error());
    return Pattern(std::move(compiled));
}

bool Pattern::is_in(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

const std::string& Pattern::text() const {
    return compiled_->pattern();
}

}  // namespace pantau::http
