// The built program, as a shell meets it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/process.hpp"

using namespace pantau::test;

namespace {

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";

/// A line of bash with $P for the program.
Finished bash(const std::string& line) {
    return run({"bash", "-c", "P='" + program + "'; export LC_ALL=C; " + line});
}

}  // namespace

TEST_SUITE("cli/program") {
    TEST_CASE("exit codes tell scripts what happened") {
        CHECK(run({program, "version"}).status == 0);
        CHECK(run({program}).status == 2);
        CHECK(run({program, "versoin"}).status == 2);
        CHECK(run({program, "list", "--socket", "/nowhere/s"}).status == 3);
    }

    TEST_CASE("results are on stdout, messages on stderr") {
        const Finished version = run({program, "version", "-o", "json"});
        CHECK(version.out.find("{\"version\":") == 0);
        CHECK(version.err.empty());
        const Finished wrong = run({program, "versoin"});
        CHECK(wrong.out.empty());
        CHECK(!wrong.err.empty());
    }

    TEST_CASE("a reader that has enough ends the program without a word") {
        const Finished done = bash("set -o pipefail; $P completion bash | true; echo $?");
        CHECK(done.out == "0\n");
        CHECK(done.err.empty());
    }

    TEST_CASE("a full disk is a failure") {
        const Finished full = bash("$P version > /dev/full");
        CHECK(full.status == 1);
        CHECK(full.err == "pantau: cannot write the output: No space left on device\n");
    }

    TEST_CASE("closed streams do no harm") {
        CHECK(bash("$P version >&-").status == 0);
        CHECK(bash("$P versoin 2>&-").status == 2);
        CHECK(bash("$P version <&- >/dev/null").status == 0);
    }

    TEST_CASE("no colours but on a terminal, or when asked for") {
        CHECK(bash("TERM=xterm $P list --socket /nowhere").err.find('\x1b') == std::string::npos);
    }
}
