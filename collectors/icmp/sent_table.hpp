#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectors/icmp/packet.hpp"

namespace pantau::icmp {

/// Which echo request a reply belongs to. A pure machine.
///
///   free --take--> waiting --answer--> answered --take (16,384 requests later)--> waiting
///                     |                                                             ^
///                     +------give_up------> over -----------------------------------+
///
/// A place is the sequence number of its request. The token tells a reply to it from one to an
/// earlier request with the same number, and from whatever a stranger may send.
class SentTable {
public:
    /// Waiting requests of one Worker at most: 8,000 a second to devices that stay silent for 2 s.
    static constexpr std::size_t size = 1u << 14;

    struct Owner {
        std::uint32_t check = 0;   ///< Who asked; the caller's number.
        std::uint32_t number = 0;  ///< Which of its requests.

        bool operator==(const Owner&) const = default;
    };

    /// A sequence number for a request; nothing when `size` of them wait.
    [[nodiscard]] std::optional<std::uint16_t> take(Token token, Owner owner);

    enum class Match : std::uint8_t {
        waiting,    ///< Its request waits.
        duplicate,  ///< Its request was answered before.
        late,       ///< Nobody waits for it any more.
        foreign,    ///< No request of ours has this number and token.
    };
    struct Found {
        Match match = Match::foreign;
        Owner owner;  ///< Of a waiting one.
    };
    [[nodiscard]] Found find(std::uint16_t sequence, Token token) const;
    /// By the number alone, for ICMP errors that quote no more; only what waits is found.
    [[nodiscard]] std::optional<Owner> find_waiting(std::uint16_t sequence) const;

    void answer(std::uint16_t sequence);
    /// A waiting one is waited for no longer.
    void give_up(std::uint16_t sequence);

    [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
    enum class State : std::uint8_t { free, waiting, answered, over };
    struct Place {
        Token token = 0;
        Owner owner;
        State state = State::free;
    };

    void leave(std::uint16_t sequence, State state);

    std::vector<Place> places_;  ///< Made at the first request: most Workers may never ping.
    std::size_t next_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace pantau::icmp
