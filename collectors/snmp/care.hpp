#pragma once

#include <cstdint>

#include "model/device.hpp"

namespace pantau::snmp {

/// What a profile's `careful:` node says about the agents of its devices.
class Care final : public CollectorSettings {
public:
    /// Unless a profile asks for less. 64 varbinds of usual size fill a reply of 1,472 octets.
    static constexpr std::uint16_t varbinds_usual = 64;
    static constexpr std::uint16_t repetitions_usual = 32;

    bool bulk = true;                                   ///< false: GETNEXT instead of GETBULK.
    std::uint16_t varbinds_max = varbinds_usual;        ///< In one request; at least 1.
    std::uint16_t repetitions_max = repetitions_usual;  ///< Of one GETBULK; at least 1.

    [[nodiscard]] bool equals(const CollectorSettings& other) const override {
        const auto* const care = dynamic_cast<const Care*>(&other);
        return care != nullptr && bulk == care->bulk && varbinds_max == care->varbinds_max &&
               repetitions_max == care->repetitions_max;
    }
};

}  // namespace pantau::snmp
