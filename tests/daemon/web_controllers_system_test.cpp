// Controllers that are asked over HTTP, from their login to a scrape.
#include <doctest/doctest.h>

#include "daemon_by_hand.hpp"
#include "fakes/tls_identity.hpp"
#include "fakes/web_api.hpp"

namespace pantau::test {

TEST_SUITE("daemon/web controllers") {
    TEST_CASE("a controller behind a login fills the city, a wrong password harms nobody else") {
        FakeUnifi unifi(30);
        FakeUnifi guarded(1);
        const TlsIdentity identity(TlsIdentity::Wish{});
        const ScriptedServer server(identity.serving_api(unifi.answer()));
        const ScriptedServer other(identity.serving_api(guarded.answer()));
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        folder.write("ca.pem", identity.pem());
        folder.write("password", std::string(FakeUnifi::password) + "\n");
        folder.write("wrong", "not-the-canary\n");
        std::string table = "name,kecamatan,rw,mac,controller\n";
        for (int i = 0; i < 30; ++i) {
            char mac[32];
            std::snprintf(mac, sizeof mac, "02:00:00:00:00:%02x", static_cast<unsigned>(i));
            table += "ap-" + std::to_string(i) + ",Klojen,01," + mac + ",unifi\n";
        }
        folder.write("inventory/aps.csv", table);
        const auto controller = [&](const char* name, std::uint16_t at, const char* password) {
            return "  - {name: " + std::string(name) +
                   ", address: 127.0.0.1, port: " + std::to_string(at) +
                   ", kecamatan: Klojen, credential: none, profile: "
                   "unifi-controller, http: {scheme: https, port: " +
                   std::to_string(at) +
                   ", path: /status, ca_file: ../ca.pem, auth: {scheme: session, user: pantau, "
                   "password_file: ../" +
                   password + "}}}\n";
        };
        folder.write("inventory/controllers.yml",
                     "devices:\n" + controller("unifi", server.port(), "password") +
                         controller("guarded", other.port(), "wrong"));
        const std::string config = folder.write(
            "pantau.yml", "hierarchy: [kecamatan, rw]\nstate_dir: state\nprofiles: [" + profiles +
                              "]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
                              "\"]}\ncontrol: {socket: control.sock}\n"
                              "poll: {interval: 1s, timeout: 900ms, retries: 0}\n"
                              "inventory: [inventory/*.csv, inventory/*.yml]\n");
        Daemon daemon(config, port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually([&] {
            const auto clients = by_ap(daemon.metrics(), "pantau_ap_clients");
            return clients.contains("ap-29") && clients.at("ap-29") == 30;
        }));
        CHECK(by_ap(daemon.metrics(), "pantau_ap_clients").size() == 30);
        CHECK(by_ap(daemon.metrics(), "pantau_radio_channel").at("ap-3") == 6);
        CHECK(unifi.logins == 1);

        // The session ends between two polls; nobody notices.
        unifi.forget_sessions();
        REQUIRE(eventually([&] { return unifi.accepted == 2; }));
        REQUIRE(eventually([&] { return unifi.denied == 1; }));
        CHECK(by_ap(daemon.metrics(), "pantau_ap_up").at("ap-29") == 1);

        // Many polls by now; one try with the wrong password.
        CHECK(guarded.logins == 1);
        CHECK(guarded.accepted == 0);

        const Finished probed = run({PANTAU_BIN_DIR "/pantau", "--lang=en", "probe", "guarded",
                                     "--explain", "--config", config});
        CHECK(probed.out.find("the login was refused") != std::string::npos);
        CHECK(probed.out.find("POST /api/login") != std::string::npos);
        CHECK((probed.out + probed.err).find("canary") == std::string::npos);
        const Finished good = run({PANTAU_BIN_DIR "/pantau", "--lang=en", "probe", "unifi",
                                   "--explain", "--config", config});
        CHECK(good.status == 0);
        CHECK(good.out.find("GET /api/self/sites") != std::string::npos);
        CHECK(good.out.find("titik-29") != std::string::npos);
        CHECK((good.out + good.err).find("canary") == std::string::npos);
    }
}

}  // namespace pantau::test
