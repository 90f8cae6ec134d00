#include "fakes/http_faults.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <ctime>
#include <fstream>

#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "fakes/tls_identity.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

using Script = ScriptedServer::Script;
using http::Settings;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_memory_ours = false;  // sanitizers keep what was freed
#else
constexpr bool is_memory_ours = true;
#endif

/// Kilobytes of a line of /proc/self/status.
long status_of_process(std::string_view key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key)) return std::stol(line.substr(key.size() + 1));
    return 0;
}

/// The most memory this process needs while it lives, over what it had at the beginning.
class MemoryPeak {
public:
    MemoryPeak() {
        ::malloc_trim(0);
        std::ofstream("/proc/self/clear_refs") << "5";  // the peak is now
        before_ = status_of_process("VmRSS");
    }
    [[nodiscard]] long kilobytes() const { return status_of_process("VmHWM") - before_; }

private:
    long before_ = 0;
};

constexpr auto deadline = std::chrono::seconds(1);
/// What a loop on a busy machine may be late by: the limit itself is libcurl's timer.
constexpr auto late_most = std::chrono::milliseconds(500);

/// Checks under a deadline, and that it cost no more than it may.
Answer bounded_check(const Settings& settings) {
    (void)Checking().check(settings, deadline);  // what is loaded once is not the fault's cost
    Checking checking;
    const MemoryPeak memory;
    const auto start = std::chrono::steady_clock::now();
    Answer answer = checking.check(settings, deadline);
    CHECK(std::chrono::steady_clock::now() - start <= deadline + late_most);
    if (is_memory_ours) CHECK(memory.kilobytes() <= 1024);
    return answer;
}

/// A named check beside the page would count the page's faults; `looks` makes the page itself look
/// into the body.
enum class Body { ignored, looked_into };

struct Row {
    const char* what;
    Script script;
    Body body;
    const char* outcome;
    const char* detail;  ///< In the words for people; empty: any.
};

Settings settings_for(std::string url, Body body) {
    Settings settings = page(std::move(url));
    if (body == Body::looked_into) settings.body = *http::Pattern::compile("hello");
    return settings;
}

void check_rows(const std::vector<Row>& rows, bool is_tls = false) {
    for (const Row& row : rows) {
        CAPTURE(std::string(row.what));
        const ServerProcess server(row.script);
        std::string url = server.url();
        if (is_tls) url.insert(4, "s");
        const Answer answer = bounded_check(settings_for(url, row.body));
        CHECK(outcome(answer) == row.outcome);
        const std::string detail = answer.error ? answer.error->detail : "";
        CAPTURE(detail);
        CHECK(detail.find(row.detail) != std::string::npos);
    }
}

std::string lines(int count, const char* line) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += line;
    return text;
}

/// A server with a certificate of its own, and a page that trusts it.
struct TlsServer {
    explicit TlsServer(const TlsIdentity::Wish& wish)
        : identity(wish), server(identity.reply(ok_page())) {
        ca_file = files.write("ca.pem", identity.pem());
    }
    [[nodiscard]] Settings trusting() const {
        Settings settings = page("https" + server.url().substr(4));
        settings.ca_file = ca_file;
        return settings;
    }

    TlsIdentity identity;
    ServerProcess server;
    TemporaryDirectory files;
    std::string ca_file;
};

double days_left(const Answer& answer) {
    const std::optional<double> expiry = fact(answer, "certificate_expiry");
    REQUIRE(expiry.has_value());
    return (*expiry - static_cast<double>(std::time(nullptr))) / 86'400;
}

}  // namespace

TEST_SUITE("collectors/http faults") {
    TEST_CASE("a slow server costs its deadline, wherever it is slow") {
        check_rows({
            {"1 B/s of body", drip_behind("HTTP/1.1 200 OK\r\n\r\n"), Body::looked_into, "timeout",
             "the end of the answer"},
            {"1 B/s of header", drip_behind("HTTP/1.1 200 OK\r\nX: "), Body::ignored, "timeout",
             "waited 1 s"},
            {"1 B/s of status", drip_behind("HTTP/1.1 2"), Body::ignored, "timeout", "waited 1 s"},
            {"half-open: takes the connection and says nothing", fall_silent_behind(""),
             Body::ignored, "timeout", "waited 1 s for an answer"},
            {"half-open: falls silent in the body",
             fall_silent_behind("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhel"),
             Body::looked_into, "timeout", "the end of the answer"},
        });
    }

    TEST_CASE("a port that does not even refuse costs its deadline") {
        const FullPort port;
        const Answer answer = bounded_check(page(port.url()));
        CHECK(outcome(answer) == "timeout");
        CHECK(answer.error->detail == "waited 1 s for the connection");
    }

    TEST_CASE("a connection that ends where it must not is malformed") {
        check_rows({
            {"half-closed at once", half_close(), Body::ignored, "malformed", "without an answer"},
            {"reset behind the request", answer_and_reset(""), Body::ignored, "malformed", "cut"},
            {"reset in the body",
             answer_and_reset("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhel"),
             Body::looked_into, "malformed", "cut"},
            {"HTTP/0.9", reply_and_close("<html>hello</html>"), Body::looked_into, "malformed",
             "not HTTP"},
        });
    }

    TEST_CASE("what has no end is cut, and only who looks for something there minds") {
        const std::string packed = gzip_bomb(200 << 20);
        CHECK(packed.size() < 1u << 20);
        const std::string bomb = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                                 std::to_string(packed.size()) + "\r\n\r\n" + packed;
        const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        check_rows({
            {"a gzip bomb nobody looks into", reply(bomb), Body::ignored, "ok", ""},
            {"a gzip bomb of 200 MB", reply(bomb), Body::looked_into, "content", "packed"},
            {"chunks without end", without_end(chunked, "4\r\nxxxx\r\n"), Body::looked_into,
             "too_large", "262144 bytes"},
            {"trailers without end", without_end(chunked + "0\r\n", "X-More: xxxxxxxxx\r\n"),
             Body::ignored, "too_large", "headers are larger than 32 KiB"},
            {"one header of 64 KiB",
             reply("HTTP/1.1 200 OK\r\nX: " + std::string(64 << 10, 'h') + "\r\n\r\n"),
             Body::ignored, "too_large", "headers are larger than 32 KiB"},
            {"64 KiB of headers",
             reply("HTTP/1.1 200 OK\r\n" + lines(4096, "X-Header: abcd\r\n") + "\r\n"),
             Body::ignored, "too_large", "headers are larger than 32 KiB"},
            {"a header line without end", without_end("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxx"),
             Body::ignored, "too_large", "headers are larger than 32 KiB"},
            {"100 Continue without end", without_end("", "HTTP/1.1 100 Continue\r\n\r\n"),
             Body::ignored, "too_large", "headers are larger than 32 KiB"},
        });
    }

    TEST_CASE("of 10 GB only what a socket holds is taken") {
        for (const Body body : {Body::ignored, Body::looked_into}) {
            const Sent sent = std::make_shared<std::atomic<std::size_t>>(0);
            const ScriptedServer server(huge_body(10'000'000'000, sent));
            const Answer answer = bounded_check(settings_for(server.url(), body));
            CHECK(outcome(answer) == (body == Body::ignored ? "ok" : "too_large"));
            CHECK(fact(answer, "body_bytes") == std::nullopt);
            // Two checks, each with what is read and what the kernel holds between the two.
            CHECK(*sent < 32u << 20);
        }
    }

    TEST_CASE("a redirect to this machine or another host is not followed") {
        const ScriptedServer trap(reply(ok_page()));
        const std::string port = std::to_string(trap.port());
        for (const std::string& where :
             {"http://127.0.0.2:" + port + "/", "http://localhost:" + port + "/",
              std::string("http://169.254.169.254/latest/"), std::string("http://10.9.9.9/")}) {
            for (const unsigned most : {0u, 3u}) {
                CAPTURE(where);
                CAPTURE(most);
                const ScriptedServer server(reply(redirect_to(where)));
                Settings settings = page(server.url());
                settings.redirects.most = most;
                const Answer answer = bounded_check(settings);
                CHECK(outcome(answer) == "redirect");
                CHECK(answer.error->detail.find(where) != std::string::npos);
                CHECK(word(answer, "redirects").empty());
            }
        }
        CHECK(trap.connections() == 0);
    }

    TEST_CASE("what is no TLS, or breaks in it, is malformed or costs the deadline") {
        const std::string alert = {"\x15\x03\x03\x00\x02\x02\x28", 7};
        const TlsIdentity heavy({.weight = 900 << 10});
        check_rows(
            {
                {"plain HTTP", say_at_once(ok_page()), Body::ignored, "malformed", "TLS"},
                {"garbage", say_at_once(std::string(5000, '\x7f')), Body::ignored, "malformed",
                 "TLS"},
                {"a fatal alert", say_at_once(alert), Body::ignored, "malformed", "TLS"},
                {"half a record", say_at_once({"\x16\x03\x03\x40\x00\x02", 6}), Body::ignored,
                 "timeout", "the TLS handshake"},
                {"silence", fall_silent_behind(""), Body::ignored, "timeout", "the TLS handshake"},
                {"closed", half_close(), Body::ignored, "malformed", "TLS"},
                {"a certificate of 900 KB", heavy.reply(ok_page()), Body::ignored, "malformed",
                 "TLS"},
            },
            true);
    }

    TEST_CASE("date and name of a certificate are known, valid or not, looked at or not") {
        struct Case {
            const char* what;
            TlsIdentity::Wish wish;
            const char* outcome;
            const char* detail;
            double days;
            double is_named;
        };
        const Case cases[] = {
            {"valid", {}, "ok", "", 30, 1},
            {"expired",
             {.starts_in = -86'400 * 20, .ends_in = -86'400 * 10},
             "certificate",
             "the certificate is not valid: certificate has expired",
             -10,
             1},
            {"not yet valid",
             {.starts_in = 86'400 * 5},
             "certificate",
             "the certificate is not valid: certificate is not yet valid",
             30,
             1},
            {"for another name",
             {.name = "DNS:other.example"},
             "certificate",
             "the certificate is for another name",
             30,
             0},
            {"for another address",
             {.name = "IP:10.0.0.9"},
             "certificate",
             "the certificate is for another name",
             30,
             0},
        };
        for (const Case& one : cases) {
            CAPTURE(std::string(one.what));
            const TlsServer server(one.wish);
            for (const bool verify : {true, false}) {
                CAPTURE(verify);
                Settings settings = server.trusting();
                settings.verify = verify;
                const Answer answer = bounded_check(settings);
                CHECK(outcome(answer) == (verify ? std::string_view(one.outcome) : "ok"));
                if (answer.error) CHECK(answer.error->detail == one.detail);
                CHECK(days_left(answer) == doctest::Approx(one.days).epsilon(0.01));
                CHECK(check_success(answer, "certificate_name") == one.is_named);
            }
        }
    }

    TEST_CASE("hostile servers hold up no calm one") {
        const Sent sent = std::make_shared<std::atomic<std::size_t>>(0);
        const std::vector<Script> hostile = {
            drip_behind("HTTP/1.1 200 OK\r\n\r\n"),
            fall_silent_behind(""),
            drip_behind("HTTP/1.1 200 OK\r\nX: "),
            huge_body(10'000'000'000, sent),
            without_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nxxxx\r\n"),
        };
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        for (const Script& script : hostile)
            servers.push_back(std::make_unique<ScriptedServer>(script));
        const ScriptedServer calm(reply(ok_page()));
        Checking checking;
        const MonoTime limit = std::chrono::steady_clock::now() + std::chrono::seconds(8);
        std::vector<std::unique_ptr<Session>> sessions;
        int waiting = 0;
        for (int i = 0; i < 100; ++i) {
            Settings settings = page(servers[static_cast<std::size_t>(i) % servers.size()]->url());
            settings.body = *http::Pattern::compile("hello");
            sessions.push_back(checking.open(settings));
            ++waiting;
            sessions.back()->collect(nullptr, limit, [&](Answer answer) {
                CHECK(outcome(answer) != "ok");
                --waiting;
            });
        }
        int well = 0;
        int waiting_at_the_end = 0;
        for (int i = 0; i < 200; ++i) {
            sessions.push_back(checking.open(page(calm.url())));
            sessions.back()->collect(nullptr, limit, [&](Answer answer) {
                if (outcome(answer) == "ok") ++well;
                if (well == 200) {
                    waiting_at_the_end = waiting;
                    checking.loop.stop();
                }
            });
        }
        checking.loop.run_for(std::chrono::seconds(20));
        CHECK(well == 200);
        // Three of the five kinds last until their deadline: none of them had to end first.
        CHECK(waiting_at_the_end >= 60);
    }
}
