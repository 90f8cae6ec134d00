#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "collectors/citizen/kind.hpp"
#include "collectors/citizen/settings.hpp"
#include "fakes/portal.hpp"

namespace pantau::test {

/// What an operator would write for the portal.
[[nodiscard]] citizen::Settings settings_for(const FakePortal& portal,
                                             std::string_view at = FakePortal::address);

/// One Worker's citizen collector on a loop of its own.
class Checking {
public:
    Checking()
        : counts_(citizen_kind().make_counts()), collector_(citizen_kind().make(loop_, counts_)) {}

    [[nodiscard]] std::unique_ptr<Session> open(const citizen::Settings& settings,
                                                std::string device = "127.0.0.1");
    [[nodiscard]] Answer finish(Session& session, Duration limit = std::chrono::seconds(30));
    /// A whole sequence of a device of its own.
    [[nodiscard]] Answer check(const citizen::Settings& settings);

    [[nodiscard]] std::uint64_t checks() const { return counts_->value(0); }
    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

private:
    boost::asio::io_context loop_;
    std::shared_ptr<CollectorCounts> counts_;
    std::unique_ptr<Collector> collector_;
};

/// Its name; "unknown" of a check that could not look, "none" of one without a ladder.
[[nodiscard]] std::string verdict_of(const Answer& answer);

/// Everything about an answer that helps to understand a failure.
[[nodiscard]] std::string told(const Answer& answer);

}  // namespace pantau::test
