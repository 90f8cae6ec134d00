#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pantau::config {
class Diagnostics;
}

/// The readers of bytes that others wrote, each with what must hold whatever the bytes are.
/// `./dev fuzz` lets libFuzzer look for bytes that break it; fuzz_seeds_test replays the seeds.
namespace pantau::fuzz {

/// A reader broke a promise: a finding, as much as a crash.
class BrokenPromise : public std::logic_error {
    using std::logic_error::logic_error;
};

struct Target {
    std::string_view name;  ///< Also the folder of its seeds.
    void (*run)(std::string_view bytes);
    /// What one input costs, roughly: how many mutated ones a test run can afford.
    unsigned mutations;
};

/// All of them: one row, one file, one folder of seeds.
[[nodiscard]] std::span<const Target> targets();

void snmp_codec(std::string_view bytes);
void snmp_v3(std::string_view bytes);
void snmp_poll(std::string_view bytes);
void recording(std::string_view bytes);
void observation(std::string_view bytes);
void yaml(std::string_view bytes);
void settings(std::string_view bytes);
void inventory(std::string_view bytes);
void profile(std::string_view bytes);
void http_target(std::string_view bytes);
void http_json(std::string_view bytes);
void http_server(std::string_view bytes);
void http_url(std::string_view bytes);
void dns_reply(std::string_view bytes);
void text(std::string_view bytes);
void oid(std::string_view bytes);
void control_answer(std::string_view bytes);

/// Takes numbers and pieces off the front of an input; zeros and nothing when it is used up.
class Feed {
public:
    explicit Feed(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    std::uint8_t byte();
    std::uint32_t number();  ///< Four bytes.
    /// As many bytes as the next byte says, at most.
    std::string_view piece();

private:
    std::string_view rest_;
};

/// Valid UTF-8 without signs that a reader cannot see.
[[nodiscard]] bool is_plain(std::string_view text);
/// What an operator sees of them. Checks that it cannot trick a terminal, and that every error has
/// words.
std::string shown(const config::Diagnostics& diagnostics);

[[noreturn]] void broken(const char* promise, const char* file, int line, const std::string& seen);

/// A folder of this process, made at the first call, gone at the end.
const std::string& folder();
/// Overwrites a file of that folder, mode 0600; gives its path.
std::string put_file(std::string_view name, std::string_view content);

}  // namespace pantau::fuzz

/// What must hold for every input; `seen` (a text) helps to understand a finding.
#define PROMISE_ABOUT(expression, seen)                                                   \
    do {                                                                                  \
        if (!(expression)) ::pantau::fuzz::broken(#expression, __FILE__, __LINE__, seen); \
    } while (false)
#define PROMISE(expression) PROMISE_ABOUT(expression, std::string())
