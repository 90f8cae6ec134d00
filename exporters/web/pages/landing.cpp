#include "exporters/web/pages/landing.hpp"

#include <fmt/format.h>

namespace pantau::web {
namespace {

void add_count(std::string& page, std::string_view state, std::string_view words,
               std::size_t count) {
    page += fmt::format("<div class=\"{}\"><dt>{}</dt><dd>{}</dd></div>\n", state, words, count);
}

void add_link(std::string& page, std::string_view path, std::string_view words) {
    page += fmt::format("<li><a href=\"{0}\">{0}</a> {1}</li>\n", path, words);
}

/// "4 s", "12 min", "3 h", "2 d": one unit is enough to see whether it lives.
std::string rough(Duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (seconds < 0) return "0 s";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7200) return fmt::format("{} min", seconds / 60);
    if (seconds < 172'800) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} d", seconds / 86'400);
}

std::string fleet_words(const LandingFacts& facts) {
    if (facts.devices == 0)
        return "The inventory is empty. Add devices to it, then run <code>pantau reload</code>.";
    if (!facts.data_age) return "No device has been visited yet.";
    std::string words = "Newest observation: " + rough(*facts.data_age) + " ago.";
    if (!facts.ready) words += " The first round of visits is still under way.";
    return words;
}

}  // namespace

std::string landing_page(const LandingFacts& facts) {
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>pantau</title>\n<link rel=\"stylesheet\" href=\"/pantau.css\">\n</head>\n<body>\n"
        "<main>\n<header>\n<h1>pantau</h1>\n"
        "<p>Watches the access points of a city's free Wi-Fi. Version {}.</p>\n</header>\n",
        html_escaped(facts.version));
    page += "<section aria-labelledby=\"fleet\">\n<h2 id=\"fleet\">Devices</h2>\n<dl>\n";
    add_count(page, "all", "devices", facts.devices);
    add_count(page, "up", "up", facts.up);
    add_count(page, "degraded", "degraded", facts.degraded);
    add_count(page, "down", "down", facts.down);
    add_count(page, "unknown", "unknown", facts.unknown);
    if (facts.maintenance != 0) add_count(page, "maintenance", "in maintenance", facts.maintenance);
    if (facts.unreachable != 0)
        add_count(page, "unreachable", "behind a parent that is down", facts.unreachable);
    page += "</dl>\n<p>" + fleet_words(facts) + "</p>\n</section>\n";
    page += "<section aria-labelledby=\"links\">\n<h2 id=\"links\">For programs</h2>\n<ul>\n";
    add_link(page, "/metrics", "everything measured, for Prometheus");
    add_link(page, "/sd/prometheus", "the parts of that, for Prometheus to find");
    add_link(page, "/api/v1/summary", "the state of the fleet, as JSON");
    add_link(page, "/api/v1/devices", "every device, as JSON");
    add_link(page, "/api/v1/areas", "every area, as JSON");
    add_link(page, "/-/healthy", "whether pantaud runs");
    add_link(page, "/-/ready", "whether every device was visited once");
    page +=
        "</ul>\n</section>\n"
        "<section aria-labelledby=\"more\">\n<h2 id=\"more\">For people</h2>\n"
        "<p>In a terminal: <code>pantau status</code>, <code>pantau list</code>, "
        "<code>pantau probe NAME</code>. The manual: <code>man pantau</code> and "
        "<code>man pantaud</code>.</p>\n</section>\n</main>\n</body>\n</html>\n";
    return page;
}

std::string page_style() {
    return R"(:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1, h2 { font-weight: 600; line-height: 1.2; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
dl { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 0; }
dl div { flex: 1 1 6rem; border: 1px solid; border-left-width: 0.35rem; padding: 0.5rem 0.75rem; }
dt { font-size: 0.85rem; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.all { border-color: #666; }
.up { border-color: #2e7d32; }
.degraded { border-color: #b26a00; }
.down { border-color: #b3261e; }
.unknown, .maintenance, .unreachable { border-color: #777; }
code { font-family: ui-monospace, monospace; }
)";
}

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace pantau::web
