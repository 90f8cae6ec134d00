#include "runtime/loop_thread.hpp"

#include <pthread.h>

#include <csignal>

namespace pantau {
namespace {

Duration::rep now() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

LoopThread::LoopThread(std::string name)
    : name_(std::move(name)), keep_running_(loop_.get_executor()), timer_(loop_) {
    last_beat_ = now();
}

LoopThread::~LoopThread() {
    stop();
}

void LoopThread::start() {
    last_beat_ = now();
    timer_.expires_after(beat_interval);
    beat();
    // Signals belong to the main thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { loop_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

void LoopThread::stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
}

void LoopThread::beat() {
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        const Duration::rep at = now();
        const Duration::rep lag = at - timer_.expiry().time_since_epoch().count();
        if (lag > lag_most_.load(std::memory_order_relaxed))
            lag_most_.store(lag, std::memory_order_relaxed);
        last_beat_.store(at, std::memory_order_relaxed);
        timer_.expires_after(beat_interval);
        beat();
    });
}

Duration LoopThread::since_beat() const {
    return Duration(now() - last_beat_.load(std::memory_order_relaxed));
}

Duration LoopThread::take_lag_most() {
    return Duration(lag_most_.exchange(0, std::memory_order_relaxed));
}

}  // namespace pantau
