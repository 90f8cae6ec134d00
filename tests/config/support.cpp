#include "support.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <sstream>

namespace pantau::test {

std::string printed(const config::Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out, false);
    return std::move(out).str();
}

Configured::Configured(std::string_view yaml) : path_(folder_.write("pantau.yml", yaml)) {
    REQUIRE(::chmod(path_.c_str(), 0600) == 0);
    load();
}

void Configured::load() {
    diagnostics = {};
    settings = config::load_settings(path_, diagnostics);
    if (diagnostics.has_errors()) settings.reset();
}

config::Settings good(std::string_view yaml) {
    const Configured configured(yaml);
    INFO(configured.said());
    REQUIRE(configured.settings.has_value());
    return *configured.settings;
}

Parsed parse(std::string_view yaml) {
    auto source = std::make_shared<config::Source>();
    source->name = "t.yml";
    source->text = yaml;
    Parsed parsed;
    parsed.root = config::parse_yaml(std::move(source), parsed.diagnostics);
    return parsed;
}

}  // namespace pantau::test
