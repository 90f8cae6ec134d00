// pantaud behind a web config file, with the real Prometheus, promtool, curl and openssl.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <memory>

#include "exporters_web/certificates.hpp"
#include "support/process.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

// "rahasia" at a cost of 10, and at 5.
const std::string user =
    "basic_auth_users:\n"
    "  prometheus: $2y$10$abcdefghijklmnopqrstuu6JkLwgbEWUcxOlqTroD9cheIgz8FrOi\n";
const std::string other_user =
    "basic_auth_users:\n"
    "  prometheus: $2y$05$abcdefghijklmnopqrstuunQNRCFXsNscCklVsd3RadW5c/xYLRyK\n";
const std::string server = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";
const std::string clients =
    "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n";

/// A pantaud that watches one device that is not there.
class Guarded {
public:
    explicit Guarded(const std::string& web) {
        made.sign("server", "IP:127.0.0.1");
        made.sign("scraper", "DNS:prometheus.example.id");
        web_file = made.files.write("web.yml", web);
        made.files.write("inventory.csv",
                         "name,address,kecamatan,kelurahan,rw,credential\n"
                         "a1,127.0.0.9,A,B,1,c\n");
        ::chmod(made.files.write("community", "public\n").c_str(), 0600);
        const std::string config = made.files.write(
            "pantau.yml", "state_dir: state\ncontrol: {socket: control.sock}\nprofiles: [" +
                              std::string(PANTAU_SOURCE_DIR) +
                              "/etc/profiles]\n"
                              "web: {config_file: web.yml}\n"
                              "credentials: {c: {version: 2c, community_file: community}}\n"
                              "inventory: [inventory.csv]\n");
        ::mkdir(made.in("state").c_str(), 0700);
        daemon = std::make_unique<Process>(std::vector<std::string>{
            PANTAU_BIN_DIR "/pantaud", "--config", config, "--web.listen-address", address()});
        INFO(daemon->output());
        REQUIRE(daemon->wait_for_output("daemon_ready"));
    }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port); }
    /// Status and page, asked with `more` of curl's arguments.
    [[nodiscard]] std::string ask(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"curl", "-s",           "-m",       "20",
                                           "-w",   "%{http_code}", "--cacert", made.in("ca.pem")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back("https://" + address() + "/metrics");
        return run(std::move(arguments)).out;
    }

    Certificates made;
    std::string web_file;
    std::uint16_t port = free_port();
    std::unique_ptr<Process> daemon;
};

/// Whether a real Prometheus that scrapes with these settings says up.
bool is_up_for_prometheus(const Guarded& guarded, const std::string& settings) {
    const TemporaryDirectory folder;
    const std::string port = std::to_string(free_port());
    const std::string config = folder.write(
        "prometheus.yml",
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
        "  - job_name: pantau\n    scheme: https\n" +
            settings + "    static_configs: [{targets: [\"" + guarded.address() + "\"]}]\n");
    const Process prometheus({"prometheus", "--config.file=" + config,
                              "--storage.tsdb.path=" + folder.path() + "/db",
                              "--web.listen-address=127.0.0.1:" + port});
    const bool is_up = eventually([&] {
        return run({"curl", "-s", "http://127.0.0.1:" + port + "/api/v1/query?query=up"})
                   .out.find(",\"1\"]") != std::string::npos;
    });
    INFO(prometheus.output());
    return is_up;
}

}  // namespace

TEST_SUITE("daemon/web_access") {
    TEST_CASE("Prometheus scrapes over TLS with a password, or with a client certificate") {
        SKIP_WITHOUT("prometheus");
        SKIP_WITHOUT("openssl");
        SKIP_WITHOUT("curl");
        SUBCASE("password") {
            const Guarded guarded(server + user);
            CHECK(guarded.ask({}).ends_with("401"));
            CHECK(is_up_for_prometheus(
                guarded, "    tls_config: {ca_file: " + guarded.made.in("ca.pem") +
                             "}\n    basic_auth: {username: prometheus, password: rahasia}\n"));
        }
        SUBCASE("client certificate") {
            const Guarded guarded(server + clients +
                                  "  client_allowed_sans: [prometheus.example.id]\n");
            CHECK(guarded.ask({}) == "000");
            CHECK(is_up_for_prometheus(
                guarded, "    tls_config: {ca_file: " + guarded.made.in("ca.pem") +
                             ", cert_file: " + guarded.made.in("scraper.pem") +
                             ", key_file: " + guarded.made.in("scraper.key") + "}\n"));
        }
    }

    TEST_CASE("promtool takes the same files") {
        SKIP_WITHOUT("promtool");
        SKIP_WITHOUT("openssl");
        for (const std::string& yaml : {server + user, server + clients, user}) {
            const Guarded guarded(server + user);
            CAPTURE(yaml);
            guarded.made.files.write("checked.yml", yaml);
            const Finished checked =
                run({"promtool", "check", "web-config", guarded.made.in("checked.yml")});
            INFO(checked.out << checked.err);
            CHECK(checked.status == 0);
        }
    }

    TEST_CASE("a changed file or certificate counts without a restart, a bad one changes nothing") {
        SKIP_WITHOUT("openssl");
        SKIP_WITHOUT("curl");
        const Guarded guarded(server + user);
        const std::vector<std::string> login{"-u", "prometheus:rahasia"};
        CHECK(guarded.ask(login).ends_with("200"));

        guarded.made.files.write("web.yml", server + "basic_auth_user: {}\n");
        CHECK(guarded.daemon->wait_for_output("web_config_refused"));
        const std::string page = guarded.ask(login);
        CHECK(page.find("\npantau_web_config_last_reload_successful 0\n") != std::string::npos);

        guarded.made.files.write("web.yml", server + other_user);
        CHECK(guarded.daemon->wait_for_output("web_config_changed"));
        CHECK(guarded.ask(login).find("\npantau_web_config_last_reload_successful 1\n") !=
              std::string::npos);

        const auto serial = [&] {
            return run({"curl", "-sv", "--cacert", guarded.made.in("ca.pem"),
                        "https://" + guarded.address() + "/"})
                .err;
        };
        CHECK(serial().find("CN=server") != std::string::npos);
        guarded.made.sign("renewed", "IP:127.0.0.1");
        for (const char* kind : {".key", ".pem"})
            guarded.made.files.write(std::string("server") + kind,
                                     read_file(guarded.made.in(std::string("renewed") + kind)));
        CHECK(eventually([&] { return serial().find("CN=renewed") != std::string::npos; }));
        CHECK(guarded.ask(login).ends_with("200"));
    }

    TEST_CASE("pantaud does not start on an address that others can reach and asks nobody") {
        const TemporaryDirectory folder;
        const Finished refused = run({PANTAU_BIN_DIR "/pantaud", "--check", "--config",
                                      folder.write("pantau.yml", "web: {listen: \":8551\"}\n")});
        CHECK(refused.status == 1);
        CHECK(refused.err.find("pantau.yml:1:15") != std::string::npos);
        CHECK(refused.err.find("web.insecure: true") != std::string::npos);
    }
}

}  // namespace pantau::test
