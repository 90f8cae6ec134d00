#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "base/oid.hpp"
#include "base/result.hpp"
#include "collectors/snmp/session.hpp"

namespace pantau::snmp {

/// Reads all that one device has below an object identifier, with the types that it sent: what a
/// Session does once for one subtree. It has the Session's patience with agents and its guards.
///
///   walk -> GETBULK or GETNEXT ... the end of the subtree --> done
///                                        | nothing was there
///                                        v
///                                  GET of the name itself --> done
class Walker {
public:
    /// A technician waits for it, so it may cost more than a visit. 1,000,000 values, each in a
    /// request of its own, are about 100 octets each.
    static constexpr PollLimits limits{.requests_known = 64,
                                       .requests_walk = 1'000'000,
                                       .rows = 1'000'000,
                                       .bytes = 128u << 20,
                                       .cells_known = 1000,
                                       .reply_octets = 1472};

    struct Outcome {
        bool was_heard = false;      ///< The device said something, though it may be no value.
        std::optional<Error> error;  ///< Why the walk ended before the subtree did.
        std::size_t values = 0;
    };
    /// Given each value once, in the order of the walk. What it views ends with the call.
    using Take = std::function<void(const Varbind&)>;
    using Done = std::function<void(const Outcome&)>;

    Walker(std::shared_ptr<const Device> device, boost::asio::io_context& loop, Take take);

    /// One at a time. `subtree` has two parts at least. `done` may begin the next one.
    void walk(const Oid& subtree, MonoTime deadline, Done done);

private:
    void hear(const RequestBody& request, const Message& message);
    void ask_for(std::uint16_t table);
    void end(const Answer& answer);

    boost::asio::io_context& loop_;
    Take take_;
    SnmpSession session_;
    Oid subtree_;
    Oid last_;  ///< The name of the value that came last.
    MonoTime deadline_{};
    Done done_;
    Outcome outcome_;
    bool is_get_ = false;  ///< The walk found nothing: the name itself is asked for.
};

}  // namespace pantau::snmp
