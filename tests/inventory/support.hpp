#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/collector.hpp"
#include "inventory/load.hpp"
#include "support/process.hpp"

namespace pantau::test {

/// Settings of a collector made for these tests: `{page: /x, tries: 2}` or the column `web_url`.
class WebSettings final : public CollectorSettings {
public:
    std::string page;
    std::int64_t tries = 1;

    bool enabled = true;
    [[nodiscard]] bool is_enabled() const override { return enabled; }
    [[nodiscard]] bool equals(const CollectorSettings& other) const override;
};

/// Credentials `city`, `old` and `v3`; what a test adds comes after them.
inline constexpr std::string_view usual_settings =
    "credentials:\n"
    "  city: {version: 2c, community: public}\n"
    "  old: {version: 1, community: public}\n"
    "  second: {version: 2c, community: public}\n"
    "defaults: {credential: city}\n"
    "inventory: [inventory/*.csv, inventory/*.yml]\n";

using Files = std::vector<std::pair<std::string, std::string>>;

/// The two kinds of collectors the tests know: "snmp" without settings and "web".
[[nodiscard]] std::span<const CollectorKind* const> test_kinds();

/// A folder with pantau.yml and inventory files, and what loading them gave.
class Loaded {
public:
    Loaded(std::string_view settings, const Files& files,
           std::vector<std::string> profile_names = {},
           std::span<const CollectorKind* const> kinds = test_kinds());
    /// One table with usual settings.
    explicit Loaded(std::string_view table)
        : Loaded(usual_settings, {{"inventory/a.csv", std::string(table)}}) {}

    /// Everything that was said, with paths from the folder: "" when there is nothing to say.
    [[nodiscard]] std::string said() const;
    [[nodiscard]] bool says(std::string_view text) const {
        return said().find(text) != std::string::npos;
    }
    /// The device; the test fails when there is none.
    [[nodiscard]] const Device& device(std::string_view id) const;
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

    config::Diagnostics diagnostics;
    std::optional<Configuration> configuration;

private:
    TemporaryDirectory folder_;
};

/// The collectors whose settings the shipped files have.
[[nodiscard]] std::span<const CollectorKind* const> real_kinds();

[[nodiscard]] const WebSettings& web_of(const Device& device);

}  // namespace pantau::test
