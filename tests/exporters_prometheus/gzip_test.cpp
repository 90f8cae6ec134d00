#include "exporters/prometheus/gzip.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "support/process.hpp"

using namespace pantau::exposition;

namespace {

/// Unpacks one gzip member; nothing when it is none or something follows.
std::optional<std::string> unpack(std::string_view packed) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return std::nullopt;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    std::string piece(1 << 16, '\0');
    int status = Z_OK;
    while (status == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        status = inflate(&stream, Z_NO_FLUSH);
        text.append(piece, 0, piece.size() - stream.avail_out);
    }
    const bool is_whole = status == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    return is_whole ? std::optional(text) : std::nullopt;
}

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "pantau_ap_clients{ap=\"rw08-" + std::to_string(i) + "\"} 34\n";
    return text;
}

std::string noise(std::size_t size) {
    std::mt19937 random(551);
    std::string text(size, '\0');
    for (char& c : text)
        c = static_cast<char>(random());
    return text;
}

}  // namespace

TEST_SUITE("exporters/prometheus/gzip") {
    TEST_CASE("what was packed comes out again, whatever it is and however long") {
        for (const std::string& text : {std::string(), std::string("x"), lines(1), lines(50'000),
                                        std::string(1 << 20, 'a'), noise(1000), noise(1 << 20)}) {
            CAPTURE(text.size());
            const auto back = unpack(gzip(text));
            REQUIRE(back.has_value());
            CHECK(*back == text);
        }
    }

    TEST_CASE("text that comes in pieces is packed like text that comes at once") {
        const std::string text = lines(50'000) + noise(100'000);
        for (const std::size_t size : {1u, 7u, 4096u, 100'000u, 10'000'000u}) {
            CAPTURE(size);
            Gzip packed;
            for (std::size_t at = 0; at < text.size(); at += size) {
                packed.take(std::string_view(text).substr(at, size));
                packed.take("");
            }
            const auto back = unpack(packed.finish());
            REQUIRE(back.has_value());
            CHECK(*back == text);
        }
    }

    TEST_CASE("metrics text shrinks to a tenth at most") {
        const std::string text = lines(50'000);
        CHECK(gzip(text).size() * 10 < text.size());
    }

    TEST_CASE("the gzip program reads it") {
        SKIP_WITHOUT("gzip");
        const std::string text = lines(1000);
        const auto finished = pantau::test::run({"gzip", "-dc"}, gzip(text));
        CHECK(finished.status == 0);
        CHECK(finished.err == "");
        CHECK(finished.out == text);
    }
}
