#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/snmp/engine.hpp"
#include "collectors/snmp/session.hpp"

namespace pantau::snmp::test {

using namespace std::chrono_literals;

inline std::shared_ptr<const Credential> credential(
    const std::string& community, Credential::Version version = Credential::Version::v2c) {
    auto made = std::make_shared<Credential>();
    made->name = "c-" + community;
    made->version = version;
    made->community = Secret(community);
    return made;
}

inline std::shared_ptr<Device> device(const std::string& address, std::uint16_t port) {
    auto made = std::make_shared<Device>();
    made->id = "ap-1";
    made->address = address;
    made->port = port;
    made->credentials = {credential("public")};
    made->poll.timeout = 200ms;
    return made;
}

/// Fields of scalars first, then one table after the other.
inline std::shared_ptr<const Ask> ask(std::vector<std::string> scalars,
                                      std::vector<std::vector<std::string>> tables = {},
                                      std::shared_ptr<const CollectorSettings> care = nullptr) {
    auto made = std::make_shared<Ask>();
    for (const std::string& address : scalars)
        made->fields.push_back({address, "scalar " + address, Field::no_table});
    for (std::size_t table = 0; table < tables.size(); ++table) {
        for (const std::string& address : tables[table])
            made->fields.push_back(
                {address, "column " + address, static_cast<std::uint16_t>(table)});
    }
    made->care = std::move(care);
    return made;
}

/// A loop with an engine; carries out one visit after the other.
struct Bench {
    boost::asio::io_context loop{1};
    std::shared_ptr<Counts> counts = std::make_shared<Counts>();
    std::shared_ptr<Engine> engine = std::make_shared<Engine>(loop, counts);
    std::shared_ptr<AskPlans> plans = std::make_shared<AskPlans>();

    std::unique_ptr<SnmpSession> open(std::shared_ptr<const Device> to) {
        return std::make_unique<SnmpSession>(std::move(to), engine, plans);
    }
    /// Nothing when the visit did not end within `patience`.
    std::optional<Answer> visit(Session& session, const std::shared_ptr<const Ask>& what,
                                Duration deadline = 10s) {
        std::optional<Answer> answer;
        session.collect(what, std::chrono::steady_clock::now() + deadline,
                        [&](Answer given) { answer = std::move(given); });
        run_until([&] { return answer.has_value(); }, deadline + 2s);
        return answer;
    }
    template <class Condition>
    bool run_until(Condition is_true, Duration patience = 10s) {
        const auto end = std::chrono::steady_clock::now() + patience;
        loop.restart();
        while (!is_true() && std::chrono::steady_clock::now() < end)
            loop.run_one_for(20ms);
        return is_true();
    }
};

inline const Cell* cell_of(const Answer& answer, std::uint16_t field,
                           const std::vector<std::uint32_t>& row = {}) {
    for (const Cell& cell : answer.cells()) {
        const auto key = answer.row_of(cell);
        if (cell.field == field && std::equal(key.begin(), key.end(), row.begin(), row.end()))
            return &cell;
    }
    return nullptr;
}

inline double fact(const Answer& answer, FactRow row) {
    for (const Fact& each : answer.facts) {
        if (each.kind() == row) return *each.number();
    }
    return -1;
}

}  // namespace pantau::snmp::test
