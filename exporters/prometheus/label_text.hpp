#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::exposition {

/// Whether something had to be replaced to make it fit for a label value.
enum class LabelText : bool { kept, replaced };

/// Appends a label value, escaped for the text format. A byte that is not UTF-8 would make
/// Prometheus refuse the whole scrape; it becomes U+FFFD, as do ASCII's control characters.
LabelText append_label_value(std::string& out, std::string_view value);

/// Appends `name="value"`.
LabelText append_label(std::string& out, std::string_view name, std::string_view value);

/// Help text in one line: backslash and line end escaped.
[[nodiscard]] std::string escape_help(std::string_view help);

[[nodiscard]] bool is_label_name(std::string_view name);
[[nodiscard]] bool is_metric_name(std::string_view name);

/// The hierarchy's level names as label names. A name that cannot be a label is mended with "_",
/// one that has another meaning already ("ap", "radio", `taken` …) gets the prefix "area_"; all
/// differ.
[[nodiscard]] std::vector<std::string> area_label_names(std::span<const std::string> hierarchy,
                                                        std::span<const std::string_view> taken);

}  // namespace pantau::exposition
