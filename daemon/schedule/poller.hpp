#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "collectors/collector.hpp"
#include "model/observation.hpp"
#include "schedule/interpreter.hpp"

namespace pantau {

/// Carries out the Polls of one Device: all its collectors side by side, within one deadline, the
/// profile found on the way when it is not known. The daemon and `pantau probe` both use it.
/// Lives on the device's Worker.
///
///   each collector:  [profile unknown, can detect]  detect --answer--> ask --answer--> done
///                    [otherwise]                    ask ------------------answer-----> done
///   last one done:   interpret -> Observation
class DevicePoller {
public:
    using Done = std::function<void(std::shared_ptr<const Observation>)>;

    /// Opens a Session per collector that has something to do with the device.
    DevicePoller(std::shared_ptr<const Device> device,
                 std::span<const std::unique_ptr<Collector>> collectors,
                 std::shared_ptr<const Interpreter> interpreter, const Clock& clock);
    DevicePoller(const DevicePoller&) = delete;
    DevicePoller& operator=(const DevicePoller&) = delete;
    /// A Poll under way ends without calling its Done.
    ~DevicePoller() = default;

    /// One Poll at a time. `done` is called once, on the loop, never from inside.
    /// Everything is over by `deadline` plus what a collector needs to say so.
    void poll(MonoTime deadline, Done done);
    [[nodiscard]] bool is_polling() const { return pending_ != 0; }

    /// Ends a Poll that a collector never finished: all sessions start anew, Done is not called.
    /// Gives what came of the Poll, with Reason local where nothing came.
    [[nodiscard]] std::shared_ptr<const Observation> abandon(
        std::span<const std::unique_ptr<Collector>> collectors);

    /// Takes other profiles; what the device is will be found out anew.
    void set_interpreter(std::shared_ptr<const Interpreter> interpreter);

    [[nodiscard]] const Device& device() const { return *device_; }
    [[nodiscard]] bool has_sessions() const { return !visits_.empty(); }
    /// The profile in use; null while it is not known.
    [[nodiscard]] const Interpretation* interpretation() const { return interpretation_.get(); }

private:
    struct Visit {
        const CollectorInfo* collector;
        std::unique_ptr<Session> session;
        Duration spent{};  ///< By the detection before the ask.
        /// Under which profile it was asked in this Poll.
        std::shared_ptr<const Interpretation> asked_as = nullptr;
    };

    void open(std::span<const std::unique_ptr<Collector>> collectors);
    void start(std::size_t visit);
    void on_detection(std::size_t visit, Answer answer);
    void ask(std::size_t visit);
    void on_answer(std::size_t visit, Answer answer);
    [[nodiscard]] std::shared_ptr<const Observation> conclude();
    void set_aside_foreign();
    [[nodiscard]] bool is_detection_due() const;

    /// A device can be replaced by another make while we look: detection is repeated after an
    /// outage and this often (one hour at 30 s).
    static constexpr unsigned redetect_after = 120;

    std::shared_ptr<const Device> device_;
    std::shared_ptr<const Interpreter> interpreter_;
    const Clock& clock_;
    std::shared_ptr<const Interpretation> interpretation_;
    std::vector<Visit> visits_;
    std::vector<Answer> answers_;
    std::size_t pending_ = 0;
    MonoTime deadline_{};
    Done done_;
    unsigned polls_since_detection_ = 0;
    /// Whose answer recognised the device in this Poll: what comes before in the registry's order
    /// counts more, the fallback least.
    std::optional<std::size_t> recognised_by_;
    bool was_lost_ = false;
};

}  // namespace pantau
