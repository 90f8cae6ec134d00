#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A strict reader of the text format 0.0.4, written apart from the writer.
namespace pantau::by_hand {

struct SeriesRead {
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;
    std::string text;  ///< Name and labels, as they were written.
    double value = 0;
};

struct FamilyRead {
    std::string name;
    std::string help;
    std::string type;
    std::vector<SeriesRead> series;
};

struct TextRead {
    std::vector<FamilyRead> families;
    /// The first thing that is wrong, with its line; empty when all is right.
    std::string fault;

    [[nodiscard]] std::size_t size() const;
};

/// Refuses what Prometheus refuses (broken lines, bytes that are not UTF-8, numbers that are none),
/// and also: a series twice, a family in two places, a family without help, type or series, a
/// series that does not bear its family's name, and a label twice in one series.
[[nodiscard]] TextRead read_text(std::string_view text);

}  // namespace pantau::by_hand
