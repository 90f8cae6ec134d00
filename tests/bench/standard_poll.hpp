#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/oid.hpp"
#include "model/answer.hpp"
#include "model/ask.hpp"
#include "model/device.hpp"
#include "normalise/profile_set.hpp"
#include "tests/fakes/city/layout.hpp"

namespace pantau::bench {

/// User and system time of this process, all threads, without its children.
[[nodiscard]] double cpu_seconds();

/// Ends this process with words when the UniFi profile is not there.
[[nodiscard]] std::shared_ptr<const ProfileSet> load_profiles(const std::string& folder);

/// An access point of the simulated city as the inventory describes it.
[[nodiscard]] std::shared_ptr<const Device> device_of(const city::Site& site, std::uint16_t port,
                                                      Duration interval);

/// The same, asked in SNMPv3 with SHA-256 and AES-128.
[[nodiscard]] std::shared_ptr<const Device> v3_device_of(const city::Site& site, std::uint16_t port,
                                                         Duration interval);

/// One visit by the UniFi profile: what was asked, and all that was answered.
struct Visited {
    std::shared_ptr<const Ask> ask;
    Answer answer;
};
[[nodiscard]] Visited visit(const ProfileSet& profiles,
                            const std::shared_ptr<const Device>& device);

/// Every object in the answer to one visit by the UniFi profile, as the collector found them.
[[nodiscard]] std::vector<Oid> objects_of(const ProfileSet& profiles,
                                          const std::shared_ptr<const Device>& device);

/// The objects in so many requests of like size.
[[nodiscard]] std::vector<std::vector<Oid>> dealt(const std::vector<Oid>& objects,
                                                  std::size_t requests);

/// "udp:127.73.0.1:16100", as net-snmp wants it.
[[nodiscard]] std::string peer_of(const city::Site& site, std::uint16_t port);

}  // namespace pantau::bench
