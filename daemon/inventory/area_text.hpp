#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pantau::inventory {

/// What two spellings of one area have in common: "Oro-oro Dowo" and "ORO ORO DOWO", "Kota Lama"
/// and "Kotalama". Case, blanks, hyphens, dots and apostrophes make no difference.
[[nodiscard]] std::string folded_area(std::string_view name);

/// Whether the areas of this level are numbers: rw, rt.
[[nodiscard]] bool is_numbered(std::string_view level);

/// The number of a numbered area as it stands in labels: two digits, never read as octal. "8",
/// "RW 08", "RW.VIII" and "rw viii" are "08". Nothing when the text is no such number: it stays as
/// written.
[[nodiscard]] std::optional<std::string> area_number(std::string_view level, std::string_view text);

/// `*` is any run of signs, `?` one byte.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace pantau::inventory
