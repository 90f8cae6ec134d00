#include "exporters/prometheus/area_totals.hpp"

#include <map>

#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

struct Shown {
    std::array<std::uint64_t, 6> aps{};
    std::optional<std::uint64_t> clients;
};

std::string text_of(const AreaSum& sum, std::span<const std::string> labels,
                    std::span<const std::string> hierarchy) {
    std::string text;
    for (std::size_t level = 0; level < sum.path.size(); ++level) {
        append_label(text, labels[level], sum.path[level]);
        text.push_back(',');
    }
    append_label(text, "level", hierarchy[sum.path.size() - 1]);
    return text;
}

}  // namespace

void write_areas(const AreaSums& sums, SeriesBook& book, const FamilyTable& families,
                 std::span<const std::string> labels, std::span<const std::string> hierarchy,
                 std::size_t depth_least) {
    // Two names that are alike once they are mended would be one series twice: they are one sum.
    std::map<std::string, Shown> areas;
    for (const AreaSum& sum : sums.list()) {
        if (sum.path.size() < depth_least) continue;
        Shown& area = areas[text_of(sum, labels, hierarchy)];
        for (std::size_t state = 0; state < sum.aps.size(); ++state)
            area.aps[state] += sum.aps[state];
        if (sum.clients) area.clients = area.clients.value_or(0) + *sum.clients;
    }
    for (const auto& [text, area] : areas) {
        for (std::size_t state = 0; state < area.aps.size(); ++state) {
            append_label(book.begin().append(text) += ',', "health",
                         name_of(static_cast<HealthState>(state)));
            book.add(families.of(Own::area_aps), book.close(), Number::natural(area.aps[state]));
        }
        if (!area.clients) continue;
        book.begin().append(text);
        book.add(families.of(Own::area_clients), book.close(), Number::natural(*area.clients));
    }
}

}  // namespace pantau::exposition
