#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "exporters/prometheus/self_metrics.hpp"
#include "exporters/web/routes.hpp"
#include "state/snapshot.hpp"

namespace pantau {

/// Answers scrapes: the fleet's part of a rendering from the newest Snapshot, ours behind it.
/// A rendering takes a tenth of a second for a large city, so it has a thread of its own; neither
/// polls nor other requests wait for it. Scrapes that ask for the same of the same Snapshot share
/// one.
/// Lives on the render thread.
class Scrapes {
public:
    using Snapshots = std::function<std::shared_ptr<const Snapshot>()>;
    using Reply = std::function<void(Result<web::MetricsBody>)>;

    /// Everything given by reference outlives this.
    Scrapes(const exposition::FleetWriter& fleet, const SelfMetrics& self, Snapshots newest,
            const Clock& clock);

    void answer(const web::MetricsRequest& request, const Reply& reply);

private:
    /// Lives only while somebody still sends it: a large city's is 100 MB.
    struct Rendering {
        web::MetricsRequest request;
        std::weak_ptr<const Snapshot> snapshot;
        std::weak_ptr<const std::string> bytes;
        MonoTime made{};
    };

    [[nodiscard]] std::shared_ptr<const std::string> shared(const web::MetricsRequest& request,
                                                            const Snapshot& snapshot) const;
    [[nodiscard]] Result<std::string> render(const web::MetricsRequest& request,
                                             const Snapshot& snapshot) const;

    /// As old as our own figures may be in a shared rendering.
    static constexpr Duration shared_for = std::chrono::seconds(1);

    const exposition::FleetWriter& fleet_;
    const SelfMetrics& self_;
    const Snapshots newest_;
    const Clock& clock_;
    Rendering latest_;
};

}  // namespace pantau
