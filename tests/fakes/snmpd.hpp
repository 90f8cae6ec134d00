#pragma once

#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace pantau::test {

/// One user of an agent, in the words of a Credential.
struct SnmpUser {
    std::string name;
    std::string auth;  ///< The protocol; empty: none.
    std::string priv;
    std::string auth_password = "the-auth-password";
    std::string priv_password = "the-priv-password";

    /// A line of snmpd's persistent file.
    [[nodiscard]] std::string line() const {
        std::string text = "createUser " + name;
        if (!auth.empty()) text += " " + auth + " \"" + auth_password + "\"";
        if (!priv.empty())
            text += " " + (priv == "AES-128" ? "AES" : priv) + " \"" + priv_password + "\"";
        return text + "\n";
    }
};

/// Debian's snmpd with these users, in a directory of its own.
class SnmpdV3 {
public:
    /// `engine_id`: "" lets snmpd choose one. It listens on 127.0.0.1 and on `more_addresses`.
    explicit SnmpdV3(const std::vector<SnmpUser>& users, const std::string& engine_id = "",
                     std::vector<std::string> more_addresses = {})
        : port_(free_port()), addresses_(std::move(more_addresses)) {
        addresses_.emplace_back("127.0.0.1");
        std::string access = "rocommunity public 127.0.0.1\nsysName ap-1\n";
        for (const SnmpUser& user : users)
            access += "rouser " + user.name + " noauth\n";
        config_ = directory_.write("agent.conf", access);
        std::string state = engine_id.empty() ? "" : "exactEngineID 0x" + engine_id + "\n";
        for (const SnmpUser& user : users)
            state += user.line();
        if (!engine_id.empty())
            directory_.write("agent.conf", access + "exactEngineID 0x" + engine_id + "\n");
        state_ = directory_.write("snmpd.conf", state);
        start();
    }
    ~SnmpdV3() = default;
    SnmpdV3(const SnmpdV3&) = delete;
    SnmpdV3& operator=(const SnmpdV3&) = delete;

    void start() {
        std::vector<std::string> arguments{"snmpd", "-f",
                                           "-Lo",   "-C",
                                           "-c",    config_ + "," + state_,
                                           "-I",    "-smux,mteTrigger,mteTriggerConf",
                                           "-p",    directory_.path() + "/pid"};
        for (const std::string& address : addresses_)
            arguments.push_back("udp:" + address + ":" + std::to_string(port_));
        process_.emplace(
            std::move(arguments),
            std::vector<std::string>{"SNMP_PERSISTENT_DIR=" + directory_.path(), "MIBS="});
        eventually([&] {
            return run({"snmpget", "-v2c", "-c", "public", "-Onqte", "-t", "1", "-r", "0", "-m", "",
                        "127.0.0.1:" + std::to_string(port_), "1.3.6.1.2.1.1.3.0"})
                       .status == 0;
        });
    }
    /// Ends it; it writes its users' keys and its boots.
    void stop() {
        process_->signal(SIGTERM);
        process_->wait();
        process_.reset();
    }
    void restart() {
        stop();
        start();
    }
    /// While it does not run: every `from` of its state becomes `to`, up to the line's end.
    void change_state(const std::string& from, const std::string& to) const {
        std::ifstream in(state_);
        std::string text;
        for (std::string line; std::getline(in, line);)
            text += (line.starts_with(from) ? to : line) + "\n";
        in.close();
        std::ofstream(state_) << text;
    }
    [[nodiscard]] std::string state_text() const {
        std::ifstream in(state_);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void use_port(std::uint16_t port) { port_ = port; }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    TemporaryDirectory directory_;
    std::uint16_t port_;
    std::vector<std::string> addresses_;
    std::string config_;
    std::string state_;
    std::optional<Process> process_;
};

}  // namespace pantau::test
