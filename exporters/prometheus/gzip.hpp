#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exporters/prometheus/text_sink.hpp"

struct z_stream_s;

namespace pantau::exposition {

/// Packs text into one gzip member (RFC 1952) while it comes. Level 1: metrics text repeats itself
/// so much that higher levels only cost time.
class Gzip final : public TextSink {
public:
    Gzip();
    ~Gzip() override;
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void take(std::string_view piece) override;
    /// All that was taken, packed. Call once, at the end.
    [[nodiscard]] std::string finish();

private:
    void run(int flush);

    std::unique_ptr<z_stream_s> stream_;
    std::string out_;
    std::size_t used_ = 0;
};

[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace pantau::exposition
