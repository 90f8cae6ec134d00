#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "collectors/collector.hpp"
#include "config/diagnostic.hpp"
#include "model/answer.hpp"
#include "model/ask.hpp"
#include "model/observation.hpp"
#include "normalise/normalise.hpp"
#include "normalise/profile_set.hpp"
#include "support/process.hpp"

namespace pantau::test {

/// Collectors that speak no protocol: "snmp" with dotted addresses, "http" with any.
[[nodiscard]] std::span<const CollectorKind* const> kinds();
[[nodiscard]] const CollectorInfo& snmp_info();
[[nodiscard]] const CollectorInfo& http_info();

/// The values of a recorded walk: lines `OID|TYPE|VALUE`.
class Recording {
public:
    [[nodiscard]] static Recording parse(std::string_view text);
    [[nodiscard]] static Recording read(const std::string& path);
    /// What a collector would bring for this Ask, all of it.
    [[nodiscard]] Answer answer(const Ask* ask) const;

private:
    struct Line {
        Oid oid;
        std::string type;
        std::string value;
    };
    std::vector<Line> lines_;
};

/// A set of profiles from texts. `loaded` holds what was said about them.
struct Loaded {
    std::shared_ptr<const ProfileSet> set;
    config::Diagnostics diagnostics;
    /// All messages with their help, one a line.
    [[nodiscard]] std::string told() const;
};
[[nodiscard]] Loaded load_texts(const std::vector<std::string>& files);
/// The profiles of this source tree. Ends the test when they have errors.
[[nodiscard]] std::shared_ptr<const ProfileSet> shipped();

[[nodiscard]] Device device_named(std::string id);
/// What this profile (text of one file) makes of this walk.
[[nodiscard]] Observation observe(const std::string& profile, std::string_view walk);
[[nodiscard]] Observation observe(const Profile& profile, const Recording& recording);

/// The n-th component of a kind; ends the test when there is none.
[[nodiscard]] const Component& component(const Observation& seen, ComponentKind kind,
                                         std::size_t n = 0);
[[nodiscard]] std::size_t count(const Observation& seen, ComponentKind kind);
/// A reading as text ("0.13", "Malang", "true"), or "-" when absent.
[[nodiscard]] std::string shown(const Observation& seen, std::string_view quantity,
                                std::size_t n = 0);

}  // namespace pantau::test
