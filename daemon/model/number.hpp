#pragma once

#include <cstdint>

namespace pantau {

/// A measured number: exact for integers up to 64 bits (Counter64), a double otherwise.
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
        Number number;
        number.real_ = value;
        number.kind_ = Kind::real;
        return number;
    }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }
    [[nodiscard]] constexpr double as_double() const {
        switch (kind_) {
            case Kind::integer:
                return static_cast<double>(static_cast<std::int64_t>(bits_));
            case Kind::natural:
                return static_cast<double>(bits_);
            case Kind::real:
                return real_;
        }
        return 0;
    }
    /// The value of kind integer (negative) or natural (never negative); 0 for a real.
    [[nodiscard]] constexpr std::int64_t as_integer() const {
        return kind_ == Kind::real ? 0 : static_cast<std::int64_t>(bits_);
    }
    [[nodiscard]] constexpr std::uint64_t as_natural() const {
        return kind_ == Kind::natural ? bits_ : 0;
    }

    friend constexpr bool operator==(const Number& a, const Number& b) {
        return a.kind_ == b.kind_ &&
               (a.kind_ == Kind::real ? a.real_ == b.real_ : a.bits_ == b.bits_);
    }

private:
    constexpr Number(std::uint64_t bits, Kind kind) : bits_(bits), kind_(kind) {}

    union {
        std::uint64_t bits_ = 0;
        double real_;
    };
    Kind kind_ = Kind::natural;
};

}  // namespace pantau
