#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "base/utf8.hpp"
#include "exporters/prometheus/label_text.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

/// A label value as Prometheus reads it; nothing when it would refuse the line.
std::optional<std::string> read_label_value(std::string_view written) {
    std::string value;
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (written[at] == '"' || written[at] == '\n') return std::nullopt;
        if (written[at] != '\\') {
            value += written[at];
            continue;
        }
        if (++at == written.size()) return std::nullopt;
        if (written[at] == 'n')
            value += '\n';
        else if (written[at] == '\\' || written[at] == '"')
            value += written[at];
        else
            return std::nullopt;
    }
    return value;
}

void filtered(std::string_view bytes, std::size_t most) {
    const Text made = Text::from_network(bytes, most);
    PROMISE_ABOUT(is_plain(made.view()), made.str());
    PROMISE(made.str().size() <= most);
    PROMISE(Text::from_network(made.view(), most) == made);
    PROMISE(!made.view().starts_with(' ') && !made.view().ends_with(' '));
    // What is harmless already and fits stays as it is; only a no-break space becomes a plain one.
    const bool stays = is_plain(bytes) && bytes.find("\xC2\xA0") == std::string_view::npos &&
                       !bytes.starts_with(' ') && !bytes.ends_with(' ') && bytes.size() <= most;
    if (stays) PROMISE(made.view() == bytes);
}

void label(std::string_view bytes) {
    std::string written = "before";
    const auto verdict = exposition::append_label_value(written, bytes);
    PROMISE(written.starts_with("before"));
    written.erase(0, 6);
    PROMISE(!find_invalid_utf8(written));
    const auto read = read_label_value(written);
    PROMISE_ABOUT(read.has_value(), written);
    if (verdict == exposition::LabelText::kept) PROMISE(*read == bytes);
    const std::string help = exposition::escape_help(bytes);
    PROMISE(help.find('\n') == std::string::npos);
}

void area_labels(std::string_view bytes) {
    std::vector<std::string> levels;
    for (Feed feed(bytes); !feed.empty() && levels.size() < 8;)
        levels.emplace_back(feed.piece());
    static constexpr std::string_view taken[]{"radio", "ssid", "band"};
    const auto names = exposition::area_label_names(levels, taken);
    PROMISE(names.size() == levels.size());
    PROMISE(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    for (const std::string& name : names) {
        PROMISE_ABOUT(exposition::is_label_name(name), name);
        PROMISE_ABOUT(std::ranges::find(taken, name) == std::end(taken), name);
    }
}

}  // namespace

void text(std::string_view bytes) {
    filtered(bytes, Text::limit);
    filtered(bytes, 5);
    label(bytes);
    area_labels(bytes);
    if (const auto wrong = find_invalid_utf8(bytes)) {
        PROMISE(*wrong < bytes.size());
        PROMISE(!find_invalid_utf8(bytes.substr(0, *wrong)));
        PROMISE(decode_utf8(bytes.substr(*wrong)).length == 0);
    }
}

}  // namespace pantau::fuzz
