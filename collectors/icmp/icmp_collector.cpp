#include "collectors/icmp/icmp_collector.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/icmp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "collectors/icmp/engine.hpp"
#include "collectors/icmp/settings.hpp"

namespace pantau::icmp {
namespace {

namespace asio = boost::asio;

/// A name's address may change; a lost check asks again at once.
constexpr Duration address_lifetime = std::chrono::minutes(5);

constexpr FactKind round_trip(std::string_view path, std::string_view statistic) {
    return {path, "pantau_icmp_rtt_seconds", "statistic", statistic,
            "Round trip of the echo requests of the latest ICMP check."};
}

constexpr std::array<FactKind, 7> facts{{
    {"sent", "", "", "", "Echo requests that left this machine."},
    {"received", "", "", "", "Replies to them."},
    {"loss_ratio", "pantau_icmp_loss_ratio", "", "",
     "Share of the echo requests of the latest ICMP check that got no reply."},
    round_trip("rtt_min_seconds", "min"),
    round_trip("rtt_mean_seconds", "mean"),
    round_trip("rtt_max_seconds", "max"),
    {"jitter_seconds", "pantau_icmp_jitter_seconds", "", "",
     "Mean difference between round trips that follow one another."},
}};

MonoTime now() {
    return std::chrono::steady_clock::now();
}

void add_fact(Answer& answer, FactRow row, std::optional<double> value) {
    if (value) answer.facts.push_back(Fact{static_cast<std::uint16_t>(row), *value});
}

std::optional<double> seconds(const std::optional<Duration>& duration) {
    if (!duration) return std::nullopt;
    return to_seconds(*duration);
}

Answer answer_of(const Ask* ask, std::optional<Error> error) {
    Answer answer;
    answer.collector = &info();
    answer.error = std::move(error);
    answer.finished = now();
    for (const Field& field : ask != nullptr ? ask->fields : std::vector<Field>{}) {
        answer.problems.push_back(
            Problem{"icmp", field.label, Reason::unsupported, "ICMP brings no values of a device"});
    }
    return answer;
}

void add_facts(Answer& answer, const Summary& summary) {
    add_fact(answer, FactRow::sent, double(summary.sent));
    add_fact(answer, FactRow::received, double(summary.received));
    add_fact(answer, FactRow::loss, summary.loss);
    add_fact(answer, FactRow::rtt_min, seconds(summary.rtt_min));
    add_fact(answer, FactRow::rtt_mean, seconds(summary.rtt_mean));
    add_fact(answer, FactRow::rtt_max, seconds(summary.rtt_max));
    add_fact(answer, FactRow::jitter, seconds(summary.jitter));
}

class IcmpSession final : public Session {
public:
    IcmpSession(std::shared_ptr<const Device> device, std::shared_ptr<const Settings> settings,
                std::optional<Address> address, std::shared_ptr<Engine> engine)
        : device_(std::move(device)),
          settings_(std::move(settings)),
          engine_(std::move(engine)),
          address_(std::move(address)) {
        if (!address_) lookup_ = std::make_unique<NameLookup>(engine_->loop());
    }

    ~IcmpSession() override {
        if (ticket_ != 0) engine_->cancel(ticket_);
    }

    void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override {
        PANTAU_ASSERT(done_ == nullptr);
        ask_ = std::move(ask);
        deadline_ = deadline;
        done_ = std::move(done);
        const bool is_name_due = lookup_ != nullptr && (!address_ || was_lost_ ||
                                                        now() - address_age_ > address_lifetime);
        if (is_name_due) {
            find_address();
        } else {
            begin();
        }
    }

private:
    struct NameLookup {
        explicit NameLookup(asio::io_context& loop) : resolver(loop), deadline(loop) {}
        asio::ip::icmp::resolver resolver;
        asio::steady_timer deadline;
        unsigned number = 0;  ///< Of the lookup whose end is awaited; others are too late.
    };

    [[nodiscard]] Duration timeout() const {
        return settings_->timeout.value_or(device_->poll.timeout);
    }

    /// Looks the name up beside the loop. An address of before is better than none.
    void find_address() {
        const unsigned number = ++lookup_->number;
        const auto is_current = [this, number, alive = std::weak_ptr(alive_)] {
            return !alive.expired() && lookup_->number == number;
        };
        lookup_->deadline.expires_at(std::min(deadline_, now() + timeout()));
        lookup_->deadline.async_wait([this, is_current](const boost::system::error_code& error) {
            if (!error && is_current()) go_on("the resolver does not answer");
        });
        lookup_->resolver.async_resolve(
            device_->address, "",
            [this, is_current](const boost::system::error_code& error,
                               const asio::ip::icmp::resolver::results_type& found) {
                if (!is_current()) return;
                if (error || found.empty()) {
                    go_on(error ? error.message() : "none");
                    return;
                }
                sockaddr_storage storage{};
                const auto endpoint = found.begin()->endpoint();
                std::memcpy(&storage, endpoint.data(), endpoint.size());
                address_ = Address::of(storage);
                address_age_ = now();
                go_on("");
            });
    }

    void go_on(const std::string& why_not) {
        ++lookup_->number;
        lookup_->deadline.cancel();
        if (address_) {
            begin();
        } else {
            tell(answer_of(ask_.get(),
                           Error{Reason::name_resolution,
                                 "the name '" + device_->address + "' has no address: " + why_not,
                                 device_->id}));
        }
    }

    void begin() {
        ticket_ = engine_->start(*address_, {settings_->count, settings_->interval, timeout()},
                                 settings_->size, deadline_,
                                 [this](Engine::Outcome outcome) { end(std::move(outcome)); });
    }

    void end(Engine::Outcome outcome) {
        ticket_ = 0;
        was_lost_ = outcome.error.has_value();
        if (outcome.error) outcome.error->where = address_->to_string();
        Answer answer = answer_of(ask_.get(), std::move(outcome.error));
        answer.duration = outcome.duration;
        add_facts(answer, outcome.summary);
        tell(std::move(answer));
    }

    /// The Session may be gone after this.
    void tell(Answer answer) {
        ask_.reset();
        const Done done = std::exchange(done_, nullptr);
        done(std::move(answer));
    }

    std::shared_ptr<const Device> device_;
    std::shared_ptr<const Settings> settings_;
    std::shared_ptr<Engine> engine_;
    std::optional<Address> address_;
    std::unique_ptr<NameLookup> lookup_;  ///< For a name; else null.
    MonoTime address_age_{};
    std::shared_ptr<const Ask> ask_;
    MonoTime deadline_{};
    Done done_;
    Engine::Ticket ticket_ = 0;
    bool was_lost_ = false;
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

class IcmpCollector final : public Collector {
public:
    IcmpCollector(asio::io_context& loop, std::shared_ptr<Counts> counts)
        : engine_(std::make_shared<Engine>(loop, std::move(counts))) {}

    const CollectorInfo& info() const override { return icmp::info(); }

    std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        const auto found = device->collectors.find(info().name);
        if (found == device->collectors.end()) return nullptr;
        auto settings = std::dynamic_pointer_cast<const Settings>(found->second);
        if (!settings || !settings->enabled) return nullptr;
        auto address = Address::numeric(device->address);
        engine_->prepare(address && address->is_v6());
        return std::make_unique<IcmpSession>(std::move(device), std::move(settings), address,
                                             engine_);
    }

private:
    std::shared_ptr<Engine> engine_;
};

}  // namespace

const CollectorInfo& info() {
    static constexpr CollectorInfo row{"icmp", facts, Witness::reach};
    return row;
}

std::unique_ptr<Collector> make_collector(asio::io_context& loop, std::shared_ptr<Counts> counts) {
    return std::make_unique<IcmpCollector>(loop, std::move(counts));
}

}  // namespace pantau::icmp
