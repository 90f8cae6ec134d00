#include "collectors/icmp/sent_table.hpp"

namespace pantau::icmp {

std::optional<std::uint16_t> SentTable::take(Token token, Owner owner) {
    if (waiting_ == size) return std::nullopt;
    if (places_.empty()) places_.resize(size);
    while (places_[next_].state == State::waiting)
        next_ = (next_ + 1) % size;
    const auto sequence = static_cast<std::uint16_t>(next_);
    places_[next_] = {token, owner, State::waiting};
    next_ = (next_ + 1) % size;
    ++waiting_;
    return sequence;
}

SentTable::Found SentTable::find(std::uint16_t sequence, Token token) const {
    if (sequence >= places_.size()) return {};
    const Place& place = places_[sequence];
    if (place.state == State::free || place.token != token) return {};
    if (place.state == State::waiting) return {Match::waiting, place.owner};
    return {place.state == State::answered ? Match::duplicate : Match::late, {}};
}

std::optional<SentTable::Owner> SentTable::find_waiting(std::uint16_t sequence) const {
    if (sequence >= places_.size() || places_[sequence].state != State::waiting)
        return std::nullopt;
    return places_[sequence].owner;
}

void SentTable::answer(std::uint16_t sequence) {
    leave(sequence, State::answered);
}

void SentTable::give_up(std::uint16_t sequence) {
    leave(sequence, State::over);
}

void SentTable::leave(std::uint16_t sequence, State state) {
    if (sequence >= places_.size() || places_[sequence].state != State::waiting) return;
    places_[sequence].state = state;
    --waiting_;
}

}  // namespace pantau::icmp
