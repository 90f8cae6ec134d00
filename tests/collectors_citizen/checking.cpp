#include "checking.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>

namespace pantau::test {

using namespace std::chrono_literals;

citizen::Settings settings_for(const FakePortal& portal, std::string_view at) {
    const auto url = [&](std::string_view host, std::string_view path) {
        return "http://" + std::string(host) + ":" + std::to_string(portal.web_port()) +
               std::string(path);
    };
    const std::string address(at);
    citizen::Settings settings;
    settings.dns = citizen::Dns{{address, portal.dns_port()}, {{"check.example", {address}}}};
    settings.portal = citizen::Portal{{"portal.example", 0}, url("portal.example", "/api")};
    settings.login = citizen::Login{url("portal.example", "/login"),
                                    {{"accept", Secret(std::string("1"))}, {"a b", Secret("&")}},
                                    "Selamat"};
    settings.check_url = url("check.example", "/generate_204");
    settings.download = citizen::Download{url("check.example", "/64k"), 125'000};
    settings.quota_text = "kuota";
    settings.quota_url = "*/quota*";
    return settings;
}

std::unique_ptr<Session> Checking::open(const citizen::Settings& settings, std::string device) {
    auto made = std::make_shared<Device>();
    made->id = "ap";
    made->address = std::move(device);
    made->collectors["citizen"] = std::make_shared<citizen::Settings>(settings);
    return collector_->open(made);
}

Answer Checking::finish(Session& session, Duration limit) {
    std::optional<Answer> got;
    session.collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + limit,
                    [&](Answer answer) {
                        got = std::move(answer);
                        loop_.stop();
                    });
    loop_.restart();
    loop_.run_for(60s);
    if (!got) throw std::runtime_error("the check never ended");
    return std::move(*got);
}

Answer Checking::check(const citizen::Settings& settings) {
    const auto session = open(settings);
    if (!session) throw std::runtime_error("no session");
    return finish(*session);
}

std::string verdict_of(const Answer& answer) {
    return answer.ladder ? std::string(answer.ladder->verdict) : "none";
}

std::string told(const Answer& answer) {
    std::string words = answer.error ? answer.error->detail : "no error";
    if (answer.ladder)
        for (const Rung& rung : answer.ladder->rungs)
            words += "\n  " + std::string(rung.name) + (rung.ok ? "  " : "! ") + rung.expected +
                     " | " + rung.came;
    return words;
}

}  // namespace pantau::test
