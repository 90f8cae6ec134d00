#pragma once

#include <span>
#include <string>

namespace pantau::city {

/// One kelurahan of Kota Malang, from etc/demo/malang.csv (which says what is known and what is
/// spread evenly).
struct Kelurahan {
    std::string kecamatan;
    std::string name;
    int rw_count = 0;
    bool is_rw_count_known = false;
    double lat = 0;
    double lon = 0;
};

/// All 57, in the order of their codes: kecamatan by kecamatan.
[[nodiscard]] std::span<const Kelurahan> malang();

/// "Oro-oro Dowo" to "oro-oro-dowo": how a place stands in names of devices.
[[nodiscard]] std::string slug_of(std::string_view place);

/// The box that holds the city, degrees.
inline constexpr double lat_min = -8.0516;
inline constexpr double lat_max = -7.9108;
inline constexpr double lon_min = 112.5689;
inline constexpr double lon_max = 112.6938;

}  // namespace pantau::city
