#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/fakes/city/device.hpp"
#include "tests/fakes/city/wire.hpp"

namespace pantau::city {

/// Answers SNMP for any device: a datagram in, a datagram out, no socket and no clock of its own.
/// Owner: one thread; its buffers are used again for each request.
class Agent {
public:
    explicit Agent(std::string_view community) : community_(community) {}

    struct Outcome {
        std::string_view reply;  ///< Empty: silence. Valid until the next call.
        std::size_t varbinds = 0;
        bool is_malformed = false;  ///< The request was no SNMP v1/v2c.
    };
    /// `number` counts the device's requests: the faults that strike now and then follow it.
    [[nodiscard]] Outcome answer(const Device& device, const CityTime& time,
                                 std::string_view datagram, std::uint64_t number) noexcept;

    /// Octets of the largest reply to a GETBULK; a GET may fill `reply_max`.
    static constexpr std::size_t bulk_max = 1472;
    static constexpr std::size_t reply_max = 4096;

private:
    enum class Put : std::uint8_t { done, full, missing };

    void begin(const Device& device, const CityTime& time) noexcept;
    Put put_row(std::size_t row) noexcept;
    void put_exception(std::string_view name, std::uint8_t tag) noexcept;
    void get() noexcept;
    void get_next() noexcept;
    void get_bulk() noexcept;
    [[nodiscard]] std::optional<std::size_t> next_row(std::size_t name) const noexcept;
    [[nodiscard]] std::optional<std::size_t> visible_from(std::size_t row) const noexcept;
    /// Runs one repeater one step on; false when the reply is full.
    bool step_repeater(std::size_t& row, std::size_t repeater) noexcept;
    [[nodiscard]] std::size_t size_limit() const noexcept;
    [[nodiscard]] std::string_view finish() noexcept;
    [[nodiscard]] std::string_view error(std::int32_t status, std::int32_t index) noexcept;
    [[nodiscard]] std::string_view spoil(std::string_view reply, std::uint64_t number) noexcept;

    std::string_view community_;
    wire::Request request_;
    const Device* device_ = nullptr;
    Moment moment_;
    char* at_ = nullptr;
    std::size_t varbinds_ = 0;
    std::int32_t error_status_ = 0;
    std::int32_t error_index_ = 0;
    bool is_full_ = false;
    static constexpr std::size_t head_room = 320;  // a community of 255 bytes at most
    std::array<char, 16 * 1024> buffer_{};
    std::array<Shape::Place, wire::names_max> places_{};    // of the names asked for
    std::array<std::size_t, wire::names_max> repeaters_{};  // the next row of each
};

}  // namespace pantau::city
