#include "collectors/registry.hpp"

#include <array>

#include "collectors/citizen/kind.hpp"
#include "collectors/http/kind.hpp"
#include "collectors/icmp/kind.hpp"
#include "collectors/snmp/kind.hpp"

namespace pantau {
namespace {

const auto& rows() {
    static const std::array kinds{
        &snmp_kind(),
        &http_kind(),
        &icmp_kind(),
        &citizen_kind(),
    };
    return kinds;
}

}  // namespace

std::span<const CollectorKind* const> collector_kinds() {
    return rows();
}

std::span<const CollectorInfo* const> collector_infos() {
    static const auto infos = [] {
        std::array<const CollectorInfo*, std::tuple_size_v<std::decay_t<decltype(rows())>>> all{};
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = rows()[i]->info;
        return all;
    }();
    return infos;
}

}  // namespace pantau
