#include "tests/bench/simulator.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/bench/v3_front.hpp"

namespace pantau::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "%s\n", what);
    std::exit(EXIT_FAILURE);
}

template <class Value>
bool tell(int to, const Value& value) {
    return ::write(to, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

template <class Value>
bool hear(int from, Value& value) {
    return ::read(from, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

}  // namespace

Simulator::Simulator(const city::CityOptions& options) {
    std::array<int, 2> down{};
    std::array<int, 2> up{};
    if (::pipe(down.data()) != 0 || ::pipe(up.data()) != 0) give_up("no pipe to the simulator");
    pid_ = ::fork();
    if (pid_ < 0) give_up("the simulator cannot be started");
    if (pid_ == 0) {
        ::close(down[1]);
        ::close(up[0]);
        serve(options, down[0], up[1]);
    }
    ::close(down[0]);
    ::close(up[1]);
    ask_ = down[1];
    hear_ = up[0];
    if (!hear(hear_, ports_)) give_up("the simulator did not start");
}

/// One byte asks for the counts; the end of the pipe is the end.
void Simulator::serve(const city::CityOptions& options, int asked, int told) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto city = city::City::open(options);
    if (!city) {
        std::fprintf(stderr, "%s\n", to_string(city.error()).c_str());
        std::_Exit(EXIT_FAILURE);
    }
    (*city)->start();
    const std::uint16_t port = (*city)->snmp_port();
    bool is_heard = tell(told, Ports{port, start_v3_front(port)});
    char question = 0;
    while (is_heard && hear(asked, question))
        is_heard = tell(told, (*city)->counts());
    std::_Exit(EXIT_SUCCESS);
}

Simulator::~Simulator() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(ask_);
    ::close(hear_);
}

city::City::Counts Simulator::counts() const {
    city::City::Counts counts;
    if (!tell(ask_, '?') || !hear(hear_, counts)) give_up("the simulator is gone");
    return counts;
}

void Simulator::signal(int number) const {
    ::kill(pid_, number);
}

}  // namespace pantau::bench
