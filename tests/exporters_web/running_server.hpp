#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <doctest/doctest.h>

#include "exporters/web/server.hpp"

namespace pantau::test {

/// A server on its own loop and thread.
class RunningServer {
public:
    RunningServer(web::ListenOptions options, std::vector<HttpRoute> routes)
        : RunningServer([&options](boost::asio::io_context&) { return options; },
                        std::move(routes)) {}
    /// With options that need its loop.
    template <class Options>
    requires std::is_invocable_v<Options, boost::asio::io_context&> RunningServer(
        const Options& options, std::vector<HttpRoute> routes) {
        auto listening = web::WebServer::listen(loop_, options(loop_), std::move(routes));
        INFO((listening ? "" : listening.error().detail));
        REQUIRE(listening.has_value());
        server_ = std::move(*listening);
        thread_ = std::thread([this] { loop_.run(); });
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() { end(); }

    /// Stops and waits until the loop has nothing left to do.
    void end() {
        if (!thread_.joinable()) return;
        server_->stop();
        work_.reset();
        thread_.join();
    }

    [[nodiscard]] web::WebServer& server() { return *server_; }
    [[nodiscard]] const std::string& address() const { return server_->address(); }
    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://" + address() + path;
    }
    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

private:
    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::unique_ptr<web::WebServer> server_;
    std::thread thread_;
};

/// Options for a test: a port the kernel chooses.
inline web::ListenOptions any_port() {
    web::ListenOptions options;
    options.address = "127.0.0.1:0";
    return options;
}

inline HttpRoute answering(std::string method, std::string path, std::string words) {
    return {std::move(method), std::move(path),
            [words = std::move(words)](const HttpRequest&, const HttpReply& reply) {
                reply(HttpResponse::text(200, words));
            }};
}

}  // namespace pantau::test
