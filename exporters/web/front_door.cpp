#include "exporters/web/front_door.hpp"

#include <utility>

namespace pantau::web {
namespace {

using Verdict = DoorAnswer::Verdict;

MonoTime now() {
    return std::chrono::steady_clock::now();
}

}  // namespace

Result<std::shared_ptr<const DoorRules>> make_door_rules(
    const std::optional<config::WebConfig>& config) {
    auto rules = std::make_shared<DoorRules>();
    if (config) rules->config = *config;
    rules->passwords = std::make_shared<Passwords>(rules->config.users);
    if (rules->config.tls) {
        auto context = make_tls_context(*rules->config.tls);
        if (!context) return tl::unexpected(std::move(context.error()));
        rules->tls = std::move(*context);
    }
    return rules;
}

FrontDoor::FrontDoor(std::shared_ptr<const DoorRules> rules, std::shared_ptr<LoopGate> gate)
    : rules_(std::move(rules)), gate_(std::move(gate)) {}

void FrontDoor::set(std::shared_ptr<const DoorRules> rules) {
    rules_.with([&rules](auto& current) { current.swap(rules); });
}

std::shared_ptr<const DoorRules> FrontDoor::rules() const {
    return rules_.with([](const auto& current) { return current; });
}

void FrontDoor::ask(Question question, std::function<void(DoorAnswer)> done) {
    const auto rules = this->rules();
    Passwords& passwords = *rules->passwords;
    if (!passwords.is_needed()) return done({Verdict::welcome, {}, {}});
    auto login = parse_basic_auth(question.authorization);
    if (!login) return done({Verdict::stranger, {}, {}});
    const Passwords::Tag tag = passwords.tag_of(*login);
    const bool is_remembered = passwords.remembers(tag);
    if (is_remembered && question.known == tag) return done({Verdict::welcome, tag, {}});
    if (!failures_.take(question.source, now())) {
        counters_.logins_throttled.fetch_add(1, std::memory_order_relaxed);
        return done({Verdict::too_often, {}, failures_.wait_of(question.source, now())});
    }
    if (is_remembered) {
        failures_.give_back(question.source, now());
        return done({Verdict::welcome, tag, {}});
    }
    check(std::move(question), std::move(*login), std::move(done));
}

void FrontDoor::check(Question question, Login login, std::function<void(DoorAnswer)> done) {
    const auto rules = this->rules();
    const std::string source = question.source;
    const bool is_taken =
        thread_.post([this, rules, question = std::move(question), login = std::move(login), done] {
            const bool fits = rules->passwords->verify(login);
            const Passwords::Tag tag = rules->passwords->tag_of(login);
            gate_->post([weak = weak_from_this(), rules, question, tag, fits, done] {
                const auto self = weak.lock();
                if (!self) return;
                if (fits) self->failures_.give_back(question.source, now());
                // The file has changed meanwhile: what it says now counts.
                if (rules != self->rules()) return self->ask(question, done);
                if (fits) {
                    rules->passwords->remember(tag);
                    return done({Verdict::welcome, tag, {}});
                }
                self->counters_.logins_failed.fetch_add(1, std::memory_order_relaxed);
                done({Verdict::stranger, {}, {}});
            });
        });
    if (is_taken) return;
    failures_.give_back(source, now());
    counters_.logins_throttled.fetch_add(1, std::memory_order_relaxed);
    done({Verdict::too_often, {}, std::chrono::seconds(1)});
}

}  // namespace pantau::web
