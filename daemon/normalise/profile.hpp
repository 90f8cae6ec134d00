#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "model/ask.hpp"
#include "model/health.hpp"

namespace pantau {

namespace mapping {
struct Mapping;
}

/// What we know of one kind of device: how to ask it and what its answers mean. Read from a file
/// (docs/profiles.md), immutable, shared by all its devices.
class Profile {
public:
    struct Card {
        std::string name;                  ///< "ubiquiti-unifi"
        std::string vendor;                ///< "Ubiquiti"; empty where any vendor can be meant.
        Role role = Role::other;           ///< Without a sign of radios, networks or clients.
        Role role_wireless = Role::other;  ///< With one.
        bool verified = false;             ///< Checked against a real device or its recording.
    };

    Profile(Card card, std::shared_ptr<const mapping::Mapping> mapping)
        : card_(std::move(card)), mapping_(std::move(mapping)) {}

    [[nodiscard]] const std::string& name() const { return card_.name; }
    [[nodiscard]] const std::string& vendor() const { return card_.vendor; }
    /// What such a device is by what it is called, and what it is when it shows radios, networks
    /// or clients: the same but for devices that come with and without.
    [[nodiscard]] Role role() const { return card_.role; }
    [[nodiscard]] Role role_wireless() const { return card_.role_wireless; }
    [[nodiscard]] bool verified() const { return card_.verified; }

    /// What that collector shall fetch; null when nothing.
    [[nodiscard]] std::shared_ptr<const Ask> ask(std::string_view collector) const;

    [[nodiscard]] const mapping::Mapping& compiled() const { return *mapping_; }

private:
    Card card_;
    std::shared_ptr<const mapping::Mapping> mapping_;
};

}  // namespace pantau
