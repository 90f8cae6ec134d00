#include "exporters/prometheus/render_options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "exporters/prometheus/families.hpp"
#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

/// FNV-1a: the same on every machine and in every version, unlike std::hash.
std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3;
    }
    return hash ^ (hash >> 32);
}

std::string shown(std::string_view text) {
    return "'" + Text::from_network(text).str() + "'";
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<void> read_shard(std::string_view text, RenderOptions& options) {
    const std::size_t slash = text.find('/');
    const auto part = whole_number(text.substr(0, slash));
    const auto count =
        slash == std::string_view::npos ? std::nullopt : whole_number(text.substr(slash + 1));
    if (!part || !count)
        return fail(Reason::malformed,
                    "shard " + shown(text) + " is not of the form i/n, for example shard=0/4");
    if (*count == 0 || *count > shard_count_max)
        return fail(Reason::malformed, "shard " + shown(text) + ": the number of parts is 1 to " +
                                           std::to_string(shard_count_max));
    if (*part >= *count)
        return fail(Reason::malformed, "shard " + shown(text) + ": parts count from 0 to " +
                                           std::to_string(*count - 1));
    options.shard = *part;
    options.shard_count = *count;
    return {};
}

Result<void> read_level(std::string_view text, RenderOptions& options) {
    if (text != "basic" && text != "full")
        return fail(Reason::malformed, "level " + shown(text) + " is neither basic nor full");
    options.level = text == "basic" ? Level::basic : Level::full;
    return {};
}

std::optional<std::size_t> level_of(std::string_view name,
                                    const std::vector<std::string>& hierarchy,
                                    const std::vector<std::string>& labels) {
    for (const auto* names : {&labels, &hierarchy}) {
        const auto found = std::ranges::find(*names, name);
        if (found != names->end()) return static_cast<std::size_t>(found - names->begin());
    }
    return std::nullopt;
}

std::string known_parameters(const std::vector<std::string>& labels) {
    std::string words = "level, shard";
    for (const std::string& label : labels)
        words += ", " + label;
    return words;
}

}  // namespace

bool RenderOptions::has_area(const Device& device) const {
    const auto value_at = [&](std::size_t area_level) -> std::string_view {
        return area_level < device.area.size() ? std::string_view(device.area[area_level])
                                               : std::string_view();
    };
    return std::ranges::all_of(areas, [&](const AreaFilter& wanted) {
        return std::ranges::any_of(areas, [&](const AreaFilter& other) {
            return other.level == wanted.level && value_at(other.level) == other.value;
        });
    });
}

bool RenderOptions::has_shard_of(const Device& device) const {
    return shard_count <= 1 || stable_hash(device.id) % shard_count == shard;
}

std::size_t RenderOptions::filtered_depth() const {
    std::size_t depth = 0;
    for (const AreaFilter& filter : areas)
        depth = std::max(depth, filter.level + 1);
    return depth;
}

Result<RenderOptions> read_options(const std::vector<std::pair<std::string, std::string>>& query,
                                   const std::vector<std::string>& hierarchy) {
    const std::vector<std::string> labels = area_label_names(hierarchy, reserved_labels());
    RenderOptions options;
    bool has_level = false;
    bool has_shard = false;
    for (const auto& [name, value] : query) {
        Result<void> read;
        // An area level called "shard" has the label "area_shard": no name means two things.
        if (name == "level" || name == "shard") {
            bool& is_second = name == "level" ? has_level : has_shard;
            if (is_second)
                return fail(Reason::malformed, "the parameter " + shown(name) + " is there twice");
            is_second = true;
            read = name == "level" ? read_level(value, options) : read_shard(value, options);
        } else if (const auto level = level_of(name, hierarchy, labels)) {
            options.areas.push_back({*level, value});
        } else {
            read = fail(Reason::malformed, "there is no parameter " + shown(name) + "; there are " +
                                               known_parameters(labels));
        }
        if (!read) return tl::unexpected<Error>(read.error());
    }
    return options;
}

}  // namespace pantau::exposition
