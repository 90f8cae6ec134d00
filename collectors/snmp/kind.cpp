#include "collectors/snmp/kind.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/oid.hpp"
#include "base/text.hpp"
#include "collectors/snmp/care.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/engine.hpp"
#include "collectors/snmp/library.hpp"
#include "collectors/snmp/session.hpp"
#include "config/yaml_reader.hpp"

namespace pantau {
namespace {

class SnmpCollector final : public Collector {
public:
    SnmpCollector(boost::asio::io_context& loop, std::shared_ptr<snmp::Counts> counts)
        : engine_(std::make_shared<snmp::Engine>(loop, std::move(counts))),
          plans_(std::make_shared<snmp::AskPlans>()),
          workshop_(std::make_shared<snmp::V3Workshop>()) {}

    [[nodiscard]] const CollectorInfo& info() const override { return snmp::snmp_info(); }

    [[nodiscard]] std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        if (device->credentials.empty()) return nullptr;
        return std::make_unique<snmp::SnmpSession>(std::move(device), engine_, plans_, workshop_);
    }

private:
    std::shared_ptr<snmp::Engine> engine_;
    std::shared_ptr<snmp::AskPlans> plans_;
    std::shared_ptr<snmp::V3Workshop> workshop_;
};

Result<void> check_oid(std::string_view address, bool /*is_column*/) {
    const auto oid = Oid::parse(address);
    const std::string shown(Text::from_network(address).view());
    if (!oid)
        return fail(Reason::malformed,
                    "'" + shown + "' is no object identifier: numbers with dots");
    if (oid->size() < 2)
        return fail(Reason::malformed, "the object identifier '" + shown + "' is too short");
    // The first two share one number on the wire.
    if ((*oid)[0] > 2 || ((*oid)[0] < 2 && (*oid)[1] > 39))
        return fail(Reason::malformed, "no object identifier begins like '" + shown + "'");
    return {};
}

constexpr CareKey bulk{"bulk", "false: GETNEXT instead of GETBULK"};
constexpr CareKey varbinds_max{"varbinds_max", "varbinds in one request, at most", 1,
                               snmp::Care::varbinds_usual};
constexpr CareKey repetitions_max{"repetitions_max", "rows of one GETBULK, at most", 1, 1000};
constexpr std::array care_keys{bulk, varbinds_max, repetitions_max};

std::shared_ptr<const CollectorSettings> read_care(const config::Node& node,
                                                   config::Diagnostics& diagnostics) {
    const auto limit = [&](config::MapReader& map, const CareKey& of, std::uint16_t usual) {
        return static_cast<std::uint16_t>(map.integer(of.key, of.least, of.most).value_or(usual));
    };
    auto care = std::make_shared<snmp::Care>();
    config::MapReader map(node, diagnostics);
    care->bulk = map.flag(bulk.key).value_or(care->bulk);
    care->varbinds_max = limit(map, varbinds_max, care->varbinds_max);
    care->repetitions_max = limit(map, repetitions_max, care->repetitions_max);
    map.finish();
    return care;
}

LibraryVersion library() {
    return {"netsnmp", snmp::library_version()};
}

std::shared_ptr<CollectorCounts> make_counts() {
    return std::make_shared<snmp::Counts>();
}

std::unique_ptr<Collector> make(boost::asio::io_context& loop,
                                std::shared_ptr<CollectorCounts> counts) {
    auto own = std::dynamic_pointer_cast<snmp::Counts>(std::move(counts));
    if (own == nullptr) own = std::make_shared<snmp::Counts>();
    return std::make_unique<SnmpCollector>(loop, std::move(own));
}

}  // namespace

const CollectorKind& snmp_kind() {
    static const CollectorKind kind{
        .info = &snmp::snmp_info(),
        .address_key = "oid",
        .check_address = check_oid,
        .read_care = read_care,
        .care_keys = care_keys,
        .library = library,
        .counters = snmp::Counts::rows(),
        .make_counts = make_counts,
        .make = make,
    };
    return kind;
}

}  // namespace pantau
