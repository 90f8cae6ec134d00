#include "schedule/poller.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const CollectorInfo snmp_info{"snmp", {}};
const CollectorInfo http_info{"http", {}};

/// A collector whose answers the test gives by hand.
class ScriptedCollector final : public Collector {
public:
    struct Asked {
        std::shared_ptr<const Ask> ask;
        MonoTime deadline;
        Session::Done done;
    };

    ScriptedCollector(const CollectorInfo& info, std::vector<Asked>& asked)
        : info_(info), asked_(asked) {}

    const CollectorInfo& info() const override { return info_; }
    std::unique_ptr<Session> open(std::shared_ptr<const Device>) override {
        return std::make_unique<ScriptedSession>(*this);
    }

private:
    class ScriptedSession final : public Session {
    public:
        explicit ScriptedSession(ScriptedCollector& collector) : collector_(collector) {}
        void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override {
            collector_.asked_.push_back({std::move(ask), deadline, std::move(done)});
        }

    private:
        ScriptedCollector& collector_;
    };

    const CollectorInfo& info_;
    std::vector<Asked>& asked_;
};

class NamedInterpretation final : public Interpretation {
public:
    explicit NamedInterpretation(std::string name) : name_(std::move(name)) {
        Ask ask;
        ask.fields.push_back({"1.3.6", name_, Field::no_table});
        ask_ = std::make_shared<const Ask>(std::move(ask));
    }
    std::string_view name() const override { return name_; }
    bool is_fallback() const override { return name_ == "generic"; }
    /// Profiles of the web ask over HTTP, too.
    std::shared_ptr<const Ask> ask(std::string_view collector) const override {
        return collector == "snmp" || name_.starts_with("web") ? ask_ : nullptr;
    }

private:
    std::string name_;
    std::shared_ptr<const Ask> ask_;
};

/// Finds the profile whose name the answer's first cell holds.
class ScriptedInterpreter final : public Interpreter {
public:
    std::shared_ptr<const Ask> detection_ask(std::string_view collector) const override {
        return collector == "snmp" || http_detects ? detection : nullptr;
    }
    std::shared_ptr<const Interpretation> detect(std::span<const Answer> answers) const override {
        ++detections;
        if (answers.front().cells().empty()) return nullptr;
        const Answer& answer = answers.front();
        return named(answer.bytes_of(answer.cells().front().value));
    }
    std::shared_ptr<const Interpretation> named(std::string_view profile) const override {
        return std::make_shared<NamedInterpretation>(std::string(profile));
    }
    Observation observe(const Device& device, const Interpretation* interpretation,
                        std::span<const Answer> answers, WallTime time,
                        MonoTime mono) const override {
        Observation seen;
        seen.device = device.id;
        seen.time = time;
        seen.mono = mono;
        for (const Answer& answer : answers) {
            CollectorReport report;
            report.collector = answer.collector;
            report.ok = answer.ok();
            report.duration = answer.duration;
            for (const Problem& problem : answer.problems)
                seen.problems.push_back(problem);
            cells[answer.collector->name] = answer.cells().size();
            seen.collectors.push_back(report);
        }
        if (interpretation != nullptr) {
            ObservationBuilder build(seen);
            build.begin(ComponentKind::system);
            build.add(quantity::identity_profile, Text::from_network(interpretation->name()));
        }
        return seen;
    }

    std::shared_ptr<const Ask> detection = std::make_shared<const Ask>();
    bool http_detects = false;
    mutable std::map<std::string_view, std::size_t> cells;  ///< Of the last Poll.
    mutable std::size_t detections = 0;
};

struct Bench {
    std::vector<ScriptedCollector::Asked> snmp;
    std::vector<ScriptedCollector::Asked> http;
    std::vector<std::unique_ptr<Collector>> collectors;
    std::shared_ptr<ScriptedInterpreter> interpreter = std::make_shared<ScriptedInterpreter>();
    FakeClock clock;
    std::shared_ptr<const Observation> seen;
    std::unique_ptr<DevicePoller> poller;

    explicit Bench(const char* profile) {
        collectors.push_back(std::make_unique<ScriptedCollector>(snmp_info, snmp));
        collectors.push_back(std::make_unique<ScriptedCollector>(http_info, http));
        auto device = std::make_shared<Device>();
        device->id = "ap";
        device->profile = profile;
        poller = std::make_unique<DevicePoller>(device, collectors, interpreter, clock);
    }
    void poll() {
        snmp.clear();
        http.clear();
        seen = nullptr;
        poller->poll(clock.mono() + 10s, [this](auto observation) { seen = observation; });
    }
    static void give(ScriptedCollector::Asked& asked, const CollectorInfo& info,
                     const char* profile = nullptr) {
        Answer answer;
        answer.collector = &info;
        answer.duration = 1s;
        if (profile != nullptr) {
            answer.add_bytes(0, {}, RawValue::Kind::bytes, profile);
        }
        const auto done = std::move(asked.done);
        done(std::move(answer));
    }
    static void lose(ScriptedCollector::Asked& asked, const CollectorInfo& info) {
        Answer answer;
        answer.collector = &info;
        answer.error = Error{Reason::timeout, "no answer", ""};
        const auto done = std::move(asked.done);
        done(std::move(answer));
    }
    std::string profile() const {
        const Component* system = seen->system();
        if (system == nullptr) return "";
        return std::string(seen->text(*system, quantity::identity_profile).value_or(""));
    }
};

}  // namespace

TEST_SUITE("schedule/poller") {
    TEST_CASE("an unknown device is detected and asked in one poll; the next poll asks at once") {
        Bench bench("auto");
        bench.poll();
        REQUIRE(bench.snmp.size() == 1);
        REQUIRE(bench.http.size() == 1);
        CHECK(bench.snmp[0].ask == bench.interpreter->detection);
        CHECK(bench.http[0].ask->fields.empty());

        Bench::give(bench.snmp[0], snmp_info, "unifi");
        REQUIRE(bench.snmp.size() == 2);
        CHECK(bench.snmp[1].ask->fields[0].label == "unifi");
        CHECK(bench.snmp[1].deadline == bench.snmp[0].deadline);
        Bench::give(bench.http[0], http_info);
        CHECK(bench.seen == nullptr);
        Bench::give(bench.snmp[1], snmp_info);

        REQUIRE(bench.seen != nullptr);
        CHECK(bench.profile() == "unifi");
        CHECK(bench.seen->collectors[0].collector == &snmp_info);
        CHECK(bench.seen->collectors[0].duration == 2s);
        CHECK(bench.seen->collectors[1].collector == &http_info);
        CHECK_FALSE(bench.poller->is_polling());

        bench.poll();
        REQUIRE(bench.snmp.size() == 1);
        CHECK(bench.snmp[0].ask->fields[0].label == "unifi");
    }

    TEST_CASE("what was asked before the profile was known is set aside, and told when it counts") {
        for (const bool is_web : {false, true}) {
            CAPTURE(is_web);
            Bench bench("auto");
            bench.poll();
            Bench::give(bench.snmp[0], snmp_info, is_web ? "web" : "unifi");
            Bench::give(bench.http[0], http_info, "x");
            Bench::give(bench.snmp[1], snmp_info, "y");
            REQUIRE(bench.seen != nullptr);
            CHECK(bench.interpreter->cells["http"] == 0);
            CHECK(bench.interpreter->cells["snmp"] == 1);
            CHECK(bench.seen->problems.size() == (is_web ? 1 : 0));
            bench.poll();
            CHECK(bench.http[0].ask->fields.size() == (is_web ? 1 : 0));
            Bench::give(bench.snmp[0], snmp_info, "y");
            Bench::give(bench.http[0], http_info, "x");
            CHECK(bench.interpreter->cells["http"] == 1);
            CHECK(bench.seen->problems.empty());
        }
    }

    TEST_CASE("of two collectors that recognise a device the first of the registry counts") {
        struct Case {
            const char* snmp;
            const char* http;
            const char* profile;
        };
        for (const Case& one : {Case{"unifi", "web", "unifi"}, Case{"generic", "web", "web"},
                                Case{"unifi", "generic", "unifi"}}) {
            for (const bool http_first : {false, true}) {
                CAPTURE(std::string(one.profile));
                CAPTURE(http_first);
                Bench bench("auto");
                bench.interpreter->http_detects = true;
                bench.poll();
                if (http_first) Bench::give(bench.http[0], http_info, one.http);
                Bench::give(bench.snmp[0], snmp_info, one.snmp);
                if (!http_first) Bench::give(bench.http[0], http_info, one.http);
                Bench::give(bench.snmp[1], snmp_info);
                Bench::give(bench.http[1], http_info);
                REQUIRE(bench.seen != nullptr);
                CHECK(bench.profile() == one.profile);
            }
        }
    }

    TEST_CASE("a device that says nothing at detection is lost, and detected when it is back") {
        Bench bench("auto");
        bench.poll();
        Bench::lose(bench.snmp[0], snmp_info);
        Bench::lose(bench.http[0], http_info);
        REQUIRE(bench.seen != nullptr);
        CHECK_FALSE(bench.seen->any_answer());
        CHECK(bench.profile().empty());

        bench.poll();
        Bench::give(bench.snmp[0], snmp_info, "unifi");
        Bench::give(bench.snmp[1], snmp_info);
        Bench::give(bench.http[0], http_info);
        CHECK(bench.profile() == "unifi");
    }

    TEST_CASE("silence is shown to no profile, what arrived before it is") {
        Bench bench("auto");
        bench.poll();
        Bench::lose(bench.snmp[0], snmp_info);
        Bench::lose(bench.http[0], http_info);
        CHECK(bench.interpreter->detections == 0);

        bench.poll();
        Answer part;
        part.collector = &snmp_info;
        part.add_bytes(0, {}, RawValue::Kind::bytes, "unifi");
        part.error = Error{Reason::timeout, "no answer", ""};
        const auto done = std::move(bench.snmp[0].done);
        done(std::move(part));
        Bench::lose(bench.http[0], http_info);
        CHECK(bench.interpreter->detections == 1);
        REQUIRE(bench.snmp.size() == 1);  // a device that stopped answering is not asked on
        REQUIRE(bench.seen != nullptr);
        CHECK(bench.profile() == "unifi");
    }

    TEST_CASE("after an outage another make may stand there") {
        Bench bench("auto");
        bench.poll();
        Bench::give(bench.snmp[0], snmp_info, "unifi");
        Bench::give(bench.snmp[1], snmp_info);
        Bench::give(bench.http[0], http_info);
        bench.poll();
        Bench::lose(bench.snmp[0], snmp_info);
        Bench::lose(bench.http[0], http_info);
        bench.poll();
        CHECK(bench.snmp[0].ask == bench.interpreter->detection);
        Bench::give(bench.snmp[0], snmp_info, "routeros");
        Bench::give(bench.snmp[1], snmp_info);
        Bench::give(bench.http[0], http_info);
        CHECK(bench.profile() == "routeros");
    }

    TEST_CASE("a profile of the inventory is taken as it is") {
        Bench bench("generic");
        bench.poll();
        CHECK(bench.snmp[0].ask->fields[0].label == "generic");
    }

    TEST_CASE("an abandoned poll calls nobody, and the next one works") {
        Bench bench("generic");
        bench.poll();
        Bench::give(bench.http[0], http_info);
        const auto left = bench.poller->abandon(bench.collectors);
        CHECK(bench.seen == nullptr);
        REQUIRE(left->collectors.size() == 2);
        CHECK_FALSE(left->collectors[0].ok);
        CHECK(left->collectors[1].ok);
        CHECK_FALSE(bench.poller->is_polling());
        bench.poll();
        Bench::give(bench.snmp[0], snmp_info);
        Bench::give(bench.http[0], http_info);
        CHECK(bench.seen != nullptr);
    }
}
