#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "collectors/citizen/sequence.hpp"
#include "collectors/citizen/settings.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau::citizen {

/// One name asked of one server: over UDP with repeats, over TCP when the answer is too long for
/// UDP, and over TCP through the proxy when there is one. A name without an IPv4 address is asked
/// for its IPv6 addresses.
class Lookup {
public:
    /// Called once, on the loop, never from inside `start`.
    using Done = std::function<void(NameAnswer)>;

    /// Ends without calling its Done.
    virtual ~Lookup() = default;

    [[nodiscard]] static std::unique_ptr<Lookup> start(boost::asio::io_context& loop,
                                                       const Place& server, const Via& via,
                                                       const AskNames::Question& question,
                                                       Duration limit, Done done);
};

/// Bytes nobody can guess.
[[nodiscard]] std::uint64_t random_bits();

}  // namespace pantau::citizen
