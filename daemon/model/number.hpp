#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace pantau {

/// A measured number: exact for integers up to 64 bits (Counter64), a double otherwise.
/// 12 bytes instead of 16, for a fleet keeps 150 for each access point: the value lies in two
/// halves, which no machine demands at a multiple of 8.
class Number {
public:
    enum class Kind : std::uint8_t { integer, natural, real };

    constexpr Number() = default;
    constexpr static Number integer(std::int64_t value) {
        return value < 0 ? Number(static_cast<std::uint64_t>(value), Kind::integer)
                         : Number(static_cast<std::uint64_t>(value), Kind::natural);
    }
    constexpr static Number natural(std::uint64_t value) { return Number(value, Kind::natural); }
    constexpr static Number real(double value) {
        return Number(std::bit_cast<std::uint64_t>(value), Kind::real);
    }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }
    [[nodiscard]] constexpr double as_double() const {
        switch (kind_) {
            case Kind::integer:
                return static_cast<double>(static_cast<std::int64_t>(bits()));
            case Kind::natural:
                return static_cast<double>(bits());
            case Kind::real:
                return std::bit_cast<double>(bits());
        }
        return 0;
    }
    /// The value of kind integer (negative) or natural (never negative); 0 for a real.
    [[nodiscard]] constexpr std::int64_t as_integer() const {
        return kind_ == Kind::real ? 0 : static_cast<std::int64_t>(bits());
    }
    [[nodiscard]] constexpr std::uint64_t as_natural() const {
        return kind_ == Kind::natural ? bits() : 0;
    }

    friend constexpr bool operator==(const Number& a, const Number& b) {
        return a.kind_ == b.kind_ &&
               (a.kind_ == Kind::real ? a.as_double() == b.as_double() : a.bits() == b.bits());
    }

private:
    using Halves = std::array<std::uint32_t, 2>;

    constexpr Number(std::uint64_t bits, Kind kind)
        : halves_(std::bit_cast<Halves>(bits)), kind_(kind) {}

    [[nodiscard]] constexpr std::uint64_t bits() const {
        return std::bit_cast<std::uint64_t>(halves_);
    }

    Halves halves_{};
    Kind kind_ = Kind::natural;
};

}  // namespace pantau
