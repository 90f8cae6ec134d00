#include "tests/fakes/city/agent.hpp"

#include <algorithm>
#include <cstring>

namespace pantau::city {

namespace {

constexpr std::size_t too_big_limit = 484;  // what RFC 3417 asks every agent to manage
constexpr std::size_t silent_limit = 700;
constexpr std::int32_t status_too_big = 1;
constexpr std::int32_t status_no_such_name = 2;
constexpr std::int32_t status_not_writable = 17;

/// Fills in the length of the varbind that starts at `start` and ends at `end`; a content of 128
/// bytes or more is moved to make room.
char* close_varbind(char* start, char* end) noexcept {
    const auto size = static_cast<std::size_t>(end - start - 2);
    const std::size_t extra = wire::length_size(size) - 1;
    if (extra > 0) std::memmove(start + 2 + extra, start + 2, size);
    wire::put_length(start + 1, size);
    return end + extra;
}

}  // namespace

Agent::Outcome Agent::answer(const Device& device, const CityTime& time, std::string_view datagram,
                             std::uint64_t number) noexcept {
    if (!wire::parse(datagram, request_)) return {{}, 0, true};
    const bool has_right_community =
        request_.community == community_ && !device.has(Condition::other_community);
    const bool is_deaf = request_.version != wire::version_1 && device.has(Condition::v1_only);
    if (!has_right_community || is_deaf || request_.community.size() > 255) return {};
    begin(device, time);
    if (device.has(Condition::stray) && number % 4 == 3) request_.id ^= 0x55;
    for (std::size_t i = 0; i < request_.name_count; ++i) {
        places_[i] = device.shape->find(request_.names[i]);
        if (places_[i].is_broken) return {{}, 0, true};
    }
    if (request_.has_too_many_names) return {error(status_too_big, 0), 0, false};
    switch (request_.pdu) {
        case wire::get:
            get();
            break;
        case wire::get_next:
            get_next();
            break;
        case wire::get_bulk:
            get_bulk();
            break;
        default:
            error_status_ =
                request_.version == wire::version_1 ? status_no_such_name : status_not_writable;
            error_index_ = 1;
    }
    if (is_full_ && device.has(Condition::silent_on_large)) return {};
    std::string_view reply;
    if (is_full_) {
        reply = error(status_too_big, 0);
    } else {
        reply = error_status_ != 0 ? error(error_status_, error_index_) : finish();
    }
    return {spoil(reply, number), varbinds_, false};
}

void Agent::begin(const Device& device, const CityTime& time) noexcept {
    device_ = &device;
    moment_ = Moment::of(device, time);
    at_ = buffer_.data() + head_room;
    varbinds_ = 0;
    error_status_ = 0;
    error_index_ = 0;
    is_full_ = false;
}

std::size_t Agent::size_limit() const noexcept {
    std::size_t most = request_.pdu == wire::get_bulk ? bulk_max : reply_max;
    if (device_->has(Condition::too_big)) most = std::min(most, too_big_limit);
    if (device_->has(Condition::silent_on_large)) most = std::min(most, silent_limit);
    // The head: two wrappings of 4 bytes, one of 4 for the list, version, three numbers.
    return most - std::min(most, request_.community.size() + 2 + 12 + 3 + 6 + 3 + 3);
}

Agent::Put Agent::put_row(std::size_t index) noexcept {
    const Row& row = device_->shape->row(index);
    const std::string_view head = device_->shape->varbind_head(index);
    const char* const list = buffer_.data() + head_room;
    const auto room = static_cast<std::size_t>(buffer_.data() + buffer_.size() - at_);
    if (head.size() + value_size_max(row, *device_) + 8 > room) return Put::full;
    char* const start = at_;
    std::memcpy(start, head.data(), head.size());
    char* end = put_value(start + head.size(), row, *device_, moment_);
    end = close_varbind(start, end);
    if (static_cast<std::size_t>(end - list) > size_limit()) return Put::full;
    at_ = end;
    ++varbinds_;
    return Put::done;
}

void Agent::put_exception(std::string_view name, std::uint8_t tag) noexcept {
    const char* const list = buffer_.data() + head_room;
    if (static_cast<std::size_t>(at_ - list) + name.size() + 12 > size_limit()) {
        is_full_ = true;
        return;
    }
    char* const start = at_;
    *start = static_cast<char>(wire::sequence);
    char* end = wire::put_bytes(start + 2, wire::oid, name);
    *end++ = static_cast<char>(tag);
    *end++ = 0;
    at_ = close_varbind(start, end);
    ++varbinds_;
}

void Agent::get() noexcept {
    for (std::size_t i = 0; i < request_.name_count && error_status_ == 0 && !is_full_; ++i) {
        const std::string_view name = request_.names[i];
        const Shape& shape = *device_->shape;
        const Shape::Place place = places_[i];
        const bool is_v1 = request_.version == wire::version_1;
        const bool is_hidden =
            is_v1 && place.is_exact && shape.row(place.row).tag == wire::counter64;
        if (place.is_exact && !is_hidden) {
            is_full_ = put_row(place.row) == Put::full;
        } else if (is_v1) {
            error_status_ = status_no_such_name;
            error_index_ = static_cast<std::int32_t>(i + 1);
        } else {
            put_exception(name, shape.has_object_of(name, place.row) ? wire::no_such_instance
                                                                     : wire::no_such_object);
        }
    }
}

std::optional<std::size_t> Agent::visible_from(std::size_t row) const noexcept {
    const Shape& shape = *device_->shape;
    // v1 has no Counter64: such rows are not there for it (RFC 3584 4.2.2.1).
    while (row < shape.row_count() && request_.version == wire::version_1 &&
           shape.row(row).tag == wire::counter64)
        ++row;
    if (row < shape.row_count()) return row;
    if (device_->has(Condition::endless_walk)) return 0;
    return std::nullopt;
}

std::optional<std::size_t> Agent::next_row(std::size_t name) const noexcept {
    return visible_from(places_[name].row + (places_[name].is_exact ? 1 : 0));
}

void Agent::get_next() noexcept {
    for (std::size_t i = 0; i < request_.name_count && error_status_ == 0 && !is_full_; ++i) {
        const auto row = next_row(i);
        if (row) {
            is_full_ = put_row(*row) == Put::full;
        } else if (request_.version == wire::version_1) {
            error_status_ = status_no_such_name;
            error_index_ = static_cast<std::int32_t>(i + 1);
        } else {
            put_exception(request_.names[i], wire::end_of_mib_view);
        }
    }
}

bool Agent::step_repeater(std::size_t& row, std::size_t repeater) noexcept {
    const auto next = visible_from(row);
    if (next) {
        if (put_row(*next) == Put::full) return false;
        row = *next + 1;
        return true;
    }
    // Past the end the last name is said again with endOfMibView (RFC 3416 4.2.3).
    const std::size_t before = varbinds_;
    const std::size_t count = device_->shape->row_count();
    const bool has_moved = row > count || (row == count && places_[repeater].row != count);
    std::string_view last = request_.names[repeater];
    if (has_moved) {
        last = device_->shape->varbind_head(count - 1);
        last.remove_prefix(4);  // sequence, its length, OID tag, its length: all names are short
    }
    put_exception(last, wire::end_of_mib_view);
    const bool has_fit = varbinds_ > before;
    is_full_ = false;
    return has_fit;
}

void Agent::get_bulk() noexcept {
    const auto once = static_cast<std::size_t>(std::clamp<std::int64_t>(
        request_.first, 0, static_cast<std::int64_t>(request_.name_count)));
    const std::size_t count = request_.name_count;
    for (std::size_t i = 0; i < once; ++i) {
        const auto row = next_row(i);
        if (row) {
            if (put_row(*row) == Put::full) {
                is_full_ = true;  // not even the non-repeaters fit: that is an error
                return;
            }
        } else {
            put_exception(request_.names[i], wire::end_of_mib_view);
        }
    }
    for (std::size_t i = once; i < count; ++i) {
        repeaters_[i] = places_[i].row + (places_[i].is_exact ? 1 : 0);
    }
    for (std::int32_t round = 0; round < request_.second && count > once; ++round) {
        bool is_at_end = true;
        for (std::size_t i = once; i < count; ++i) {
            if (visible_from(repeaters_[i])) is_at_end = false;
            if (!step_repeater(repeaters_[i], i)) {
                is_full_ = varbinds_ == 0;
                return;  // a shorter answer is a right answer to GETBULK
            }
        }
        if (is_at_end) return;
    }
}

std::string_view Agent::finish() noexcept {
    char* const list = buffer_.data() + head_room;
    const char* const start =
        wire::prepend_head(list, static_cast<std::size_t>(at_ - list), request_, 0, 0);
    return {start, static_cast<std::size_t>(at_ - start)};
}

std::string_view Agent::error(std::int32_t status, std::int32_t index) noexcept {
    char* const list = buffer_.data() + head_room;
    // v1 repeats the question; a v2c tooBig has no varbinds (RFC 3416 4.2.1).
    const bool has_echo = status != status_too_big || request_.version == wire::version_1;
    const std::size_t most = reply_max - head_room;
    const std::size_t size = has_echo && request_.list.size() <= most ? request_.list.size() : 0;
    std::memcpy(list, request_.list.data(), size);
    varbinds_ = 0;
    const char* const start = wire::prepend_head(list, size, request_, status, index);
    return {start, static_cast<std::size_t>(list + size - start)};
}

std::string_view Agent::spoil(std::string_view reply, std::uint64_t number) noexcept {
    if (number % 4 != 3 || reply.empty()) return reply;
    char* const bytes = buffer_.data() + (reply.data() - buffer_.data());
    const std::uint64_t dice = mix(device_->seed, number);
    if (device_->has(Condition::garbled)) {
        if (dice % 2 == 0) return reply.substr(0, dice / 2 % reply.size());
        for (int i = 0; i < 8; ++i) {
            const std::uint64_t bit = mix(dice, static_cast<std::uint64_t>(i)) % (reply.size() * 8);
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        }
    }
    return reply;
}

}  // namespace pantau::city
