#include "exporters/prometheus/metrics_reference.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

#include "collectors/registry.hpp"
#include "exporters/prometheus/self_catalogue.hpp"
#include "support/document.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::exposition;

namespace {

FamilyTable fleet_table() {
    std::vector<const CollectorInfo*> infos;
    for (const CollectorKind* const kind : collector_kinds())
        infos.push_back(kind->info);
    return FamilyTable(infos);
}

std::string reference() {
    return metrics_reference(fleet_table(), collector_kinds());
}

bool has_row(const std::string& document, std::string_view name) {
    return document.find("\n| `" + std::string(name) + "` | ") != std::string::npos;
}

/// All words of the document that begin like our metrics.
std::set<std::string> names_in(const std::string& document) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    std::set<std::string> names;
    for (std::size_t at = document.find("pantau_"); at != std::string::npos;
         at = document.find("pantau_", at)) {
        const std::size_t end = document.find_first_not_of(letters, at);
        names.insert(document.substr(at, end - at));
        at = end;
    }
    return names;
}

}  // namespace

TEST_SUITE("exporters/prometheus/reference") {
    TEST_CASE("docs/metrics.md says what there is") {
        const std::string fault =
            test::document_fault(PANTAU_SOURCE_DIR "/docs/metrics.md", reference());
        CHECK_MESSAGE(fault.empty(), fault);
    }

    TEST_CASE("every metric of the fleet, of pantaud and of the collectors has one row") {
        const std::string document = reference();
        const FamilyTable fleet = fleet_table();
        for (const Family& family : fleet.all()) {
            CAPTURE(family.name);
            CHECK(has_row(document, family.name));
        }
        for (const SelfMetric* const metric : self_catalogue()) {
            CAPTURE(metric->name);
            CHECK(has_row(document, metric->name));
        }
        for (const CollectorKind* const kind : collector_kinds()) {
            for (const CollectorCounter& counter : kind->counters) {
                CAPTURE(counter.metric);
                CHECK(has_row(document, counter.metric));
            }
        }
        std::set<std::string> rows;
        for (std::size_t at = document.find("\n| `"); at != std::string::npos;
             at = document.find("\n| `", at + 1)) {
            const std::string name = document.substr(at + 4, document.find('`', at + 4) - at - 4);
            CAPTURE(name);
            CHECK(rows.insert(name).second);
        }
    }

    TEST_CASE("the words and examples name only metrics that there are") {
        const std::string document = reference();
        for (std::string name : names_in(document)) {
            if (name.ends_with("_bucket")) name.resize(name.size() - 7);
            CAPTURE(name);
            CHECK(has_row(document, name));
        }
    }

    TEST_CASE("Prometheus can read the examples") {
        SKIP_WITHOUT("promtool");
        const std::string document = reference();
        const std::size_t start = document.find("\n## To begin with\n");
        REQUIRE(start != std::string::npos);
        std::istringstream lines(document.substr(start, document.find("\n## ", start + 1) - start));
        std::string rules = "groups:\n- name: examples\n  rules:\n";
        std::size_t examples = 0;
        for (std::string line; std::getline(lines, line);) {
            const std::size_t open = line.find('`');
            if (open == std::string::npos) continue;
            const std::string expression = line.substr(open + 1, line.rfind('`') - open - 1);
            rules += "  - record: example" + std::to_string(++examples) + "\n    expr: |\n      " +
                     expression + "\n";
        }
        CHECK(examples > 5);
        const test::TemporaryDirectory directory;
        const auto finished =
            test::run({"promtool", "check", "rules", directory.write("rules.yml", rules)});
        CHECK(finished.status == 0);
        CHECK(finished.err == "");
    }

    TEST_CASE("every meaning is one line of whole sentences") {
        const FamilyTable fleet = fleet_table();
        for (const Family& family : fleet.all()) {
            CAPTURE(family.name);
            CHECK(family.help.ends_with('.'));
            CHECK(family.help.find('\n') == std::string::npos);
        }
    }
}
