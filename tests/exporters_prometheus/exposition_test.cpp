// The text as a whole: what other programs make of it.
#include <doctest/doctest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <random>
#include <sstream>
#include <string>

#include "exporters/prometheus/label_text.hpp"
#include "exporters/prometheus/series_book.hpp"
#include "nasty_fleet.hpp"
#include "read_text.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace pantau::by_hand;

namespace {

std::string text_of(const SeriesBook& book) {
    std::string out;
    StringSink sink(out);
    book.render(sink);
    CHECK(out.size() <= book.rendered_size_most());
    return out;
}

/// What prometheus-cpp writes. It leaves escaping HELP to its users.
std::string reference_text(std::vector<prometheus::MetricFamily> families) {
    for (prometheus::MetricFamily& family : families)
        family.help = escape_help(family.help);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return std::move(out).str();
}

void set_value(prometheus::ClientMetric& metric, double value) {
    metric.gauge.value = value;
    metric.counter.value = value;
}

/// prometheus-cpp writes 16 digits; a double has up to 17.
bool is_near(double a, double b) {
    return a == b || std::abs(a - b) <= 1e-15 * std::max(std::abs(a), std::abs(b));
}

/// Where two texts differ: families, help, types, series, labels and their order, values.
std::string difference(const TextRead& ours, const TextRead& theirs) {
    if (!ours.fault.empty()) return "ours: " + ours.fault;
    if (!theirs.fault.empty()) return "theirs: " + theirs.fault;
    if (ours.families.size() != theirs.families.size()) return "number of families";
    for (std::size_t f = 0; f < ours.families.size(); ++f) {
        const FamilyRead& a = ours.families[f];
        const FamilyRead& b = theirs.families[f];
        if (a.name != b.name || a.help != b.help || a.type != b.type) return "head of " + a.name;
        if (a.series.size() != b.series.size()) return "number of series of " + a.name;
        for (std::size_t s = 0; s < a.series.size(); ++s) {
            const SeriesRead& x = a.series[s];
            const SeriesRead& y = b.series[s];
            if (x.text != y.text || x.labels != y.labels || !is_near(x.value, y.value))
                return x.text + ' ' + std::to_string(x.value) + " against " + y.text + ' ' +
                       std::to_string(y.value);
        }
    }
    return "";
}

/// The same families for the reference writer.
std::vector<prometheus::MetricFamily> families_of(const TextRead& text) {
    std::vector<prometheus::MetricFamily> families;
    for (const FamilyRead& family : text.families) {
        prometheus::MetricFamily& made = families.emplace_back();
        made.name = family.name;
        made.help = family.help;
        made.type = family.type == "counter" ? prometheus::MetricType::Counter
                                             : prometheus::MetricType::Gauge;
        for (const SeriesRead& series : family.series) {
            prometheus::ClientMetric& metric = made.metric.emplace_back();
            for (const auto& [name, value] : series.labels)
                metric.label.push_back({name, value});
            set_value(metric, series.value);
        }
    }
    return families;
}

std::vector<Number> numbers() {
    std::vector<Number> all{
        Number::natural(0),
        Number::natural(9),
        Number::natural(10),
        Number::natural(std::uint64_t{1} << 53),
        Number::natural(std::numeric_limits<std::uint64_t>::max()),
        Number::integer(-1),
        Number::integer(std::numeric_limits<std::int64_t>::min()),
        Number::real(0),
        Number::real(-0.0),
        Number::real(0.1),
        Number::real(1e21),
        Number::real(-1e-300),
        Number::real(1'790'000'000.25),
    };
    std::mt19937_64 random(551);
    for (int i = 0; i < 500; ++i) {
        all.push_back(Number::natural(random() >> (random() % 64)));
        all.push_back(Number::integer(-static_cast<std::int64_t>(random() >> (1 + random() % 60))));
        all.push_back(Number::real(
            std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 150)));
    }
    return all;
}

}  // namespace

TEST_SUITE("exporters/prometheus/exposition") {
    TEST_CASE("the reader of these tests finds what is wrong") {
        const std::string head = "# HELP a b\n# TYPE a gauge\n";
        CHECK(read_text(head + "a{x=\"1\"} 1\na{x=\"2\"} 1e3\n").fault == "");
        for (const std::string& text : {
                 std::string("a 1\n"),
                 head,
                 head + "a 1",
                 head + "b 1\n",
                 head + "a\n",
                 head + "a 1 \n",
                 head + "a x\n",
                 head + "a{x=\"1\"}1\n",
                 head + "a{x=\"1\" 1\n",
                 head + "a{x=\"1} 1\n",
                 head + "a{x=\"\\t\"} 1\n",
                 head + "a{1=\"1\"} 1\n",
                 head + "a{x=\"\xFF\"} 1\n",
                 head + "a{x=\"1\",x=\"2\"} 1\n",
                 head + "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n",
                 head + "a 1\n" + head + "a{x=\"1\"} 1\n",
             }) {
            CAPTURE(text);
            CHECK(read_text(text).fault != "");
        }
    }

    TEST_CASE("the direct writer writes what prometheus-cpp writes, for every label and number") {
        const FamilyTable table(collectors);
        const std::array<FamilyId, 2> ids{table.of(Own::ap_up), table.of(Own::ap_reboots)};
        SeriesBook book(table);
        std::vector<prometheus::MetricFamily> families(2);
        const std::vector<Number> values = numbers();
        std::size_t next = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            const Family& family = table.all()[ids[i]];
            families[i].name = family.name;
            families[i].help = full_help(family);
            families[i].type = family.type == FamilyType::counter ? prometheus::MetricType::Counter
                                                                  : prometheus::MetricType::Gauge;
            for (const std::string& word : nasty_strings()) {
                std::string text;
                // What has to be mended is no value that both could write.
                if (append_label_value(text, word) != LabelText::kept) continue;
                for (int repeat = 0; repeat < 8; ++repeat) {
                    const Number value = values[next++ % values.size()];
                    const std::string number = std::to_string(next);
                    std::string& labels = book.begin();
                    append_label(labels, "ssid", word);
                    append_label(labels += ',', "radio", number);
                    book.add(ids[i], book.close(), value);
                    prometheus::ClientMetric& metric = families[i].metric.emplace_back();
                    metric.label = {{"ssid", word}, {"radio", number}};
                    set_value(metric, value.as_double());
                }
            }
        }
        REQUIRE(next > values.size());
        CHECK(book.size() == next);
        CHECK(difference(read_text(text_of(book)), read_text(reference_text(families))) == "");
    }

    TEST_CASE("a number is written with all its digits, and not one too many") {
        const FamilyTable table(collectors);
        std::vector<Number> values = numbers();
        // The reference rounds these out of the range of a double.
        values.push_back(Number::real(std::numeric_limits<double>::max()));
        values.push_back(Number::real(std::numeric_limits<double>::denorm_min()));
        for (const Number value : values) {
            SeriesBook book(table);
            book.begin();
            book.add(table.of(Own::ap_up), book.close(), value);
            const TextRead read = read_text(text_of(book));
            CAPTURE(value.as_double());
            REQUIRE(read.size() == 1);
            CHECK(read.families[0].series[0].value == value.as_double());
        }
    }

    TEST_CASE("what is no finite number is left out") {
        const FamilyTable table(collectors);
        SeriesBook book(table);
        for (const double value : {std::nan(""), std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity()}) {
            book.begin();
            book.add(table.of(Own::ap_up), book.close(), Number::real(value));
        }
        CHECK(book.size() == 0);
        CHECK(text_of(book) == "");
    }

    TEST_CASE(
        "a whole fleet of nasty names reads back without fault, as prometheus-cpp writes it") {
        const std::string rendered = nasty_fleet().render();
        const TextRead ours = read_text(rendered);
        REQUIRE(ours.fault == "");
        CHECK(ours.size() > 10'000);
        CHECK(difference(ours, read_text(reference_text(families_of(ours)))) == "");
    }

    TEST_CASE("promtool finds nothing to complain about in a fleet of nasty names") {
        SKIP_WITHOUT("promtool");
        for (const Level level : {Level::basic, Level::full}) {
            RenderOptions options;
            options.level = level;
            const auto finished =
                pantau::test::run({"promtool", "check", "metrics"}, nasty_fleet().render(options));
            CHECK(finished.status == 0);
            CHECK(finished.out + finished.err == "");
        }
    }
}
