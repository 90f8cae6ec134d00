#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fakes/scripted_server.hpp"

namespace pantau::test {

/// A SOCKS 5 proxy on 127.0.0.1 (RFC 1928, CONNECT alone, without a password), as one inside a
/// network has it: its names and addresses are not those of this machine.
class FakeSocksProxy {
public:
    /// Where a connection to this name or address really goes. What is not there goes nowhere:
    /// "host unreachable".
    using Network = std::map<std::string, std::string, std::less<>>;

    explicit FakeSocksProxy(Network network);

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    /// What was asked for, "check.example" or "10.73.8.1", in its order.
    [[nodiscard]] std::vector<std::string> asked() const;

private:
    void serve(const Peer& peer);

    Network network_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    ScriptedServer server_;  ///< The last: its threads use the rest.
};

}  // namespace pantau::test
