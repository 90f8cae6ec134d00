#include "cli/recording_flaws.hpp"

#include <algorithm>
#include <vector>

#include "cli/verbs.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

constexpr Words unreadable_lines{
    "lines of {1} that cannot be read are left out: {0}; the first is line {2}",
    "baris {1} yang tidak bisa dibaca dilewati: {0}; yang pertama baris {2}"};
constexpr Words contradicted_lines{
    "{1} has other values for the same objects further down, and the last counts; lines left out: "
    "{0}; {2}",
    "{1} memuat nilai lain untuk objek yang sama di bawahnya, dan yang terakhir berlaku; baris "
    "yang dilewati: {0}; {2}"};

/// Enough to look into the file.
constexpr std::size_t numbers_most = 10;

std::string words_of(const std::vector<snmp::Recording::Skipped>& skipped) {
    if (skipped.empty()) return {};
    std::string words = std::to_string(skipped.front().line) + ": " + skipped.front().why;
    for (std::size_t i = 1; i < std::min(skipped.size(), numbers_most); ++i)
        words += (i == 1 ? "; " : ", ") + std::to_string(skipped[i].line);
    return skipped.size() > numbers_most ? words + ", …" : words;
}

std::string words_of(const std::vector<std::size_t>& lines) {
    std::string words;
    for (std::size_t i = 0; i < std::min(lines.size(), numbers_most); ++i)
        words += (i == 0 ? "" : ", ") + std::to_string(lines[i]);
    return lines.size() > numbers_most ? words + ", …" : words;
}

}  // namespace

RecordingFlaws RecordingFlaws::of(const snmp::Recording& recording) {
    return {.unreadable = recording.skipped().size(),
            .unreadable_at = words_of(recording.skipped()),
            .contradicted = recording.contradicted().size(),
            .contradicted_at = words_of(recording.contradicted())};
}

void RecordingFlaws::tell(const Invocation& call, const std::string& path) const {
    if (unreadable != 0) call.tell(unreadable_lines, unreadable, path, unreadable_at);
    if (contradicted != 0) call.tell(contradicted_lines, contradicted, path, contradicted_at);
}

}  // namespace pantau::cli
