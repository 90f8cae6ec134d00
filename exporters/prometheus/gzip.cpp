#include "exporters/prometheus/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/assert.hpp"

namespace pantau::exposition {
namespace {

constexpr int level_fast = 1;
constexpr int window_bits_gzip = 15 + 16;  // 16 asks for the gzip wrapper instead of zlib's.
constexpr int memory_level = 9;
constexpr std::size_t piece_max = std::numeric_limits<uInt>::max();  // What zlib can count.
constexpr std::size_t room_first = 16 * 1024;

}  // namespace

Gzip::Gzip() : stream_(std::make_unique<z_stream>()) {
    // Fails only without memory, which ends the process anyway.
    PANTAU_ASSERT(deflateInit2(stream_.get(), level_fast, Z_DEFLATED, window_bits_gzip,
                               memory_level, Z_DEFAULT_STRATEGY) == Z_OK);
}

Gzip::~Gzip() {
    deflateEnd(stream_.get());
}

void Gzip::take(std::string_view piece) {
    while (!piece.empty()) {
        const std::string_view part = piece.substr(0, piece_max);
        piece.remove_prefix(part.size());
        // zlib's interface is older than const.
        stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
        stream_->avail_in = static_cast<uInt>(part.size());
        run(Z_NO_FLUSH);
    }
}

std::string Gzip::finish() {
    run(Z_FINISH);
    out_.resize(used_);
    return std::move(out_);
}

/// Until zlib has taken all its input, and with Z_FINISH, given all its output.
void Gzip::run(int flush) {
    int status = Z_OK;
    do {
        if (used_ == out_.size()) out_.resize(std::max(room_first, out_.size() * 2));
        const std::size_t room = std::min(out_.size() - used_, piece_max);
        stream_->next_out = reinterpret_cast<Bytef*>(out_.data() + used_);
        stream_->avail_out = static_cast<uInt>(room);
        status = deflate(stream_.get(), flush);
        used_ += room - stream_->avail_out;
        PANTAU_ASSERT(status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END);
    } while (flush == Z_FINISH ? status != Z_STREAM_END : stream_->avail_out == 0);
}

std::string gzip(std::string_view text) {
    Gzip packed;
    packed.take(text);
    return packed.finish();
}

}  // namespace pantau::exposition
