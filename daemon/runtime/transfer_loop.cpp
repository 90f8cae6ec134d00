#include "runtime/transfer_loop.hpp"

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>

#include "base/assert.hpp"

namespace pantau {

namespace asio = boost::asio;

class TransferLoop::Engine : public std::enable_shared_from_this<TransferLoop::Engine> {
public:
    explicit Engine(asio::io_context& loop) : loop_(loop), timer_(loop), multi_(curl_multi_init()) {
        PANTAU_ASSERT(multi_ != nullptr);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Engine::on_interest);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        // More than ever run at once: libcurl counts those in use, too.
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4096L);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Engine::on_timer_wish);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    }

    /// Ends everything; handlers that still wait in the loop find nobody.
    void close() {
        for (auto& [easy, done] : transfers_)
            curl_multi_remove_handle(multi_, easy);
        transfers_.clear();
        curl_multi_cleanup(multi_);
        multi_ = nullptr;
        for (auto& [fd, watch] : watches_)
            let_go(*watch);
        watches_.clear();
        timer_.cancel();
    }

    bool add(EasyHandle* easy, Done done) {
        if (curl_multi_add_handle(multi_, easy) != CURLM_OK) return false;
        transfers_.emplace(easy, std::move(done));
        return true;
    }

    void remove(EasyHandle* easy) {
        if (transfers_.erase(easy) != 0) curl_multi_remove_handle(multi_, easy);
    }

private:
    /// A descriptor libcurl waits for. Shared with the waits that are under way.
    struct Watch {
        asio::posix::stream_descriptor descriptor;
        bool wants_read = false;
        bool wants_write = false;
        bool waits_read = false;
        bool waits_write = false;
        bool gone = false;  ///< Taken back by libcurl: a late event means nothing.
    };
    using Wait = asio::posix::descriptor_base::wait_type;

    static int on_interest(CURL*, curl_socket_t fd, int what, void* self, void*) {
        static_cast<Engine*>(self)->watch(fd, what);
        return 0;
    }

    static int on_timer_wish(CURLM*, long milliseconds, void* self) {
        static_cast<Engine*>(self)->set_timer(milliseconds);
        return 0;
    }

    void watch(curl_socket_t fd, int what) {
        auto found = watches_.find(fd);
        if (what == CURL_POLL_REMOVE) {
            if (found == watches_.end()) return;
            let_go(*found->second);
            watches_.erase(found);
            return;
        }
        if (found == watches_.end()) {
            auto fresh = std::make_shared<Watch>(Watch{asio::posix::stream_descriptor(loop_)});
            boost::system::error_code error;
            fresh->descriptor.assign(fd, error);
            if (error) return;  // epoll is full; the transfer ends at its own timeout
            found = watches_.emplace(fd, std::move(fresh)).first;
        }
        const std::shared_ptr<Watch>& known = found->second;
        known->wants_read = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
        known->wants_write = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
        wait_for_events(known);
    }

    /// Gives the descriptor back to libcurl, which closes it.
    static void let_go(Watch& watch) {
        watch.gone = true;
        if (watch.descriptor.is_open()) watch.descriptor.release();
    }

    void wait_for_events(const std::shared_ptr<Watch>& watch) {
        if (watch->wants_read && !watch->waits_read) {
            watch->waits_read = true;
            wait_for(watch, Wait::wait_read);
        }
        if (watch->wants_write && !watch->waits_write) {
            watch->waits_write = true;
            wait_for(watch, Wait::wait_write);
        }
    }

    void wait_for(const std::shared_ptr<Watch>& watch, Wait event) {
        watch->descriptor.async_wait(
            event, [weak = weak_from_this(), watch, event](const boost::system::error_code& error) {
                if (event == Wait::wait_read) {
                    watch->waits_read = false;
                } else {
                    watch->waits_write = false;
                }
                const std::shared_ptr<Engine> self = weak.lock();
                if (!self || watch->gone || error == asio::error::operation_aborted) return;
                self->on_event(watch, event);
            });
    }

    void on_event(const std::shared_ptr<Watch>& watch, Wait event) {
        // A change of interest between the wait and now is no reason to tell libcurl of an event it
        // no longer waits for.
        const bool wanted = event == Wait::wait_read ? watch->wants_read : watch->wants_write;
        if (wanted) {
            act(watch->descriptor.native_handle(),
                event == Wait::wait_read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        }
        if (!watch->gone) wait_for_events(watch);
    }

    void set_timer(long milliseconds) {
        if (milliseconds < 0) {
            timer_.cancel();
            return;
        }
        // Also for 0: libcurl must not be called from inside its own callback.
        timer_.expires_after(std::chrono::milliseconds(milliseconds));
        timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const std::shared_ptr<Engine> self = weak.lock();
            if (self && !error) self->act(CURL_SOCKET_TIMEOUT, 0);
        });
    }

    void act(curl_socket_t fd, int events) {
        if (multi_ == nullptr) return;
        int running = 0;
        curl_multi_socket_action(multi_, fd, events, &running);
        tell_finished();
    }

    /// One message at a time: each Done may add and remove transfers.
    void tell_finished() {
        int left = 0;
        while (multi_ != nullptr) {
            const CURLMsg* message = curl_multi_info_read(multi_, &left);
            if (message == nullptr) return;
            if (message->msg != CURLMSG_DONE) continue;
            CURL* easy = message->easy_handle;
            const CURLcode code = message->data.result;
            curl_multi_remove_handle(multi_, easy);
            auto node = transfers_.extract(easy);
            if (!node.empty()) node.mapped()(code);
        }
    }

    asio::io_context& loop_;
    asio::steady_timer timer_;
    CURLM* multi_;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::unordered_map<EasyHandle*, Done> transfers_;
};

TransferLoop::TransferLoop(asio::io_context& loop) : engine_(std::make_shared<Engine>(loop)) {}

TransferLoop::~TransferLoop() {
    engine_->close();
}

bool TransferLoop::add(EasyHandle* easy, Done done) {
    return engine_->add(easy, std::move(done));
}

void TransferLoop::remove(EasyHandle* easy) {
    engine_->remove(easy);
}

}  // namespace pantau
