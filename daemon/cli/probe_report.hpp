#pragma once

#include <string>

#include "cli/texts.hpp"
#include "model/device.hpp"
#include "model/health.hpp"
#include "model/observation.hpp"

namespace pantau::cli {

struct ReportStyle {
    Language language = Language::en;
    bool is_wide = false;
    bool has_headers = true;
    bool has_color = false;
    bool is_explained = false;  ///< With each step of a check that is made of several.
};

/// An Observation for a person: what it is, how it is, and each part. Fits 60 columns unless wide.
[[nodiscard]] std::string probe_report(const Observation& seen, const Device& device,
                                       const Health& health, const ReportStyle& style);

/// An Observation as a list of values: component, its name, the access point it is part of,
/// quantity, value, unit.
[[nodiscard]] std::string probe_csv(const Observation& seen, const Device& device,
                                    const Health& health, bool has_headers);

struct Invocation;

/// An Observation in the format that was asked for.
void print_probe(const Invocation& call, const Observation& seen, const Device& device,
                 const Health& health);

/// Why a collector got no answer, in a sentence that says what may be the cause.
[[nodiscard]] std::string words_of_failure(const CollectorReport& report, Language language);

}  // namespace pantau::cli
