#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/prometheus/families.hpp"
#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/text_writer.hpp"
#include "model/number.hpp"

namespace pantau::exposition {

/// A stretch of label text in a SeriesBook.
struct Labels {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

/// All series of one rendering, sorted by family as they come in. Label text is written once for
/// each component and shared by its series.
class SeriesBook {
public:
    explicit SeriesBook(const FamilyTable& families);

    /// Begins label text with `{`, or with a copy of earlier labels; add labels to `text()`, then
    /// close.
    std::string& begin();
    std::string& begin_like(Labels earlier);
    /// Ends the open labels with `} `. Labels that end in a comma lose it.
    Labels close();
    /// Ends the open labels without closing them: a beginning for `begin_like`.
    Labels pause();

    /// Adds one series. A number that is not finite is left out: absent knowledge is absent.
    void add(FamilyId family, Labels labels, Number value);

    [[nodiscard]] std::string_view text(Labels labels) const {
        return std::string_view(text_).substr(labels.at, labels.size);
    }
    /// Every family that has series. In OpenMetrics without the end, for others may follow.
    void render(TextSink& out, Format format = Format::text) const;
    /// At most so long is the text.
    [[nodiscard]] std::size_t rendered_size_most() const;
    [[nodiscard]] std::size_t size() const;

private:
    /// From the first series on each list has as much memory as the allocator fetches and gives
    /// back by itself (pantaud sets the limit). Lists that grow from small ones would leave holes
    /// among the observations that come meanwhile: 4 MB of 64 with 5,000 access points. Pages that
    /// are not written to cost nothing.
    static constexpr std::size_t memory_least = std::size_t{256} * 1024;

    const FamilyTable& families_;
    std::vector<std::vector<Sample>> samples_;  ///< One list per family.
    std::string text_;
    std::size_t open_at_ = 0;
};

}  // namespace pantau::exposition
