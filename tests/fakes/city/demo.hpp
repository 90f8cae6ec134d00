#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tests/fakes/city/layout.hpp"

namespace pantau::city {

/// What a configuration for the simulated city is written from.
struct DemoOptions {
    std::filesystem::path directory;  ///< Made when it is not there; files in it are replaced.
    std::string poll_interval = "30s";
    std::vector<std::string> listen = {"127.0.0.1:8551"};
    /// Folders of profiles, as in the setting `profiles`.
    std::vector<std::filesystem::path> profiles = {"/usr/share/pantau/profiles"};
    /// Lines put at the end of pantau.yml as they are: whole sections, for instance `alerting:`.
    std::string more_settings = {};
};

/// Where things are, absolute.
struct DemoFiles {
    std::filesystem::path configuration;   ///< pantau.yml
    std::filesystem::path control_socket;  ///< Not made here: pantaud does.
    std::filesystem::path state;
};

/// Writes pantau.yml, city-v2.community, areas.csv and inventory/<kecamatan>.csv for a city of
/// these options. The inventory holds every device of all shards, each with its port; access points
/// have the switch of their kelurahan as parent and a page to check.
[[nodiscard]] Result<DemoFiles> write_demo(const CityOptions& city, const DemoOptions& demo);

/// The same for a city that is already open (its ports may have been chosen by the system).
[[nodiscard]] Result<DemoFiles> write_demo(const CityOptions& city, const Layout& layout,
                                           const DemoOptions& demo);

}  // namespace pantau::city
