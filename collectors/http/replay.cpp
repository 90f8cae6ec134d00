#include "collectors/http/replay.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "collectors/http/http_collector.hpp"
#include "collectors/http/page_run.hpp"

namespace pantau::http {
namespace {

constexpr std::size_t file_most = 64u << 20;

std::string without_blanks(std::string_view text) {
    std::string dense;
    for (const char c : text)
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') dense += c;
    return dense;
}

std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

bool fits(const Recording::Exchange& exchange, std::string_view method, std::string_view path,
          std::string_view dense) {
    return exchange.method == method && exchange.path == path &&
           dense.find(exchange.words) != std::string_view::npos;
}

/// A Session over a recording: the PageRun of the collector, without its wire.
class Replay final : public Session {
public:
    Replay(std::shared_ptr<const Recording> recording, boost::asio::io_context& loop)
        : recording_(std::move(recording)), loop_(loop) {
        // Whoever is on the tape was let in.
        login_.scheme = Login::Scheme::session;
        login_.user = "recorded";
        login_.secret = Secret("recorded");
    }

    void collect(std::shared_ptr<const Ask> ask, MonoTime /*deadline*/, Done done) override {
        Answer answer;
        answer.collector = &info();
        if (ask) answer_all(plan_pages(std::move(ask)), answer);
        answer.sort();
        boost::asio::post(loop_, [done = std::move(done), answer = std::move(answer)]() mutable {
            answer.finished = std::chrono::steady_clock::now();
            done(std::move(answer));
        });
    }

private:
    void answer_all(const PagePlan& plan, Answer& answer) {
        PageRun run(plan, login_, session_, file_most, answer);
        const MonoTime now = std::chrono::steady_clock::now();
        while (const std::optional<PageRequest> request = run.next(now))
            run.answered(reply_to(*request), now);
        answer.ladder = run.ladder();
    }

    PageReply reply_to(const PageRequest& request) {
        const std::string method = request.method == Method::post ? "POST" : "GET";
        const std::string key = method + ' ' + request.path + ' ' + request.send;
        const Recording::Exchange* const found =
            recording_->find(method, request.path, request.send, times_[key]++);
        PageReply reply;
        reply.status = found == nullptr ? 404 : found->status;
        if (reply.status != 200)
            reply.error =
                Error{Reason::status, fmt::format("status {} instead of 200", *reply.status), {}};
        if (found != nullptr) {
            reply.headers = found->headers;
            reply.body = found->body;
        }
        return reply;
    }

    std::shared_ptr<const Recording> recording_;
    boost::asio::io_context& loop_;
    Login login_;
    WebSession session_;
    std::map<std::string, std::size_t> times_;
};

class ReplayCollector final : public Collector {
public:
    ReplayCollector(std::shared_ptr<const Recording> recording, boost::asio::io_context& loop)
        : recording_(std::move(recording)), loop_(loop) {}

    const CollectorInfo& info() const override { return http::info(); }
    std::unique_ptr<Session> open(std::shared_ptr<const Device> /*device*/) override {
        return std::make_unique<Replay>(recording_, loop_);
    }

private:
    std::shared_ptr<const Recording> recording_;
    boost::asio::io_context& loop_;
};

}  // namespace

Result<Recording> Recording::parse(std::string_view text) {
    Recording recording;
    bool is_body = false;
    std::size_t number = 0;
    const auto wrong = [&](std::string_view why) {
        return fail(Reason::malformed, fmt::format("line {}: {}", number, why));
    };
    while (!text.empty()) {
        ++number;
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.starts_with("> ")) {
            line.remove_prefix(2);
            Exchange exchange;
            exchange.method = next_word(line);
            exchange.path = next_word(line);
            exchange.words = without_blanks(line);
            if (!exchange.path.starts_with('/')) return wrong("a request reads > GET /path");
            recording.exchanges_.push_back(std::move(exchange));
            is_body = false;
        } else if (recording.exchanges_.empty()) {
            if (line.starts_with("profile: "))
                recording.profile_ = line.substr(9);
            else if (!line.empty() && !line.starts_with('#'))
                return wrong("before the first request there are profile: and # only");
        } else if (!is_body && line.starts_with("< ")) {
            line.remove_prefix(2);
            Exchange& exchange = recording.exchanges_.back();
            if (line.find(':') != std::string_view::npos) {
                exchange.headers.append(line).append("\n");
                continue;
            }
            const auto end =
                std::from_chars(line.data(), line.data() + line.size(), exchange.status);
            if (end.ec != std::errc{}) return wrong("an answer begins with < and its status");
        } else {
            is_body = true;
            recording.exchanges_.back().body.append(line).append("\n");
        }
    }
    if (recording.exchanges_.empty()) return wrong("there is no request in it: half-written?");
    return recording;
}

const Recording::Exchange* Recording::find(std::string_view method, std::string_view path,
                                           std::string_view sent, std::size_t times) const {
    const std::string dense = without_blanks(sent);
    const Exchange* last = nullptr;
    for (const Exchange& exchange : exchanges_) {
        if (!fits(exchange, method, path, dense)) continue;
        last = &exchange;
        if (times-- == 0) break;
    }
    return last;
}

Result<std::shared_ptr<const Recording>> open_recording(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Reason::local, "cannot be opened", path);
    file.seekg(0, std::ios::end);
    if (!file || file.tellg() > static_cast<std::streamoff>(file_most))
        return fail(Reason::too_large, "a recording has 64 MiB at most", path);
    file.seekg(0);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) return fail(Reason::local, "cannot be read (a folder?)", path);
    Result<Recording> parsed = Recording::parse(text);
    if (!parsed) {
        parsed.error().where = path;
        return tl::unexpected(parsed.error());
    }
    return std::make_shared<const Recording>(std::move(*parsed));
}

std::unique_ptr<Collector> replay(std::shared_ptr<const Recording> recording,
                                  boost::asio::io_context& loop) {
    return std::make_unique<ReplayCollector>(std::move(recording), loop);
}

}  // namespace pantau::http
