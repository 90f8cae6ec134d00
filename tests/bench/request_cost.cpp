#include "tests/bench/request_cost.hpp"

#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>

#include "collectors/snmp/engine.hpp"
#include "tests/bench/net_snmp_poller.hpp"
#include "tests/bench/standard_poll.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// Asks one device for ever, and keeps the latest values as the sessions do.
class Caller final : public snmp::Requester {
public:
    Caller(snmp::Engine& engine, const snmp::Request& request, Carried& carried)
        : engine_(engine), request_(request), carried_(carried) {}

    void ask() {
        if (!engine_.send(request_, *this)) ++carried_.failures;
    }

    [[nodiscard]] snmp::Refusal judge(const snmp::Message& message) const override {
        const bool is_all = request_.body.type == snmp::PduType::get_bulk ||
                            message.varbinds.size() == request_.body.names.size();
        return is_all ? snmp::Refusal::none : snmp::Refusal::varbind_count;
    }
    void on_reply(const snmp::Message& message, const Arrival& /*arrival*/) override {
        ++carried_.requests;
        carried_.varbinds += static_cast<double>(message.varbinds.size());
        values_.clear();
        for (const snmp::Varbind& each : message.varbinds)
            values_.push_back({each.value.integer, std::string(each.value.bytes)});
        ask();
    }
    void on_failure(const Error& /*error*/) override {
        ++carried_.failures;
        ask();
    }

private:
    struct Value {
        std::int64_t number;
        std::string text;
    };
    snmp::Engine& engine_;
    const snmp::Request request_;
    Carried& carried_;
    std::vector<Value> values_;
};

}  // namespace

Carried carry_by_engine(const std::vector<std::string>& addresses, std::uint16_t port,
                        const snmp::RequestBody& body, Duration time) {
    boost::asio::io_context loop{1};
    snmp::Engine::Options options;
    // The rate limit makes small batches of what comes faster, as no fleet does.
    options.requests_per_second = 1'000'000;
    snmp::Engine engine(loop, std::make_shared<snmp::Counts>(), options);
    Carried carried;
    std::deque<Caller> callers;
    for (const std::string& address : addresses) {
        snmp::Request request;
        request.peer = *snmp::Peer::numeric(address, port);
        request.community = "public";
        request.body = body;
        request.timeout = 2s;
        callers.emplace_back(engine, request, carried).ask();
    }
    loop.run_for(200ms);  // sockets and memory
    carried = {};
    const double cpu = cpu_seconds();
    loop.run_for(time);
    carried.cpu = cpu_seconds() - cpu;
    return carried;
}

Carried carry_by_sessions(const std::vector<std::string>& peers, const snmp::RequestBody& body,
                          Duration time) {
    NetSnmpPoller poller(peers, {{body.names.begin(), body.names.end()}}, body.max_repetitions);
    const auto run_for = [&](Duration span) {
        poller.run(0ms, std::chrono::steady_clock::now() + span);
    };
    run_for(200ms);
    const auto polls = poller.polls();
    const auto varbinds = poller.varbinds();
    const auto timeouts = poller.timeouts();
    Carried carried;
    const double cpu = cpu_seconds();
    run_for(time);
    carried.cpu = cpu_seconds() - cpu;
    carried.requests = static_cast<double>(poller.polls() - polls);
    carried.varbinds = static_cast<double>(poller.varbinds() - varbinds);
    carried.failures = static_cast<double>(poller.timeouts() - timeouts);
    return carried;
}

}  // namespace pantau::bench
