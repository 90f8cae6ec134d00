#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "exporters/prometheus/self_metrics.hpp"
#include "exporters/web/server.hpp"
#include "fleet_stage.hpp"
#include "normalise/profile_set.hpp"
#include "runtime/loop_thread.hpp"
#include "storage/history_keeper.hpp"
#include "web_access.hpp"
#include "worker.hpp"

namespace pantau {

/// How the latest reading of the configuration went. Written on the files thread, read anywhere.
struct ReloadState {
    std::atomic<bool> was_ok{true};                ///< The start counts as one that went well.
    std::atomic<bool> was_asked{false};            ///< Somebody reloaded since the start.
    std::atomic<WallTime> asked{};                 ///< When, if so.
    std::atomic<WallTime> in_force{};              ///< Since when the present configuration is.
    std::atomic<std::size_t> profiles{0};          ///< In force.
    std::atomic<std::size_t> profiles_refused{0};  ///< Left out at the start, for mistakes.

    void count(const ProfileSet& set);
};

/// Where the figures about pantaud itself come from. All of it outlives the SelfMetrics.
struct FigureSources {
    const FleetStage& fleet;
    const HistoryKeeper::Figures& history;
    const std::vector<std::unique_ptr<Worker>>& workers;
    const CollectorTotals& totals;
    const ReloadState& reload;
    const exposition::FleetWriter& writer;
    std::vector<LoopThread*> loops;
    std::function<web::WebCounters()> web;
    std::function<const WebAccess&()> access;  ///< Called with the first scrape at the earliest.
    const Clock& clock;
};

void add_self_figures(SelfMetrics& metrics, const FigureSources& sources);

}  // namespace pantau
