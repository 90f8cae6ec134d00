#include "exporters/prometheus/text_writer.hpp"

#include <bit>
#include <charconv>
#include <cstring>

namespace pantau::exposition {
namespace {

char* write_number(char* at, char* end, const Sample& sample) {
    switch (static_cast<Number::Kind>(sample.kind)) {
        case Number::Kind::natural:
            if (sample.bits < 10) {  // Flags, states, counts of few: a third of all values.
                *at = static_cast<char>('0' + sample.bits);
                return at + 1;
            }
            return std::to_chars(at, end, sample.bits).ptr;
        case Number::Kind::integer:
            return std::to_chars(at, end, static_cast<std::int64_t>(sample.bits)).ptr;
        case Number::Kind::real:
            break;
    }
    return std::to_chars(at, end, std::bit_cast<double>(sample.bits)).ptr;
}

}  // namespace

void TextWriter::flush() {
    if (used_ > 0) out_.take({piece_.data(), used_});
    used_ = 0;
}

void TextWriter::put(std::string_view piece) {
    if (used_ + piece.size() > piece_.size()) {
        flush();
        if (piece.size() > piece_.size()) {
            out_.take(piece);
            return;
        }
    }
    std::memcpy(piece_.data() + used_, piece.data(), piece.size());
    used_ += piece.size();
}

void TextWriter::line(std::string_view name, std::string_view labels, const Sample& sample) {
    const std::size_t most = name.size() + labels.size() + number_size_max;
    if (used_ + most > piece_.size()) {
        flush();
        if (most > piece_.size()) {
            out_.take(name);
            out_.take(labels);
            name = labels = "";  // Not null: memcpy insists.
        }
    }
    char* at = piece_.data() + used_;
    std::memcpy(at, name.data(), name.size());
    at += name.size();
    std::memcpy(at, labels.data(), labels.size());
    at += labels.size();
    at = write_number(at, at + number_size_max - 1, sample);
    *at++ = '\n';
    used_ = static_cast<std::size_t>(at - piece_.data());
}

}  // namespace pantau::exposition
