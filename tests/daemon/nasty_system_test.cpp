// Devices that call themselves what nobody should be called, from their agents to Prometheus, to
// the API, to a terminal and to a browser.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/json.hpp>
#include <list>
#include <thread>

#include "base/utf8.hpp"
#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "exporters_prometheus/nasty_strings.hpp"
#include "fakes/scripted_server.hpp"
#include "real_prometheus.hpp"

namespace pantau::test {
namespace {

namespace ber = fakes::ber;
using namespace std::chrono_literals;

constexpr std::size_t agent_count = 200;
const std::string pantau_cli = PANTAU_BIN_DIR "/pantau";
/// Would be seen, if anybody ran it.
const std::string script = "<script>document.body.innerHTML='WAS RUN'</script>";

/// 200 of them: those with a story, then some random bytes.
std::vector<std::string> words() {
    std::vector<std::string> all = by_hand::nasty_strings();
    std::erase_if(all, [](const std::string& word) { return word.size() == 2 && word[0] == 'x'; });
    all.resize(agent_count - 34);
    for (int byte = 0; byte < 32; ++byte)
        all.push_back("x" + std::string(1, static_cast<char>(byte)));
    all.push_back("x\x7F");
    all.push_back(script);
    return all;
}

/// So many agents of one UniFi model, each with another word wherever a device may say one.
class NastyAgents {
public:
    explicit NastyAgents(const std::vector<std::string>& words) {
        for (const std::string& word : words) {
            // One datagram holds 64 KiB with its head: the longest word comes shorter, many times.
            add(word.substr(0, 4096));
        }
        thread_ = std::thread([this] { loop_.run(); });
    }
    NastyAgents(const NastyAgents&) = delete;
    NastyAgents& operator=(const NastyAgents&) = delete;
    ~NastyAgents() {
        loop_.stop();
        thread_.join();
    }
    /// Lines of an inventory.
    [[nodiscard]] std::string inventory() const {
        std::string csv = "name,address,port,kecamatan,rw\n";
        std::size_t number = 0;
        for (const One& one : agents_) {
            csv += "ap-" + std::to_string(number) + ",127.0.0.1," +
                   std::to_string(one.socket.port()) + ",Klojen," + std::to_string(number % 24) +
                   "\n";
            ++number;
        }
        return csv;
    }

private:
    struct One {
        One(boost::asio::io_context& loop)
            : socket(loop, "127.0.0.1", [this](auto& from, const std::string& datagram) {
                  const auto request = ber::decode(datagram);
                  if (!request.message) return;
                  if (const auto reply = agent.answer(*request.message))
                      from.send(ber::encode(*reply));
              }) {}
        snmp::test::FakeAgent agent;
        snmp::test::UdpAgent socket;
    };

    void add(const std::string& word) {
        snmp::test::FakeAgent& agent = agents_.emplace_back(loop_).agent;
        const auto text = ber::Value::octets(word);
        agent.set("1.3.6.1.2.1.1.1.0", ber::Value::octets("UAP-nanoHD 5.43.36.12724"));
        agent.set("1.3.6.1.2.1.1.2.0", ber::Value::oid(ber::oid("1.3.6.1.4.1.41112")));
        agent.set("1.3.6.1.2.1.1.3.0", ber::Value::time_ticks(360'000));
        for (const char* name : {"4", "5", "6"})
            agent.set("1.3.6.1.2.1.1." + std::string(name) + ".0", text);
        agent.set("1.3.6.1.4.1.41112.1.6.3.3.0", text);  // model
        agent.set("1.3.6.1.4.1.41112.1.6.3.6.0", text);  // firmware
        for (const char* row : {"1", "2"}) {
            agent.set("1.3.6.1.2.1.2.2.1.2." + std::string(row), text);  // ifDescr
            agent.set("1.3.6.1.2.1.2.2.1.8." + std::string(row), ber::Value::integer(1));
            agent.set("1.3.6.1.2.1.31.1.1.1.1." + std::string(row), text);   // ifName
            agent.set("1.3.6.1.2.1.31.1.1.1.18." + std::string(row), text);  // ifAlias
            const std::string network = "1.3.6.1.4.1.41112.1.6.1.2.1.";
            agent.set(network + "6." + row, text);                    // ssid
            agent.set(network + "9." + row, text);                    // its radio
            agent.set(network + "8." + row, ber::Value::integer(3));  // people on it
        }
    }

    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_{
        loop_.get_executor()};
    std::list<One> agents_;
    std::thread thread_;
};

/// A page that lists networks with these names, as a device without SNMP would. Control signs are
/// escaped as JSON wants it, all else is sent as it is.
std::string page_of(const std::vector<std::string>& words) {
    std::string body = "{\"networks\":[";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) body += ',';
        body += "{\"people\":1,\"ssid\":\"";
        for (const char c : words[i]) {
            if (c == '"' || c == '\\') body += '\\';
            if (static_cast<unsigned char>(c) < 0x20) {
                constexpr std::string_view digits = "0123456789abcdef";
                body += "\\u00";
                body += digits[static_cast<unsigned char>(c) >> 4];
                body += digits[static_cast<unsigned char>(c) & 15];
            } else {
                body += c;
            }
        }
        body += "\"}";
    }
    return body + "]}";
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        if (sign.length == 0) return false;
        text.remove_prefix(sign.length);
    }
    return true;
}

/// What is wrong with a text that anybody may be shown.
std::string fault_of(std::string_view text) {
    if (!is_utf8(text)) return "not UTF-8";
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F)
            return "control sign " + std::to_string(static_cast<int>(c));
    }
    for (const char* sign : {"\xE2\x80\xAE", "\xE2\x80\xAB", "\xE2\x81\xA6", "\xC2\x85"}) {
        if (text.find(sign) != std::string_view::npos) return "turns the direction of writing";
    }
    return "";
}

/// The DOM as Chromium has it after everything on the page has run.
Finished browsed(const std::string& url) {
    const TemporaryDirectory profile;
    return run({"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-dev-shm-usage", "--user-data-dir=" + profile.path(),
                "--virtual-time-budget=2000", "--dump-dom", url});
}

/// The daemon that polls them all.
struct NastyCity {
    std::vector<std::string> all = words();
    NastyAgents agents{all};
    std::string page;         ///< Of those that are UTF-8.
    std::size_t on_page = 0;  ///< So many words.
    std::string broken_page;  ///< With bytes that are not.
    ScriptedServer good{[this](const Peer& peer) { serve(peer, page); }};
    ScriptedServer bad{[this](const Peer& peer) { serve(peer, broken_page); }};
    TemporaryDirectory folder;
    std::uint16_t port = free_port();

    NastyCity() {
        std::vector<std::string> valid = all;
        std::erase_if(valid, [](const std::string& word) { return !is_utf8(word); });
        on_page = valid.size();
        page = page_of(valid);
        broken_page = page_of(all);
    }
    static void serve(const Peer& peer, const std::string& body) {
        static_cast<void>(peer.read_request());
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    std::string configuration() {
        folder.write("community", "public\n");
        folder.write("own/pages.yml",
                     "profile: pages\nvendor: Test\nrole: access_point\n"
                     "detect: [{probe: {json: \"/api#/networks/0/ssid\", match: \"\"}}]\n"
                     "http:\n  tables:\n    ssid:\n      key: [network: number]\n"
                     "      ssid: /api#/networks/*/ssid\n"
                     "      clients: /api#/networks/*/people\n");
        folder.write("inventory/agents.csv", agents.inventory());
        const auto line = [](const std::string& name, const std::string& address,
                             const ScriptedServer& server) {
            return "- {name: " + name + ", address: " + address +
                   ", credential: none, kecamatan: Klojen, profile: pages, "
                   "http: {url: \"" +
                   server.url() + "\"}}\n";
        };
        folder.write("inventory/pages.yml", "devices:\n" + line("page", "127.0.0.11", good) +
                                                line("broken-page", "127.0.0.12", bad));
        return folder.write("pantau.yml",
                            "hierarchy: [kecamatan, rw]\nstate_dir: state\nprofiles: [" + profiles +
                                ", own]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
                                "\"]}\ncontrol: {socket: control.sock}\n"
                                "poll: {interval: 2s, timeout: 1s, retries: 1, workers: 1}\n"
                                "credentials: {c: {version: 2c, community_file: community}}\n"
                                "defaults: {credential: c}\n"
                                "inventory: [inventory/*.csv, inventory/*.yml]\n");
    }
};

}  // namespace

TEST_SUITE("daemon/nasty") {
    TEST_CASE("200 nasty words in every field break nothing and are run by nobody") {
        NastyCity city;
        Daemon daemon(city.configuration(), city.port);
        const bool is_ready = daemon.becomes_ready();
        INFO(daemon.process().output().substr(0, 3000));
        REQUIRE(is_ready);
        // All of them are understood, so that what follows has something to show.
        REQUIRE(eventually([&] {
            const auto up = by_ap(daemon.metrics(), "pantau_ap_up");
            return std::ranges::count_if(up, [](const auto& one) { return one.second == 1; }) >=
                   static_cast<std::ptrdiff_t>(agent_count + 1);
        }));
        REQUIRE(eventually([&] {
            const auto series = daemon.metrics();
            return count_of(series, "pantau_ssid_clients") == 2 * agent_count + city.on_page;
        }));

        SUBCASE("a real Prometheus stays up and has them all") {
            SKIP_WITHOUT("prometheus");
            const Prometheus prometheus(
                "static_configs: [{targets: [\"127.0.0.1:" + std::to_string(city.port) + "\"]}]");
            CHECK(prometheus.says("up", 1));
            CHECK(prometheus.says("count(pantau_ap_up)", agent_count + 2));
            CHECK(prometheus.says("count(pantau_ap_info)", agent_count + 2));
            CHECK(prometheus.says("min_over_time(up[5s])", 1));
            CHECK(prometheus.target().find(R"("lastError":"")") != std::string::npos);
        }
        SUBCASE("every document and page is text that harms nobody") {
            std::vector<std::string> paths{"/",
                                           "/metrics",
                                           "/api/v1/summary",
                                           "/api/v1/areas",
                                           "/api/v1/devices?limit=1000",
                                           "/api/v1/devices/page",
                                           "/api/v1/devices/broken-page"};
            for (std::size_t i = 0; i < agent_count; ++i)
                paths.push_back("/api/v1/devices/ap-" + std::to_string(i));
            for (const std::string& path : paths) {
                CAPTURE(path);
                const Answer answer = daemon.get(path);
                CHECK(answer.status == 200);
                CHECK(fault_of(answer.body) == "");
                if (!path.starts_with("/api/")) continue;
                boost::system::error_code error;
                boost::json::parse(answer.body, error);
                CHECK_FALSE(error);
            }
            CHECK(daemon.get("/").body.find("<script") == std::string::npos);
        }
        SUBCASE("a terminal gets no commands") {
            for (const char* verb : {"list", "status"}) {
                CAPTURE(verb);
                const Finished listed =
                    run({pantau_cli, verb, "--socket", city.folder.path() + "/control.sock"});
                CHECK(listed.status == 0);
                CHECK(listed.out.size() > 100);
                CHECK(fault_of(listed.out) == "");
            }
        }
        SUBCASE("a browser shows them and runs none") {
            SKIP_WITHOUT("chromium");
            const std::string here = "http://127.0.0.1:" + std::to_string(city.port);
            const Finished page = browsed(here + "/");
            INFO(page.err);
            CHECK(page.out.find("Devices") != std::string::npos);
            for (const std::string& path :
                 {std::string("/"), std::string("/metrics"),
                  "/api/v1/devices/ap-" + std::to_string(agent_count - 1)}) {
                CAPTURE(path);
                const Finished seen = browsed(here + path);
                CHECK(seen.status == 0);
                CHECK(seen.out.size() > 100);
                CHECK(seen.out.find("<script") == std::string::npos);
                if (path != "/")
                    CHECK(seen.out.find("&lt;script&gt;document.body.innerHTML='WAS RUN'") !=
                          std::string::npos);
            }
        }
    }
}

}  // namespace pantau::test
