#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporters/prometheus/text_sink.hpp"
#include "model/number.hpp"

namespace pantau::exposition {

/// A value ready to be written: 16 bytes with its labels, because there are hundreds of thousands.
struct Sample {
    std::uint64_t bits = 0;       ///< Of the number, as `kind` says.
    std::uint32_t labels_at = 0;  ///< Where the labels lie in the SeriesBook's text.
    std::uint32_t labels_size : 30 = 0;
    std::uint32_t kind : 2 = 0;  ///< A Number::Kind.
};

/// Text format 0.0.4, written straight. Gathers small pieces before it hands them on.
class TextWriter {
public:
    explicit TextWriter(TextSink& out) : out_(out) {}
    TextWriter(const TextWriter&) = delete;
    TextWriter& operator=(const TextWriter&) = delete;
    ~TextWriter() { flush(); }

    void put(std::string_view piece);
    /// `labels` with braces and the space behind them: "{ap=\"x\"} ".
    void line(std::string_view name, std::string_view labels, const Sample& sample);

private:
    void flush();

    static constexpr std::size_t number_size_max = 32;

    TextSink& out_;
    std::size_t used_ = 0;
    std::array<char, 32 * 1024> piece_;  // Stays in the first-level cache.
};

/// The longest a number can get, for reservations.
inline constexpr std::size_t number_size = 24;

}  // namespace pantau::exposition
