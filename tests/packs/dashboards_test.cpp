// What a keeper of dashboards looks at before they go on the wall.
#include <doctest/doctest.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "dashboard_files.hpp"
#include "support/process.hpp"

namespace pantau::test {
namespace {

namespace json = boost::json;

const std::string etc = PANTAU_SOURCE_DIR "/etc";

/// Metrics of pantaud's own alerting: of the contract, not yet of every build.
const std::set<std::string> of_alerting{"pantau_outbox_oldest_seconds", "pantau_monitor_isolated"};
/// What Prometheus itself writes for each scrape.
const std::set<std::string> of_prometheus{"scrape_duration_seconds", "scrape_samples_scraped"};

/// Type of each metric by name; recorded ones are gauges.
std::map<std::string, std::string> known_metrics() {
    std::map<std::string, std::string> known;
    const std::string reference = read_file(PANTAU_SOURCE_DIR "/docs/metrics.md");
    static const RE2 line(R"((?m)^\| `([a-z0-9_]+)` \| (gauge|counter|histogram) \|)");
    re2::StringPiece rest(reference);
    for (std::string name, type; RE2::FindAndConsume(&rest, line, &name, &type);)
        known[name] = type;
    const std::string rules = read_file(etc + "/prometheus/pantau.rules.yml");
    static const RE2 record(R"(record: (\S+))");
    re2::StringPiece recorded(rules);
    for (std::string name; RE2::FindAndConsume(&recorded, record, &name);)
        known[name] = "gauge";
    for (const auto& more : {of_alerting, of_prometheus})
        for (const std::string& name : more)
            known[name] = "gauge";
    return known;
}

/// Names that are not known; a histogram goes by the names of its parts.
std::set<std::string> unknown_names(std::string_view text,
                                    const std::map<std::string, std::string>& known) {
    std::set<std::string> unknown;
    for (const std::string& name : metric_names(text)) {
        const bool is_part = name.ends_with("_bucket");
        const auto found = known.find(is_part ? name.substr(0, name.size() - 7) : name);
        if (found == known.end() || is_part != (found->second == "histogram")) unknown.insert(name);
    }
    return unknown;
}

/// What must not stand in a query, and why.
std::string query_fault(const std::string& expr) {
    if (RE2::PartialMatch(expr, R"(or\s+(on\s*\(\)\s*)?vector\()"))
        return "makes a zero of what is not known";
    if (expr.find("absent") != std::string::npos) return "shows 1 for nothing";
    if (RE2::PartialMatch(expr, R"(rate\([^\[]*\[[^$])")) return "rate over a fixed time";
    static const RE2 range(R"(\[(\d+[smhdw])\])");
    re2::StringPiece rest(expr);
    for (std::string found; RE2::FindAndConsume(&rest, range, &found);)
        if (found.back() != 'd') return "a range shorter than a day hides how far one has zoomed";
    if (RE2::PartialMatch(expr, R"(irate\(|delta\()")) return "irate and delta lie over long times";
    return "";
}

/// A counter that is shown as it is.
bool has_bare_counter(const std::string& expr, const std::map<std::string, std::string>& known) {
    for (const std::string& name : metric_names(expr)) {
        const auto found = known.find(name);
        if (found == known.end() || found->second != "counter") continue;
        if (!RE2::PartialMatch(expr, "(rate|increase)\\(" + name + "\\b")) return true;
    }
    return false;
}

struct Place {
    std::int64_t x, y, w, h;
};
Place place_of(const json::object& panel) {
    const json::object& at = panel.at("gridPos").as_object();
    return {at.at("x").as_int64(), at.at("y").as_int64(), at.at("w").as_int64(),
            at.at("h").as_int64()};
}

/// Columns that a table shows; data links can name those only.
std::set<std::string> shown_columns(const json::object& panel) {
    std::set<std::string> shown;
    for (const json::object& step : objects_of(panel, "transformations"))
        if (text_of(step, "id") == "filterFieldsByName")
            for (const json::value& name : step.at("options").at("include").at("names").as_array())
                shown.insert(std::string(name.as_string()));
    return shown;
}

std::set<std::string> variables_of(const json::object& dashboard) {
    std::set<std::string> names;
    for (const json::object& variable : objects_of(dashboard.at("templating").as_object(), "list"))
        names.insert(text_of(variable, "name"));
    return names;
}

}  // namespace

TEST_SUITE("packs/dashboards") {
    TEST_CASE("dashboards are what their source makes of them") {
        SKIP_WITHOUT("python3");
        const Finished made = run({"python3", "-B", etc + "/grafana/source/make.py", "--check"});
        CHECK_MESSAGE(made.status == 0, made.err);
    }

    TEST_CASE("each has a fixed id, a title, a description, and a choice of the datasource") {
        const auto files = dashboard_files();
        CHECK(files.size() == 5);
        for (const DashboardFile& file : files) {
            CAPTURE(file.name);
            CHECK(text_of(file.content, "uid") == file.name);
            CHECK(text_of(file.content, "title").starts_with("pantau: "));
            CHECK(!text_of(file.content, "description").empty());
            CHECK(text_of(file.content, "timezone") == "browser");
            CHECK(file.content.at("schemaVersion") == 38);
            CHECK(file.content.at("annotations").at("list").is_array());
            const auto variables = objects_of(file.content.at("templating").as_object(), "list");
            REQUIRE(!variables.empty());
            CHECK(text_of(variables[0], "name") == "datasource");
            for (const json::object& variable : variables) {
                CAPTURE(text_of(variable, "name"));
                CHECK(!text_of(variable, "label").empty());
                if (text_of(variable, "type") != "query") continue;
                CHECK(text_of(variable.at("datasource").as_object(), "uid") == "$datasource");
                CHECK(variable.at("refresh") == 2);
            }
        }
    }

    TEST_CASE("each fits on a screen or two, without holes and without panels on one another") {
        for (const DashboardFile& file : dashboard_files()) {
            CAPTURE(file.name);
            const auto panels = objects_of(file.content, "panels");
            CHECK(panels.size() <= 16);
            std::map<std::int64_t, std::int64_t> width;
            std::set<std::int64_t> ids;
            std::int64_t bottom = 0;
            for (const json::object& panel : panels) {
                const Place at = place_of(panel);
                CHECK(at.x == width[at.y]);
                width[at.y] += at.w;
                bottom = std::max(bottom, at.y + at.h);
                ids.insert(panel.at("id").as_int64());
            }
            CHECK(ids.size() == panels.size());
            CHECK(bottom <= 48);
            for (const auto& [y, w] : width)
                CHECK(w == 24);
        }
    }

    TEST_CASE("each panel says what it shows, in which unit, and that no data is no zero") {
        const std::set<std::string> kinds{"stat",     "timeseries", "state-timeline",
                                          "bargauge", "table",      "geomap"};
        for (const DashboardFile& file : dashboard_files()) {
            for (const json::object& panel : objects_of(file.content, "panels")) {
                CAPTURE(file.name);
                CAPTURE(text_of(panel, "title"));
                CHECK(kinds.contains(text_of(panel, "type")));
                CHECK(!text_of(panel, "title").empty());
                CHECK(text_of(panel, "description").ends_with("."));
                const json::object& defaults = panel.at("fieldConfig").at("defaults").as_object();
                CHECK(!text_of(defaults, "unit").empty());
                CHECK(text_of(defaults, "noValue") == "tidak ada data");
                if (const json::value* custom = defaults.if_contains("custom"))
                    if (const json::value* spans = custom->as_object().if_contains("spanNulls"))
                        CHECK(*spans == false);
                CHECK(text_of(panel.at("datasource").as_object(), "uid") == "$datasource");
                const auto targets = objects_of(panel, "targets");
                CHECK(!targets.empty());
                for (const json::object& target : targets) {
                    CHECK(text_of(target.at("datasource").as_object(), "uid") == "$datasource");
                    CHECK(text_of(target, "interval") == "30s");
                    CHECK(!text_of(target, "legendFormat").empty());
                }
            }
        }
    }

    TEST_CASE("each query asks for metrics there are, and makes no zero of what is not known") {
        const auto known = known_metrics();
        REQUIRE(known.size() > 100);
        for (const DashboardFile& file : dashboard_files()) {
            for (const json::object& panel : objects_of(file.content, "panels")) {
                for (const std::string& expr : expressions(panel)) {
                    CAPTURE(file.name);
                    CAPTURE(expr);
                    CHECK(unknown_names(expr, known) == std::set<std::string>{});
                    CHECK(query_fault(expr) == "");
                    CHECK(!has_bare_counter(expr, known));
                }
            }
        }
    }

    TEST_CASE("the look at queries finds what it is for") {
        const auto known = known_metrics();
        CHECK(query_fault("sum(x) or vector(0)") != "");
        CHECK(query_fault("sum(x) or on () vector(0)") != "");
        CHECK(query_fault("rate(pantau_polls_total[5m])") != "");
        CHECK(query_fault("rate(pantau_polls_total[$__rate_interval])") == "");
        CHECK(query_fault("max_over_time(x[1h])") != "");
        CHECK(query_fault("max_over_time(x[7d])") == "");
        CHECK(has_bare_counter("sum(pantau_polls_total)", known));
        CHECK(!has_bare_counter("sum(rate(pantau_polls_total[$__rate_interval]))", known));
        CHECK(unknown_names("pantau_ap_upp + pantau_poll_lateness_seconds", known).size() == 2);
        CHECK(unknown_names("rw:pantau_dark:bool * rw:pantau_bright:bool", known).size() == 1);
    }

    TEST_CASE(
        "links lead to a dashboard there is, with variables it has and columns that are shown") {
        std::map<std::string, std::set<std::string>> variables;
        for (const DashboardFile& file : dashboard_files())
            variables[file.name] = variables_of(file.content);
        std::size_t links = 0;
        static const RE2 target(R"(/d/([a-z-]+)\?)");
        static const RE2 set(R"(var-([a-z]+)=|\$\{([a-z]+):queryparam\})");
        static const RE2 column(R"(\$\{__data\.fields\.([a-z]+)\})");
        for (const DashboardFile& file : dashboard_files()) {
            for (const json::object& panel : objects_of(file.content, "panels")) {
                CAPTURE(file.name);
                CAPTURE(text_of(panel, "title"));
                const std::string text = json::serialize(panel);
                static const RE2 url(R"re("url":"([^"]+)")re");
                re2::StringPiece rest(text);
                for (std::string found; RE2::FindAndConsume(&rest, url, &found);) {
                    CAPTURE(found);
                    ++links;
                    re2::StringPiece columns(found);
                    for (std::string name; RE2::FindAndConsume(&columns, column, &name);)
                        CHECK((text_of(panel, "type") != "table" ||
                               shown_columns(panel).contains(name)));
                    std::string uid;
                    std::string slashed = found;
                    RE2::GlobalReplace(&slashed, R"(\\/)", "/");
                    if (!RE2::PartialMatch(slashed, target, &uid)) continue;
                    REQUIRE(variables.contains(uid));
                    re2::StringPiece sets(slashed);
                    for (std::string given, passed;
                         RE2::FindAndConsume(&sets, set, &given, &passed);)
                        CHECK(variables[uid].contains(given.empty() ? passed : given));
                }
            }
        }
        CHECK(links > 10);
    }

    TEST_CASE("rules and alerts ask for metrics there are") {
        const auto known = known_metrics();
        for (const char* name : {"pantau.rules.yml", "pantau.alerts.yml"}) {
            CAPTURE(name);
            std::string text = read_file(etc + "/prometheus/" + name);
            RE2::GlobalReplace(&text, R"((?m)^\s*#.*$)", "");
            CHECK(unknown_names(text, known) == std::set<std::string>{});
        }
    }

    TEST_CASE("the map asks nobody on the internet") {
        std::size_t maps = 0;
        for (const DashboardFile& file : dashboard_files()) {
            CHECK(json::serialize(file.content).find("https:") == std::string::npos);
            for (const json::object& panel : objects_of(file.content, "panels")) {
                if (text_of(panel, "type") != "geomap") continue;
                ++maps;
                const json::object& ground = panel.at("options").at("basemap").as_object();
                CHECK(text_of(ground, "type") == "geojson");
                CHECK(text_of(ground.at("config").as_object(), "src").starts_with("public/"));
            }
        }
        CHECK(maps == 1);
    }
}

}  // namespace pantau::test
