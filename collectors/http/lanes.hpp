#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/http/page.hpp"
#include "collectors/http/target.hpp"
#include "collectors/http/visit.hpp"
#include "runtime/transfer_loop.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau::http {

class Counts;

/// One request, from submit() to Done. Never moves while it is under way: libcurl points into it.
struct Transfer {
    Target target;
    const Page* page = nullptr;  ///< Outlives the transfer.
    Method method = Method::get;
    Sharing sharing;
    MonoTime deadline{};
    /// A CURLcode, or why the request could not be made. The Transfer may end inside it.
    std::function<void(Result<int>)> done;
    OwnedHeaders headers;
    Sight sight;
    OwnedEasy easy;  ///< After `sight` and `headers`: it points there until its end.

    // For the Lanes:
    bool is_running = false;
    bool is_in_window = false;
    MonoTime started{};
    std::uint64_t number = 0;        ///< In the order they started.
    std::optional<Error> own_fault;  ///< Why it could not be started.
};

/// Which requests run and which wait. Shared by the Sessions of one Worker; touched on its loop.
class Lanes : public std::enable_shared_from_this<Lanes> {
public:
    Lanes(boost::asio::io_context& loop, std::shared_ptr<Counts> counts);
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;
    ~Lanes();

    /// Starts the transfer, now or when there is room. Its Done comes from the loop.
    void submit(Transfer& transfer);
    /// Ends a transfer without its Done.
    void cancel(Transfer& transfer);
    /// For the next one who needs a handle.
    void give_back(OwnedEasy easy);

private:
    [[nodiscard]] bool has_room(std::size_t name);
    void age_window();
    void enter_window(Transfer& transfer);
    void leave_window(Transfer& transfer);
    void start(Transfer& transfer);
    [[nodiscard]] bool hand_over(Transfer& transfer);
    OwnedEasy take_spare();
    void leave(Transfer& transfer);
    void finished(Transfer& transfer, int code);
    void start_waiting();
    void watch_queue();
    void look_at_queue();

    TransferLoop transfers_;
    struct Timer;
    std::unique_ptr<Timer> queue_timer_;
    std::shared_ptr<Counts> counts_;
    std::array<std::size_t, 2> in_window_{};  ///< To addresses, to names.
    std::size_t open_ = 0;
    std::uint64_t starts_ = 0;
    std::map<std::uint64_t, Transfer*> young_;  ///< To addresses, in the window, by their number.
    std::array<std::multimap<MonoTime, Transfer*>, 2> waiting_;
    std::vector<OwnedEasy> spare_;
};

}  // namespace pantau::http
