#include <doctest/doctest.h>
#include <sched.h>

#include <fstream>
#include <thread>

#include "collectors_http/checking.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

bool ip(std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    return run(std::move(words)).status == 0;
}

/// Outcome and words of a check of each address, on a thread with a network of its own that
/// `arrange` has made. Nothing, and said loudly, where that needs a privilege we do not have.
std::vector<std::pair<std::string, std::string>> outcomes(const std::vector<std::string>& hosts,
                                                          const std::function<bool()>& arrange) {
    bool is_alone = false;
    bool is_arranged = false;
    std::vector<std::pair<std::string, std::string>> all;
    std::thread([&] {
        if (::unshare(CLONE_NEWNET) != 0) return;
        is_alone = true;
        is_arranged = arrange();
        for (const std::string& host : hosts) {
            const Answer answer = Checking().check(page("http://" + host + "/"));
            all.emplace_back(outcome(answer), answer.error ? answer.error->detail : "");
        }
    }).join();
    if (!is_alone) print_skip("a network of its own cannot be made without root");
    CHECK(is_arranged == is_alone);
    return all;
}

/// A link whose other end is there and answers nothing; who looks for a neighbour gives up soon.
bool add_silent_link() {
    // The kernel's own word about a neighbour comes over the loopback.
    const bool is_there = ip({"link", "set", "lo", "up"}) &&
                          ip({"link", "add", "near", "type", "veth", "peer", "name", "far"});
    std::ofstream("/proc/sys/net/ipv4/neigh/near/retrans_time_ms") << 50;
    std::ofstream("/proc/sys/net/ipv4/conf/far/arp_ignore") << 8;
    return is_there && ip({"address", "add", "10.7.0.1/24", "dev", "near"}) &&
           ip({"link", "set", "near", "up"}) && ip({"link", "set", "far", "up"});
}

}  // namespace

TEST_SUITE("collectors/http routes") {
    TEST_CASE("an address this machine has no route to is a fault of this machine") {
        SKIP_WITHOUT("ip");
        const auto all = outcomes({"10.9.9.9", "[2001:db8::9]", "10.8.0.1"}, [] {
            return ip({"link", "set", "lo", "up"}) &&
                   ip({"route", "add", "unreachable", "10.8.0.0/16"});
        });
        for (const auto& [outcome, words] : all) {
            CAPTURE(words);
            CHECK(outcome == "local");
            CHECK(words == "this machine knows no way to this address");
        }
    }

    TEST_CASE("an address that nobody on the link has is unreachable") {
        SKIP_WITHOUT("ip");
        for (const auto& [outcome, words] : outcomes({"10.7.0.2"}, add_silent_link)) {
            CAPTURE(words);
            CHECK(outcome == "unreachable");
            CHECK(words == "the network knows no way there");
        }
    }
}
