#include "model/device.hpp"

#include <algorithm>
#include <tuple>

namespace pantau {

std::string as_device_id(std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
    std::string id(name);
    for (char& c : id)
        c = not_in_device_id.find(c) == std::string_view::npos ? c : '-';
    return id;
}

const std::vector<std::string>& AreaPath::names() const {
    static const std::vector<std::string> none;
    return names_ != nullptr ? *names_ : none;
}

bool Device::operator==(const Device& other) const {
    const auto plain = [](const Device& d) {
        return std::tie(d.id, d.address, d.port, d.area, d.latitude, d.longitude, d.profile,
                        d.parents, d.mac, d.serial, d.controllers, d.poll, d.is_parent);
    };
    if (plain(*this) != plain(other)) return false;
    const auto same_credential = [](const auto& a, const auto& b) { return a == b || *a == *b; };
    if (!std::ranges::equal(credentials, other.credentials, same_credential)) return false;
    return std::ranges::equal(collectors, other.collectors, [](const auto& a, const auto& b) {
        return a.first == b.first && (a.second == b.second || a.second->equals(*b.second));
    });
}

}  // namespace pantau
