#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "tests/fakes/city/device.hpp"

namespace pantau::city {

/// The web pages of all devices behind one listening socket: which device is asked is told by the
/// address the connection came to. HTTP/1.1, GET and HEAD, keep-alive.
///
/// A dead device cannot refuse to be connected to on the loopback network: the connection is taken
/// and never answered. Owner: the city's loop.
class Web {
public:
    using Time = std::chrono::steady_clock::time_point;
    /// The device at an address (host byte order), or nothing.
    using Find = std::function<Device*(std::uint32_t)>;

    Web(int epoll, int listener, Find find);
    Web(const Web&) = delete;
    Web& operator=(const Web&) = delete;
    ~Web();

    void accept_all(const CityTime& time, Time now);
    /// Something happened on a connection; false when the descriptor is none of ours.
    bool on_event(int descriptor, const CityTime& time, Time now);
    /// Sends what is due and drops who stayed too long. Call a few times a second.
    void tick(Time now);

private:
    struct Connection {
        Device* device = nullptr;
        std::string input;
        std::string output;  ///< Held back until `answer_at`.
        Time answer_at{};
        Time drop_at{};
        bool must_close = false;
        bool is_mute = false;  ///< A dead device: reads, never answers.
    };

    void open(int descriptor, const CityTime& time, Time now);
    /// Makes answers of whole requests in the input.
    void digest(Connection& connection, const CityTime& time, Time now);
    /// Sends what it can; false when the connection is over.
    bool flush(int descriptor, Connection& connection, Time now);
    void close_connection(int descriptor);

    int epoll_;
    int listener_;
    Find find_;
    std::size_t connections_max_;  ///< One more is reset.
    std::unordered_map<int, Connection> connections_;
};

}  // namespace pantau::city
