#include <doctest/doctest.h>

#include <algorithm>

#include "collectors/snmp/care.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/kind.hpp"
#include "collectors_snmp/visit.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::snmp::test {
namespace {

std::shared_ptr<const Care> care_of(const std::string& text, config::Diagnostics& diagnostics) {
    const auto source = std::make_shared<const config::Source>(config::Source{"p.yml", text});
    const auto node = config::parse_yaml(source, diagnostics);
    REQUIRE(node);
    return std::dynamic_pointer_cast<const Care>(snmp_kind().read_care(*node, diagnostics));
}

}  // namespace

TEST_SUITE("collectors/snmp/kind") {
    TEST_CASE("an address is a dotted object identifier that can stand on the wire") {
        for (const char* const good : {"1.3", "1.3.6.1.2.1.1.1.0", ".1.3.6", "2.999.1", "0.39"}) {
            CAPTURE(std::string(good));
            CHECK(snmp_kind().check_address(good, false));
        }
        for (const char* const bad : {"", "1", "sysDescr.0", "1.3.", "1..3", "1.3.x", "3.1", "1.40",
                                      "1.3.4294967296", "1.3 .6"}) {
            CAPTURE(std::string(bad));
            const auto checked = snmp_kind().check_address(bad, true);
            REQUIRE(!checked);
            CHECK(checked.error().reason == Reason::malformed);
        }
    }

    TEST_CASE("a profile's care is read, and mistakes are shown") {
        config::Diagnostics fine;
        const auto care = care_of("bulk: false\nvarbinds_max: 1\nrepetitions_max: 10\n", fine);
        REQUIRE(care);
        CHECK(!fine.has_errors());
        CHECK(!care->bulk);
        CHECK(care->varbinds_max == 1);
        CHECK(care->repetitions_max == 10);
        CHECK(!care->equals(Care{}));
        CHECK(Care{}.equals(Care{}));
        for (const char* const bad :
             {"bulk: maybe\n", "varbinds_max: 0\n", "repetitions_max: -1\n", "varbind_max: 5\n"}) {
            CAPTURE(std::string(bad));
            config::Diagnostics diagnostics;
            static_cast<void>(care_of(bad, diagnostics));
            CHECK(diagnostics.errors() == 1);
        }
    }

    TEST_CASE("every count has its row, and every word of a refusal occurs once") {
        const auto counts = snmp_kind().make_counts();
        REQUIRE(counts);
        CHECK(snmp_kind().counters.size() == Counts::row_count);
        auto& own = dynamic_cast<Counts&>(*counts);
        own.request();
        own.refuse(Refusal::source);
        own.refuse(Refusal::none);
        std::size_t words = 0;
        for (std::size_t row = 0; row < snmp_kind().counters.size(); ++row) {
            const CollectorCounter& each = snmp_kind().counters[row];
            const bool is_source = each.label_value == name_of(Refusal::source);
            const bool is_requests = each.metric == "pantau_snmp_requests_total";
            words += is_source;
            CHECK(counts->value(row) == (is_source || is_requests ? 1 : 0));
        }
        CHECK(words == 1);
        CHECK(counts->value(999) == 0);
    }

    TEST_CASE("a device without a credential is not visited") {
        boost::asio::io_context loop;
        const auto collector = snmp_kind().make(loop, snmp_kind().make_counts());
        auto who = device("127.0.0.1", 161);
        CHECK(collector->open(who) != nullptr);
        who->credentials.clear();
        CHECK(collector->open(who) == nullptr);
        CHECK(&collector->info() == snmp_kind().info);
    }
}

}  // namespace pantau::snmp::test
