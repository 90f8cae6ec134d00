#include "base/messages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "support/document.hpp"

using namespace pantau;

namespace {

struct LevelHead {
    LogLevel level;
    std::string_view word;
    std::string_view words;
};

/// The worst first.
constexpr std::array<LevelHead, 4> levels{{
    {LogLevel::error, "error", "Something does not work, and a person has to do something."},
    {LogLevel::warn, "warn", "Something may need a person."},
    {LogLevel::info, "info", "What happened."},
    {LogLevel::debug, "debug", "For whoever looks for a fault; only with `--log.level debug`."},
}};

constexpr std::string_view introduction =
    R"(<!-- Made from daemon/base/messages.hpp. To renew it after a change:
     PANTAU_RENEW_DOCS=1 build/dev/tests/bin/base_test -->
# Messages

Everything pantaud writes to its log (stderr, under systemd the journal), one line each:

    time=2026-11-24T02:38:00.123Z level=warn id=device_down msg="a device does not answer any more" device=rw08-1

`id` is what to search for; it stays when the words get better. Behind the message stand what it is about, and
`todo` where there is something to do. `--log.format json` writes the same as JSON, `--log.level` sets the least
level that is written. A change is told once, not at every poll.

    journalctl -u pantaud | grep id=reload_refused
)";

std::string reference() {
    std::string out(introduction);
    for (const LevelHead& head : levels) {
        std::string rows;
        for (const Message* const message : msg::all) {
            if (message->level != head.level) continue;
            rows.append("| `").append(message->id).append("` | ").append(message->text);
            rows.append(" | ").append(message->todo).append(" |\n");
        }
        if (rows.empty()) continue;
        out.append("\n## ").append(head.word).append("\n\n").append(head.words);
        out.append("\n\n| id | message | what to do |\n|---|---|---|\n").append(rows);
    }
    return out;
}

}  // namespace

TEST_SUITE("base/messages") {
    TEST_CASE("docs/messages.md says what pantaud says") {
        const std::string fault =
            test::document_fault(PANTAU_SOURCE_DIR "/docs/messages.md", reference());
        CHECK_MESSAGE(fault.empty(), fault);
    }

    TEST_CASE("every message has its own id and words that fit a table") {
        std::set<std::string_view> ids;
        for (const Message* const message : msg::all) {
            CAPTURE(message->id);
            CHECK(ids.insert(message->id).second);
            CHECK_FALSE(message->text.empty());
            for (const std::string_view words : {message->text, message->todo})
                CHECK(words.find_first_of("|\n") == std::string_view::npos);
        }
    }
}
