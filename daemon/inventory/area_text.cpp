#include "inventory/area_text.hpp"

#include <algorithm>
#include <array>

namespace pantau::inventory {
namespace {

constexpr std::string_view digits = "0123456789";

/// A kelurahan has some dozens at most; "C", "D" and "M" alone are letters, not numbers.
struct RomanStep {
    std::string_view sign;
    unsigned value;
};
constexpr std::array roman_steps = {RomanStep{"L", 50}, RomanStep{"XL", 40}, RomanStep{"X", 10},
                                    RomanStep{"IX", 9}, RomanStep{"V", 5},   RomanStep{"IV", 4},
                                    RomanStep{"I", 1}};

std::string upper(std::string_view text) {
    std::string capitals(text);
    for (char& c : capitals) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return capitals;
}

std::string to_roman(unsigned value) {
    std::string text;
    for (const RomanStep& step : roman_steps) {
        for (; value >= step.value; value -= step.value)
            text += step.sign;
    }
    return text;
}

/// Only numbers written as they should be: "IIII" is none.
std::optional<unsigned> from_roman(std::string_view text) {
    constexpr std::size_t longest = 9;  // LXXXVIII and one more
    if (text.empty() || text.size() > longest) return std::nullopt;
    unsigned value = 0;
    std::string_view rest = text;
    for (const RomanStep& step : roman_steps) {
        while (rest.starts_with(step.sign)) {
            value += step.value;
            rest.remove_prefix(step.sign.size());
        }
    }
    if (!rest.empty() || to_roman(value) != text) return std::nullopt;
    return value;
}

std::string two_digits(std::string_view number) {
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    std::string text(number);
    return text.size() < 2 ? std::string(2 - text.size(), '0') + text : text;
}

}  // namespace

std::string folded_area(std::string_view name) {
    std::string folded;
    folded.reserve(name.size());
    for (const char c : name) {
        if (std::string_view(" -_.'").find(c) != std::string_view::npos) continue;
        folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return folded;
}

bool is_numbered(std::string_view level) {
    const std::string folded = folded_area(level);
    return folded == "rw" || folded == "rt";
}

std::optional<std::string> area_number(std::string_view level, std::string_view text) {
    std::string number = upper(text);
    if (const std::string word = upper(level); number.starts_with(word)) {
        const std::size_t begin = number.find_first_not_of(" .-_:", word.size());
        number.erase(0, std::min(begin, number.size()));
    }
    constexpr std::size_t longest = 4;
    if (number.empty()) return std::nullopt;
    if (number.find_first_not_of(digits) == std::string::npos) {
        if (number.size() > longest) return std::nullopt;
        return two_digits(number);
    }
    const std::optional<unsigned> roman = from_roman(number);
    if (!roman) return std::nullopt;
    return two_digits(std::to_string(*roman));
}

bool matches_glob(std::string_view glob, std::string_view text) {
    std::size_t at_glob = 0;
    std::size_t at_text = 0;
    std::size_t star = std::string_view::npos;  // the last one met, and where its run began
    std::size_t run = 0;
    while (at_text < text.size()) {
        if (at_glob < glob.size() && glob[at_glob] == '*') {
            star = at_glob++;
            run = at_text;
        } else if (at_glob < glob.size() &&
                   (glob[at_glob] == '?' || glob[at_glob] == text[at_text])) {
            ++at_glob, ++at_text;
        } else if (star != std::string_view::npos) {
            at_glob = star + 1;
            at_text = ++run;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', at_glob) == std::string_view::npos;
}

}  // namespace pantau::inventory
