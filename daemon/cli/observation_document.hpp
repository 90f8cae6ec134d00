#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "model/device.hpp"
#include "model/health.hpp"
#include "model/observation.hpp"

namespace pantau::cli {

/// What `observation_json` wrote, read back.
struct ObservationDocument {
    Device device;  ///< Its id, address and port.
    Health health;
    Observation seen;
};

/// Reads an Observation as the daemon tells it; by the catalogue of quantities, so a new one needs
/// nothing here. Nothing for a document of another form.
[[nodiscard]] std::optional<ObservationDocument> observation_in(const boost::json::value& document);

}  // namespace pantau::cli
