#include "collectors/http/json_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "collectors/http/target.hpp"

namespace pantau::http {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_most = 32;
constexpr std::size_t key_most = 64;
constexpr std::size_t text_most = 1024;
constexpr std::size_t stars_most = 3;
/// Those that are looked for at once have a bit each.
constexpr std::size_t together_most = 64;

/// RFC 6901: ~1 is a slash, ~0 a tilde; nothing for another tilde.
std::optional<std::string> unescaped(std::string_view part) {
    std::string text;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] != '~') {
            text += part[i];
            continue;
        }
        if (++i == part.size() || (part[i] != '0' && part[i] != '1')) return std::nullopt;
        text += part[i] == '0' ? '~' : '/';
    }
    return text;
}

/// Follows the parser through the page and remembers, of the places that are looked for, those
/// that can still be below or at the present one.
class Seeker {
public:
    constexpr static std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    constexpr static std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    constexpr static std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    constexpr static std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    Seeker(std::span<const Wanted> wanted, std::size_t most, Answer& answer)
        : wanted_(wanted), left_(most), answer_(answer) {}

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return enter(false); }
    bool on_object_end(std::size_t, json::error_code&) { return leave(); }
    bool on_array_begin(json::error_code&) { return enter(true); }
    bool on_array_end(std::size_t, json::error_code&) { return leave(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        add(key_, part, key_most);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        add(key_, part, key_most);
        levels_.back().key = std::move(key_);
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        add(text_, part, text_most);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code& error) {
        add(text_, part, text_most);
        const std::string text = std::exchange(text_, {});
        return come_upon(error, [&](const Wanted& wish) {
            if (text.size() <= text_most)
                answer_.add_bytes(wish.field, row_, RawValue::Kind::bytes, text);
        });
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code& error) {
        return come_upon(error, Number::integer(number));
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code& error) {
        return come_upon(error, Number::natural(number));
    }
    bool on_double(double number, json::string_view, json::error_code& error) {
        if (!std::isfinite(number)) return come_upon(error, [](const Wanted&) {});
        return come_upon(error, Number::real(number));
    }
    bool on_bool(bool is_true, json::error_code& error) {
        return come_upon(error, Number::natural(is_true ? 1 : 0));
    }
    bool on_null(json::error_code& error) {
        return come_upon(error, [](const Wanted&) {});
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    /// An object or list that the parser is in.
    struct Level {
        std::uint64_t below = 0;  ///< Those that are looked for inside.
        bool is_list = false;
        std::uint32_t next = 0;  ///< Of a list: the number of the next element.
        std::string key;         ///< Of an object: the present member. One byte too long: no match.
    };

    static void add(std::string& text, json::string_view part, std::size_t most) {
        const std::size_t room = most + 1 - std::min(most + 1, text.size());
        text.append(part.data(), std::min(part.size(), room));
    }

    /// Whether the present element or member of a level is what a step names.
    static bool is_at(const JsonAddress::Step& step, const Level& level, std::uint32_t number) {
        if (!level.is_list)
            return level.key.size() <= key_most && (step.is_any || step.key == level.key);
        if (step.is_any) return true;
        std::array<char, 16> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        return step.key == std::string_view(digits.data(), end);
    }

    /// Which of those looked for are here or below here; steps on in a list.
    std::uint64_t reach() {
        if (levels_.empty()) return all();
        Level& level = levels_.back();
        const std::uint32_t number = level.next++;
        std::uint64_t reached = 0;
        for (std::uint64_t left = level.below; left != 0; left &= left - 1) {
            const auto one = static_cast<std::size_t>(std::countr_zero(left));
            if (is_at(wanted_[one].steps[levels_.size() - 1], level, number))
                reached |= std::uint64_t{1} << one;
        }
        return reached;
    }

    [[nodiscard]] std::uint64_t all() const {
        return wanted_.size() == together_most ? ~std::uint64_t{0}
                                               : (std::uint64_t{1} << wanted_.size()) - 1;
    }

    bool enter(bool is_list) {
        Level level;
        level.is_list = is_list;
        for (std::uint64_t left = reach(); left != 0; left &= left - 1) {
            const auto one = static_cast<std::size_t>(std::countr_zero(left));
            if (wanted_[one].steps.size() > levels_.size()) level.below |= std::uint64_t{1} << one;
        }
        levels_.push_back(std::move(level));
        return true;
    }

    bool leave() {
        levels_.pop_back();
        return true;
    }

    bool come_upon(json::error_code& error, Number number) {
        return come_upon(error, [&](const Wanted& wish) {
            answer_.add_number(wish.field, row_, RawValue::Kind::integer, number);
        });
    }

    /// `keep` gets those of the wanted that stand here, with their row in `row_`.
    template <class Keep>
    bool come_upon(json::error_code& error, const Keep& keep) {
        for (std::uint64_t left = reach(); left != 0; left &= left - 1) {
            const Wanted& wish = wanted_[static_cast<std::size_t>(std::countr_zero(left))];
            if (wish.steps.size() != levels_.size()) continue;
            if (left_ == 0) {
                error = json::error::array_too_large;
                return false;
            }
            --left_;
            find_row(wish);
            keep(wish);
        }
        return true;
    }

    void find_row(const Wanted& wish) {
        row_.clear();
        for (std::size_t i = 0; i < wish.steps.size(); ++i) {
            if (!wish.steps[i].is_any) continue;
            const Level& level = levels_[i];
            if (level.is_list) {
                row_.push_back(level.next - 1);
                continue;
            }
            row_.push_back(static_cast<std::uint32_t>(level.key.size()));
            for (const char c : level.key)
                row_.push_back(static_cast<unsigned char>(c));
        }
    }

    std::span<const Wanted> wanted_;
    std::size_t left_;  ///< Values that may still be found.
    Answer& answer_;
    std::vector<std::uint32_t> row_;
    std::vector<Level> levels_;
    std::string key_;
    std::string text_;
};

Result<void> seek(std::string_view body, std::span<const Wanted> wanted, std::size_t most,
                  Answer& answer) {
    json::parse_options options;
    options.max_depth = depth_most;
    json::basic_parser<Seeker> parser(options, wanted, most, answer);
    json::error_code error;
    const std::size_t read = parser.write_some(false, body.data(), body.size(), error);
    if (error == json::error::array_too_large)
        return fail(Reason::too_large,
                    fmt::format("the body has more than {} of the values", most));
    if (!error && body.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
        error = json::error::extra_data;
    if (error)
        return fail(Reason::malformed, fmt::format("the body is no JSON: {}", error.message()));
    return {};
}

}  // namespace

Result<JsonAddress> parse_json_address(std::string_view text, bool is_column) {
    const auto wrong = [](std::string what) { return fail(Reason::malformed, std::move(what)); };
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos)
        return wrong("a page and a place are needed: /api/status#/radios/*/channel");
    JsonAddress address;
    address.path = std::string(text.substr(0, hash));
    if (!is_path(address.path))
        return wrong("what stands before the # is no path of a page: it begins with a slash");
    std::string_view rest = text.substr(hash + 1);
    if (!rest.empty() && rest.front() != '/')
        return wrong("what stands behind the # begins with a slash: /radios/*/channel");
    std::size_t stars = 0;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(part.size());
        const std::optional<std::string> key = unescaped(part);
        if (!key) return wrong("a ~ in a JSON Pointer is written ~0, a slash in a name ~1");
        if (key->size() > key_most) return wrong("no name in it has more than 64 bytes");
        address.steps.push_back({*key, part == "*"});
        stars += part == "*" ? 1 : 0;
    }
    if (address.steps.size() > depth_most) return wrong("it is deeper than 32");
    if (!is_column && stars > 0)
        return wrong("a * stands for many: only columns of tables have it");
    if (is_column && stars == 0)
        return wrong("a column says with a * where its rows are: /radios/*/channel");
    if (stars > stars_most) return wrong("at most three * are followed");
    return address;
}

Result<void> read_json(std::string_view body, std::span<const Wanted> wanted, std::size_t most,
                       Answer& answer) {
    for (std::size_t first = 0; first < wanted.size(); first += together_most) {
        const auto some = wanted.subspan(first, std::min(together_most, wanted.size() - first));
        Result<void> done = seek(body, some, most, answer);
        if (done) continue;
        // Half of a table would look like a whole one.
        answer.drop(answer.cells().size(), [&](const Cell& cell) {
            return std::ranges::find(wanted, cell.field, &Wanted::field) != wanted.end();
        });
        return done;
    }
    return {};
}

}  // namespace pantau::http
