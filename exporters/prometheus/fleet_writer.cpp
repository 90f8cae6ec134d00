#include "exporters/prometheus/fleet_writer.hpp"

#include "exporters/prometheus/area_totals.hpp"

namespace pantau::exposition {

FleetWriter::FleetWriter(std::span<const CollectorInfo* const> collectors, SeriesLimits limits)
    : families_(collectors), limits_(limits) {}

SeriesBook FleetWriter::write(const Snapshot& snapshot, const RenderOptions& options) const {
    const std::vector<std::string>& hierarchy = snapshot.inventory->hierarchy;
    const std::vector<std::string> labels = area_labels(hierarchy);
    SeriesBook book(families_);
    DeviceSeries devices(book, families_, labels, limits_, options.level);
    AreaSums areas(hierarchy.size());
    for (const auto& state : snapshot.devices) {
        if (!options.has_area(*state->device)) continue;
        if (options.shard == 0) areas.add(*state, snapshot.mono);
        if (options.has_shard_of(*state->device)) devices.add(*state, snapshot.mono);
    }
    write_areas(areas, book, families_, labels, hierarchy, options.filtered_depth());
    dropped_.fetch_add(devices.dropped(), std::memory_order_relaxed);
    return book;
}

void FleetWriter::render(TextSink& out, const Snapshot& snapshot,
                         const RenderOptions& options) const {
    write(snapshot, options).render(out, options.format);
}

std::string FleetWriter::render(const Snapshot& snapshot, const RenderOptions& options) const {
    const SeriesBook book = write(snapshot, options);
    std::string out;
    // Address space only: pages come with the text. Growing would copy tens of megabytes.
    out.reserve(book.rendered_size_most());
    StringSink sink(out);
    book.render(sink, options.format);
    return out;
}

}  // namespace pantau::exposition
