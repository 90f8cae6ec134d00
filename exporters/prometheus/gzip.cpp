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

}  // namespace

std::string gzip(std::string_view text) {
    z_stream stream{};
    // Fails only without memory, which ends the process anyway.
    PANTAU_ASSERT(deflateInit2(&stream, level_fast, Z_DEFLATED, window_bits_gzip, memory_level,
                               Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out;
    out.resize(text.size() / 8 + 256);  // Metrics text shrinks to about a fifteenth.
    std::size_t used = 0;
    int status = Z_OK;
    while (status != Z_STREAM_END) {
        if (stream.avail_in == 0 && !text.empty()) {
            const std::size_t piece = std::min(text.size(), piece_max);
            // zlib's interface is older than const.
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
            stream.avail_in = static_cast<uInt>(piece);
            text.remove_prefix(piece);
        }
        if (used == out.size()) out.resize(out.size() * 2);
        const std::size_t room = std::min(out.size() - used, piece_max);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream.avail_out = static_cast<uInt>(room);
        status = deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
        used += room - stream.avail_out;
        PANTAU_ASSERT(status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END);
    }
    deflateEnd(&stream);
    out.resize(used);
    return out;
}

}  // namespace pantau::exposition
