#include "collectors/snmp/session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <functional>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace pantau::snmp {
namespace {

namespace asio = boost::asio;

/// From one walk of everything to the next.
constexpr Duration walk_interval = std::chrono::minutes(10);
/// A name's address is looked up again after this, and after each lost visit.
constexpr Duration address_lifetime = std::chrono::minutes(5);

/// A wrong privacy password is told within this after the first request: sooner than the retries
/// end when they would take longer.
constexpr Duration privacy_verdict = std::chrono::milliseconds(5500);
/// From one log line about a device's engine to the next: an engine without keys may change its id
/// with every message. The counter counts them all.
constexpr Duration engine_log_interval = std::chrono::minutes(10);

constexpr std::array<FactKind, 3> fact_rows{{
    {"requests", "", "", "", "Requests sent in the visit, repeated ones included."},
    {"retries", "", "", "", "Requests of the visit sent because an earlier one met silence."},
    {"version", "", "", "", "SNMP version of the credential that works."},
}};

constexpr CollectorInfo info{"snmp", fact_rows};

MonoTime now() {
    return std::chrono::steady_clock::now();
}

Version wire_version(Credential::Version version) {
    switch (version) {
        case Credential::Version::v1:
            return Version::v1;
        case Credential::Version::v2c:
            return Version::v2c;
        case Credential::Version::v3:
            break;
    }
    return Version::v3;
}

const std::array<const std::string, 3> version_words{"1", "2c", "3"};

/// Shared by all visits, and counted by none: the texts are there until the end.
std::shared_ptr<const std::string> shared_word_of(Credential::Version version) {
    return {std::shared_ptr<void>(), &version_words[static_cast<std::size_t>(version)]};
}

}  // namespace

const CollectorInfo& snmp_info() {
    return info;
}

std::string_view word_of(Credential::Version version) {
    return version_words[static_cast<std::size_t>(version)];
}

std::shared_ptr<const AskPlan> AskPlans::of(const std::shared_ptr<const Ask>& ask) {
    for (const auto& weak : plans_) {
        auto plan = weak.lock();
        if (plan != nullptr && plan->ask == ask) return plan;
    }
    std::erase_if(plans_, [](const auto& weak) { return weak.expired(); });
    auto plan = std::make_shared<const AskPlan>(ask);
    plans_.push_back(plan);
    return plan;
}

struct SnmpSession::NameLookup {
    explicit NameLookup(asio::io_context& loop) : resolver(loop), deadline(loop) {}
    asio::ip::udp::resolver resolver;
    asio::steady_timer deadline;
    unsigned number = 0;  ///< Of the lookup whose end is awaited; others are too late.
};

SnmpSession::SnmpSession(std::shared_ptr<const Device> device, std::shared_ptr<Engine> engine,
                         std::shared_ptr<AskPlans> plans, std::shared_ptr<V3Workshop> workshop)
    : device_(std::move(device)),
      engine_(std::move(engine)),
      plans_(std::move(plans)),
      workshop_(std::move(workshop)) {
    PANTAU_ASSERT(!device_->credentials.empty());
    peer_ = Peer::numeric(device_->address, device_->port);
    if (!peer_) lookup_ = std::make_unique<NameLookup>(engine_->loop());
}

SnmpSession::~SnmpSession() {
    if (ticket_ != 0) engine_->cancel(ticket_);
}

/// The question that finds the profile comes again in an hour, if at all, and has no rows.
void SnmpSession::forget_what_is_asked_once() {
    std::erase_if(learned_, [](const Learned& each) {
        return each.knowledge.visits <= 1 && each.plan->tables.empty();
    });
}

std::weak_ptr<bool> SnmpSession::watch() {
    if (alive_ == nullptr) alive_ = std::make_shared<bool>(true);
    return alive_;
}

SnmpSession::Learned& SnmpSession::learned_by(const std::shared_ptr<const Ask>& ask) {
    const auto known = std::ranges::find(
        learned_, ask, [](const Learned& each) -> const auto& { return each.plan->ask; });
    if (known != learned_.end()) {
        std::rotate(learned_.begin(), known, known + 1);
    } else {
        forget_what_is_asked_once();
        if (learned_.size() >= asks_most) learned_.pop_back();
        learned_.insert(learned_.begin(), Learned{plans_->of(ask), {}});
        learned_.shrink_to_fit();
    }
    return learned_.front();
}

std::uint32_t SnmpSession::walk_every() const {
    const auto visits = static_cast<std::uint32_t>(
        std::max<Duration::rep>(1, walk_interval / std::max(device_->poll.interval, Duration(1))));
    // Not all devices at once after a start.
    return visits +
           static_cast<std::uint32_t>(std::hash<std::string>{}(device_->id) % (visits / 4 + 1));
}

unsigned SnmpSession::contact_retries() const {
    return lost_visits_ < lost_visits_until_one_try ? device_->poll.retries : 0;
}

// ---- one visit ---------------------------------------------------------------------------------

void SnmpSession::collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) {
    PANTAU_ASSERT(done_ == nullptr);
    is_in_collect_ = true;
    ask_ = std::move(ask);
    deadline_ = deadline;
    done_ = std::move(done);
    requests_ = 0;
    retries_ = 0;
    first_request_ = last_reply_ = MonoTime{};
    auth_failure_.reset();
    if (lookup_ != nullptr &&
        (!peer_ || lost_visits_ != 0 || now() - address_age_ > address_lifetime)) {
        find_address();
    } else {
        begin_visit();
    }
    is_in_collect_ = false;
}

void SnmpSession::listen(Ear ear, const PollLimits& limits) {
    listener_ = std::make_unique<const Listener>(Listener{std::move(ear), limits});
}

/// Looks the name up beside the loop. An address of before is better than none.
void SnmpSession::find_address() {
    const unsigned number = ++lookup_->number;
    const auto is_current = [this, number, alive = watch()] {
        return !alive.expired() && lookup_->number == number;
    };
    const auto go_on = [this](bool is_found, const std::string& why) {
        ++lookup_->number;
        lookup_->deadline.cancel();
        if (is_found) address_age_ = now();
        if (peer_) {
            begin_visit();
        } else {
            fail({Reason::name_resolution,
                  "the name '" + device_->address + "' has no address: " + why, device_->id});
        }
    };
    lookup_->deadline.expires_at(std::min(deadline_, now() + device_->poll.timeout));
    lookup_->deadline.async_wait([is_current, go_on](const boost::system::error_code& error) {
        if (!error && is_current()) go_on(false, "the resolver does not answer");
    });
    lookup_->resolver.async_resolve(
        device_->address, std::to_string(device_->port),
        [this, is_current, go_on](const boost::system::error_code& error,
                                  const asio::ip::udp::resolver::results_type& found) {
            if (!is_current()) return;
            if (error || found.empty()) {
                go_on(false, error ? error.message() : "none");
                return;
            }
            sockaddr_storage storage{};
            const auto endpoint = found.begin()->endpoint();
            std::memcpy(&storage, endpoint.data(), endpoint.size());
            peer_ = Peer::of(storage);
            go_on(true, "");
        });
}

void SnmpSession::begin_visit() {
    const bool is_in_doubt = !is_credential_proven_ || lost_visits_ >= lost_visits_until_doubt;
    credential_tries_left_ = device_->credentials.size() > 1 && is_in_doubt
                                 ? device_->credentials.size() * (1 + contact_retries())
                                 : 1;
    begin_with_credential();
}

void SnmpSession::begin_with_credential() {
    Learned& learned = learned_by(ask_);
    PollOptions options;
    options.version = wire_version(credential().version);
    options.retries = device_->poll.retries;
    // With several credentials to try, each gets one request a round.
    options.contact_retries = credential_tries_left_ > 1 ? 0 : contact_retries();
    options.walk_every = walk_every();
    if (listener_ != nullptr) options.limits = listener_->limits;
    --credential_tries_left_;
    if (options.version == Version::v3) {
        begin_talk();
        options.community_size = talk_->reply_overhead();
    } else {
        talk_.reset();
        options.community_size = credential().community.reveal().size();
    }
    machine_ = std::make_unique<PollMachine>(*learned.plan, traits_, learned.knowledge, options,
                                             engine_->counts());
    if (talk_ != nullptr && talk_->fault()) machine_->stop(*talk_->fault());
    step();
}

void SnmpSession::begin_talk() {
    if (workshop_ == nullptr) workshop_ = std::make_shared<V3Workshop>();
    if (talk_ == nullptr || !talk_->is_for(credential()))
        talk_ = std::make_unique<V3Talk>(credential(), workshop_->crypto, workshop_->keys,
                                         random_seed());
    talk_->begin_visit(lost_visits_ != 0);
}

/// Sends the machine's next request, or ends the visit.
void SnmpSession::step() {
    const RequestBody* const body = machine_->next();
    if (body == nullptr) {
        if (is_test_due()) {
            begin_test();
        } else {
            end_machine();
        }
        return;
    }
    send(*body);
}

void SnmpSession::send(const RequestBody& body) {
    const MonoTime time = now();
    if (time >= deadline_) {
        machine_->stop({Reason::timeout, "the time for this visit is over", {}});
        end_machine();
        return;
    }
    Request request;
    request.peer = *peer_;
    request.version = wire_version(credential().version);
    request.community = credential().community.reveal();
    request.v3 = talk_.get();
    request.body = body;
    request.timeout = std::min(patience(), deadline_ - time);
    const Result<Engine::Ticket> ticket = engine_->send(request, *this);
    if (!ticket) {
        machine_->stop(ticket.error());
        end_machine();
        return;
    }
    ticket_ = *ticket;
    if (requests_++ == 0) first_request_ = time;
    if (machine_->is_repeating()) {
        ++retries_;
        engine_->counts().retry();
    }
}

/// A lost datagram costs a few round trips, not the whole timeout; the verdict that a device, or a
/// size, gets no answer always waits for all of it.
Duration SnmpSession::patience() const {
    const Duration most = device_->poll.timeout;
    const bool is_test = talk_ != nullptr && talk_->is_testing();
    if (is_test || machine_->is_last_try()) return most;
    return round_trip_.timeout(machine_->tries(), most);
}

Refusal SnmpSession::judge(const Message& message) const {
    return machine_->judge(message);
}

void SnmpSession::on_reply(const Message& message, const Arrival& arrival) {
    ticket_ = 0;
    last_reply_ = now();
    round_trip_.add(arrival.round_trip);
    const V3Talk::Then then = talk_ == nullptr ? V3Talk::Then::deliver : talk_->then();
    if (then == V3Talk::Then::again && talk_->is_testing()) {
        send({});
        return;
    }
    if (then == V3Talk::Then::deliver) {
        if (listener_ != nullptr) listener_->ear(machine_->request(), message);
        machine_->on_reply(message, arrival.bytes);
    }
    if (then == V3Talk::Then::fail) {
        if (talk_->refusal().reason == Reason::auth)
            auth_failure_ = std::make_unique<Error>(talk_->refusal());
        machine_->stop(talk_->refusal());
    }
    step();
}

void SnmpSession::on_failure(const Error& error) {
    ticket_ = 0;
    const bool was_test = talk_ != nullptr && talk_->is_testing();
    if (error.reason != Reason::timeout || now() >= deadline_) {
        machine_->stop(error);
    } else {
        if (talk_ != nullptr) talk_->on_silence();
        if (!was_test) machine_->on_silence();
        const bool would_be_late = now() + device_->poll.timeout > first_request_ + privacy_verdict;
        if (would_be_late && is_test_due()) {
            begin_test();
            return;
        }
    }
    step();
}

/// Nothing was heard of what is encrypted, though the device is there.
bool SnmpSession::is_test_due() const {
    return talk_ != nullptr && !machine_->was_heard() && talk_->wants_test() && now() < deadline_;
}

/// One request that is signed alone. The machine waits beside it, or is over already.
void SnmpSession::begin_test() {
    talk_->begin_test();
    send({});
}

/// The machine has no more to ask: the visit is over, or the next credential has its turn.
void SnmpSession::end_machine() {
    const bool was_heard = machine_->was_heard();
    Answer answer = machine_->take_answer();
    machine_.reset();
    tell_events();
    if (auth_failure_ && answer.error && answer.error->reason == Reason::timeout)
        answer.error = *auth_failure_;  // also that of an earlier credential: it says more
    const bool is_refused = answer.error && answer.error->reason == Reason::auth;
    // One that worked and is refused now: the others have their turn in this visit.
    if (is_refused && std::exchange(is_credential_proven_, false))
        credential_tries_left_ = device_->credentials.size() - 1;
    if (!was_heard) round_trip_.forget();
    if (was_heard) {
        is_credential_proven_ = true;
        lost_visits_ = 0;
    } else if (answer.error && (is_refused || answer.error->reason == Reason::timeout) &&
               next_credential()) {
        begin_with_credential();
        return;
    } else if (answer.error && !is_own_fault(answer.error->reason)) {
        ++lost_visits_;
    }
    if (answer.error) {
        if (answer.error->where.empty()) answer.error->where = peer_->to_string();
        if (answer.error->reason == Reason::timeout)
            answer.error->detail = "no answer to " + std::to_string(requests_) +
                                   (requests_ == 1 ? " request" : " requests") +
                                   (talk_ == nullptr ? "" : talk_->silence_words());
    }
    finish(std::move(answer));
}

void SnmpSession::tell_events() {
    if (talk_ == nullptr) return;
    for (const EngineEvent event : talk_->take_events()) {
        engine_->counts().engine_event(event);
        if (event == EngineEvent::restarted) continue;  // sysUpTime tells that, too
        if (engine_told_ != MonoTime{} && now() - engine_told_ < engine_log_interval) continue;
        engine_told_ = now();
        log(event == EngineEvent::replaced ? msg::snmp_engine_replaced : msg::snmp_engine_went_back,
            {{"device", device_->id}, {"peer", peer_->to_string()}});
    }
}

/// Turns to the next credential, so that the next visit begins with it when this one ends here.
/// Wrong communities meet silence: nothing tells them from a device that is gone. A v3 device says
/// no, and then the next one has its turn at once.
bool SnmpSession::next_credential() {
    if (device_->credentials.size() == 1 ||
        (is_credential_proven_ && lost_visits_ < lost_visits_until_doubt))
        return false;
    credential_ = (credential_ + 1) % device_->credentials.size();
    return credential_tries_left_ > 0 && now() < deadline_;
}

void SnmpSession::fail(Error error) {
    Answer answer;
    answer.error = std::move(error);
    finish(std::move(answer));
}

void SnmpSession::finish(Answer answer) {
    answer.collector = &info;
    answer.facts.push_back({fact_requests, static_cast<double>(requests_)});
    answer.facts.push_back({fact_retries, static_cast<double>(retries_)});
    if (answer.ok()) answer.facts.push_back({fact_version, shared_word_of(credential().version)});
    answer.finished = now();
    if (requests_ != 0)
        answer.duration =
            (last_reply_ == MonoTime{} ? answer.finished : last_reply_) - first_request_;
    ask_.reset();
    Done done = std::exchange(done_, nullptr);
    if (!is_in_collect_) {
        done(std::move(answer));  // may destroy this session
        return;
    }
    auto later = [done = std::move(done), answer = std::move(answer), alive = watch()]() mutable {
        if (!alive.expired()) done(std::move(answer));
    };
    asio::post(engine_->loop(), std::move(later));
}

}  // namespace pantau::snmp
