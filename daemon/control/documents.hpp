#pragma once

#include <string>
#include <string_view>

#include "control/api.hpp"
#include "control/device_list.hpp"

namespace pantau::control {

[[nodiscard]] std::string status_document(const Snapshot& snapshot, const StatusExtras& extras);
/// Access points that controllers list and the inventory does not know. Of one controller, or of
/// all; those whose state and controller's area fit.
[[nodiscard]] std::string unassigned_document(const Snapshot& snapshot, const DeviceFilter& filter,
                                              std::string_view controller);
[[nodiscard]] std::string reload_document(const ReloadResult& result);

}  // namespace pantau::control
