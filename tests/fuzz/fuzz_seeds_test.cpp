// The fuzz targets as a plain test: their seeds, and the same few thousand mutations every time.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "fakes/ber.hpp"
#include "fuzz/target.hpp"
#include "support/process.hpp"

namespace pantau::fuzz {
namespace {

using Random = std::mt19937_64;

std::vector<std::string> seeds_of(std::string_view target) {
    const std::filesystem::path folder =
        std::filesystem::path(PANTAU_SOURCE_DIR "/tests/fuzz/seeds") / target;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> seeds;
    for (const auto& path : paths)
        seeds.push_back(test::read_file(path.string()));
    return seeds;
}

std::size_t below(Random& random, std::size_t limit) {
    return limit == 0 ? 0 : random() % limit;
}

/// One small change, as libFuzzer makes them: a byte, a piece lost, a piece said twice, or the
/// beginning of one seed with the end of another.
void mutate(std::string& bytes, const std::vector<std::string>& seeds, Random& random) {
    const std::size_t at = below(random, bytes.size());
    const std::size_t size = below(random, std::min<std::size_t>(16, bytes.size() - at)) + 1;
    switch (random() % 6) {
        case 0:
            if (!bytes.empty()) bytes[at] = static_cast<char>(random());
            break;
        case 1:
            if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8);
            break;
        case 2:
            bytes.erase(at, size);
            break;
        case 3:
            bytes.insert(at, bytes.substr(at, size));
            break;
        case 4:
            bytes.insert(at, 1, static_cast<char>(random()));
            break;
        default: {
            const std::string& other = seeds[below(random, seeds.size())];
            bytes = bytes.substr(0, at) + other.substr(below(random, other.size()));
        }
    }
}

bool keeps_promises(const Target& target, const std::string& bytes) {
    std::string fault;
    try {
        target.run(bytes);
    } catch (const std::exception& why) {
        fault = why.what();
    }
    CAPTURE(target.name);
    CAPTURE(fakes::ber::to_hex(bytes));
    CHECK_MESSAGE(fault.empty(), fault);
    return fault.empty();
}

/// Up to the first input that breaks something.
void try_all(const Target& target) {
    CAPTURE(target.name);
    const std::vector<std::string> seeds = seeds_of(target.name);
    REQUIRE(!seeds.empty());
    for (const std::string& seed : seeds) {
        if (!keeps_promises(target, seed)) return;
    }
    Random random(20261124);
    for (unsigned i = 0; i < target.mutations; ++i) {
        std::string bytes = seeds[below(random, seeds.size())];
        for (std::size_t changes = 1 + below(random, 4); changes > 0; --changes)
            mutate(bytes, seeds, random);
        if (!keeps_promises(target, bytes)) return;
    }
}

}  // namespace

TEST_SUITE("fuzz") {
    TEST_CASE("every seed, and thousands of changed ones, keep every promise") {
        for (const Target& target : targets())
            try_all(target);
    }
}

}  // namespace pantau::fuzz
