#include "collectors_http/checking.hpp"

#include <stdexcept>

#include "collectors/http/kind.hpp"

namespace pantau::test {

Checking::Checking()
    : counts_(http_kind().make_counts()), collector_(http_kind().make(loop, counts_)) {}

std::unique_ptr<Session> Checking::open(const http::Settings& settings, std::string address) {
    auto device = std::make_shared<Device>();
    device->id = "ap";
    device->address = std::move(address);
    device->collectors["http"] = std::make_shared<http::Settings>(settings);
    return collector_->open(device);
}

Answer Checking::finish(Session& session, std::chrono::milliseconds limit) {
    std::optional<Answer> got;
    session.collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + limit,
                    [&](Answer answer) {
                        got = std::move(answer);
                        loop.stop();
                    });
    loop.restart();
    loop.run_for(std::chrono::seconds(30));
    if (!got) throw std::runtime_error("the check never ended");
    return std::move(*got);
}

Answer Checking::check(const http::Settings& settings, std::chrono::milliseconds limit) {
    const std::unique_ptr<Session> session = open(settings);
    if (!session) throw std::runtime_error("no session");
    return finish(*session, limit);
}

http::Settings page(std::string url) {
    http::Settings settings;
    settings.url = std::move(url);
    settings.timeout = std::chrono::seconds(10);
    return settings;
}

std::optional<double> fact(const Answer& answer, std::string_view path) {
    for (const Fact& one : answer.facts) {
        if (answer.collector->facts[one.kind()].json_path == path) return *one.number();
    }
    return std::nullopt;
}

std::string word(const Answer& answer, std::string_view path) {
    for (const Fact& one : answer.facts) {
        if (answer.collector->facts[one.kind()].json_path == path) return std::string(one.text());
    }
    return {};
}

std::optional<double> check_success(const Answer& answer, std::string_view check) {
    for (const Fact& one : answer.facts) {
        const FactKind& kind = answer.collector->facts[one.kind()];
        const std::string_view label = one.label().empty() ? kind.label_value : one.label();
        if (kind.label_name == "check" && label == check) return *one.number();
    }
    return std::nullopt;
}

std::string outcome(const Answer& answer) {
    return answer.error ? std::string(name_of(answer.error->reason)) : "ok";
}

}  // namespace pantau::test
