#include "state_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/process.hpp"

namespace pantau {
namespace {

using test::TemporaryDirectory;

std::string refusal(const std::string& path) {
    const auto opened = StateDirectory::open(path);
    return opened ? "" : opened.error().detail;
}

}  // namespace

TEST_SUITE("daemon/state_directory") {
    TEST_CASE("it is made when it is missing, for its owner and group alone") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/a/state";
        REQUIRE(StateDirectory::open(path));
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0750);
    }

    TEST_CASE(
        "two at once are refused, with the process that has it; one after the other is fine") {
        const TemporaryDirectory folder;
        {
            const auto first = StateDirectory::open(folder.path());
            REQUIRE(first);
            const std::string words = refusal(folder.path());
            CHECK(words.find("in use by another pantaud") != std::string::npos);
            CHECK(words.find(std::to_string(::getpid())) != std::string::npos);
            CHECK(words.find("--state-dir") != std::string::npos);
        }
        CHECK(StateDirectory::open(folder.path()));
    }

    TEST_CASE("the lock moves with the value") {
        const TemporaryDirectory folder;
        auto first = StateDirectory::open(folder.path());
        REQUIRE(first);
        const StateDirectory second = std::move(*first);
        CHECK(second.path() == folder.path());
        CHECK_FALSE(refusal(folder.path()).empty());
    }

    TEST_CASE("what cannot be a folder is refused in one line") {
        const TemporaryDirectory folder;
        const std::string file = folder.write("file", "");
        const std::string words = refusal(file + "/state");
        CHECK(words.find(file) != std::string::npos);
        CHECK(words.find('\n') == std::string::npos);
    }

    TEST_CASE("a lock that leads elsewhere is not followed") {
        const TemporaryDirectory folder;
        const std::string target = folder.write("target", "precious");
        const std::string state = folder.path() + "/state";
        std::filesystem::create_directory(state);
        std::filesystem::create_symlink(target, state + "/lock");
        CHECK_FALSE(refusal(state).empty());
        CHECK(test::read_file(target) == "precious");
    }
}

}  // namespace pantau
