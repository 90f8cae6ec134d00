#pragma once

#include <functional>
#include <memory>

#include "collectors/citizen/sequence.hpp"
#include "collectors/citizen/settings.hpp"
#include "runtime/transfer_loop.hpp"

namespace pantau::citizen {

/// Addresses a page may lie at although they are this machine's or this link's: the operator put
/// the device or the portal there.
struct Reach {
    bool loopback = false;
    bool link_local = false;
};

/// What the settings and the device's own address allow.
[[nodiscard]] Reach reach_of(const Settings& settings, std::string_view device_address);

/// The requests of one sequence, one at a time, with borders around them: no redirect is
/// followed, no proxy taken from the environment, no address visited that Reach does not allow.
/// Cookies live as long as this.
class Browser {
public:
    /// Called on the loop, never from inside `fetch`.
    using Done = std::function<void(Page)>;

    Browser(TransferLoop& transfers, std::shared_ptr<const Settings> settings, Reach reach);
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;
    /// A request under way ends without calling its Done.
    ~Browser();

    /// False when it cannot be begun: a fault of this machine.
    [[nodiscard]] bool fetch(const FetchPage& wish, Duration limit, Done done);

private:
    struct Visit;
    struct FreeEasy {
        void operator()(EasyHandle* easy) const;
    };

    void prepare(const FetchPage& wish, Duration limit);
    void on_end(int code);

    TransferLoop& transfers_;
    std::shared_ptr<const Settings> settings_;
    Reach reach_;
    std::unique_ptr<EasyHandle, FreeEasy> easy_;
    std::unique_ptr<Visit> visit_;
};

}  // namespace pantau::citizen
