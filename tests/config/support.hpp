#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "config/yaml_reader.hpp"
#include "support/process.hpp"

namespace pantau::test {

/// Everything the diagnostics have to say, as an operator would read it.
[[nodiscard]] std::string printed(const config::Diagnostics& diagnostics);

/// A folder with a pantau.yml that only its owner may read, and what reading it gave.
class Configured {
public:
    explicit Configured(std::string_view yaml);

    /// Writes one more file beside pantau.yml. Call `load` afterwards.
    std::string write(std::string_view name, std::string_view content) const {
        return folder_.write(name, content);
    }
    void load();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string in_folder(std::string_view name) const {
        return folder_.path() + '/' + std::string(name);
    }
    /// The last reading: "" when there is nothing to say.
    [[nodiscard]] std::string said() const { return printed(diagnostics); }

    config::Diagnostics diagnostics;
    std::optional<config::Settings> settings;

private:
    TemporaryDirectory folder_;
    std::string path_;
};

/// Settings of a text that must be good.
[[nodiscard]] config::Settings good(std::string_view yaml);

struct Parsed {
    config::Diagnostics diagnostics;
    std::optional<config::Node> root;
};

/// A text as the file "t.yml".
[[nodiscard]] Parsed parse(std::string_view yaml);

}  // namespace pantau::test
