#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "control/api.hpp"
#include "load_all.hpp"
#include "state_directory.hpp"

namespace pantau {

/// What the command line says instead of the configuration.
struct PipelineOptions {
    config::WebCommandLine web;         ///< Instead of web.listen and web.config_file.
    std::string control_socket;         ///< Instead of control.socket; empty: as configured.
    std::function<void()> on_reload;    ///< A reload begins. On the files thread.
    std::function<void()> on_reloaded;  ///< It is over, whatever came of it.
};

/// The composition root: every stage, queue and thread, in the order of the flow.
///
///   inventory -> schedule -> collectors -> normalise    on each worker
///     -> queue -> state                                 on the fleet's thread
///     -> Snapshot -> exporters                          on the render and web threads
///                 -> history -> file                    on the fleet's and the history's thread
///   control -> inventory                                reload, on the files thread
class Pipeline {
public:
    /// Opens every socket first, then starts the threads; the first visits begin at once.
    /// The error is one line that says what is in the way and what to do.
    [[nodiscard]] static Result<std::unique_ptr<Pipeline>> start(Loaded loaded,
                                                                 StateDirectory state,
                                                                 PipelineOptions options,
                                                                 const Clock& clock);
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    /// Stops in the order of the flow: no new visits, no new readers, then the threads.
    ~Pipeline();

    /// Reads all files anew. All or nothing: with errors the old configuration stays in force.
    /// Only what changed is scheduled anew. `done` is called on the files thread. Any thread.
    void reload(std::function<void(const control::ReloadResult&)> done);

    /// What is in force, for people: "1157 devices: 1101 up, 40 degraded, 16 down".
    [[nodiscard]] std::string summary() const;
    /// Whether every device was visited once.
    [[nodiscard]] bool is_ready() const;
    /// The loop that made no progress for longest, and for how long. The files thread is left out:
    /// it may read a slow disk.
    struct Stillness {
        std::string loop;
        Duration since{};
    };
    [[nodiscard]] Stillness longest_stillness() const;

private:
    struct Parts;
    explicit Pipeline(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace pantau
