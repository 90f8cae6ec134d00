#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/observation.hpp"

namespace pantau::exposition {

/// What the parts of one device are called in labels, one entry per Component of the Observation.
///
/// Devices send the same name twice, or none. So that no two series of a device are the same:
/// a part without a name is called "#index" (interfaces: ifIndex, others: their place among their
/// kind, from 1); parts that share a name get "#index" behind it. Networks are told apart by
/// name and radio, and the "#index" goes behind the radio, so that sums over a network stay right.
class ComponentNames {
public:
    /// Names the parts of an observation. Forgets the one before; keeps its memory.
    void name(const Observation& observation);

    /// Name of an access point, radio, ssid or interface.
    [[nodiscard]] const std::string& of(std::size_t component) const { return names_[component]; }
    /// Name of the radio that carries an ssid.
    [[nodiscard]] const std::string& radio_of(std::size_t component) const {
        return radios_[component];
    }

private:
    void mend_duplicates(const Observation& observation);
    [[nodiscard]] bool is_before(const Observation& observation, std::uint32_t a,
                                 std::uint32_t b) const;
    [[nodiscard]] bool is_same(const Observation& observation, std::uint32_t a,
                               std::uint32_t b) const;

    std::vector<std::string> names_;
    std::vector<std::string> radios_;
    std::vector<std::string> indexes_;
    std::vector<std::uint32_t> order_;
};

}  // namespace pantau::exposition
