#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/collector.hpp"
#include "collectors/http/settings.hpp"

namespace pantau::test {

/// One Worker's HTTP collector on a loop of its own.
class Checking {
public:
    Checking();

    [[nodiscard]] std::unique_ptr<Session> open(const http::Settings& settings,
                                                std::string address = "127.0.0.1");
    /// Starts a check and runs the loop until it has ended.
    [[nodiscard]] Answer finish(Session& session,
                                std::chrono::milliseconds limit = std::chrono::seconds(10));
    [[nodiscard]] Answer check(const http::Settings& settings,
                               std::chrono::milliseconds limit = std::chrono::seconds(10));
    [[nodiscard]] std::uint64_t requests() const { return counts_->value(0); }

    boost::asio::io_context loop;

private:
    std::shared_ptr<CollectorCounts> counts_;
    std::unique_ptr<Collector> collector_;
};

[[nodiscard]] http::Settings page(std::string url);

/// The value of a fact with that JSON path, or nothing.
[[nodiscard]] std::optional<double> fact(const Answer& answer, std::string_view path);

/// The same of a fact that is a text.
[[nodiscard]] std::string word(const Answer& answer, std::string_view path);

/// What pantau_http_check_success will say about that check, or nothing.
[[nodiscard]] std::optional<double> check_success(const Answer& answer, std::string_view check);

/// The reason's word, or "ok".
[[nodiscard]] std::string outcome(const Answer& answer);

}  // namespace pantau::test
