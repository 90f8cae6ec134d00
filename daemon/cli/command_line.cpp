#include "cli/command_line.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>

#include "base/edit_distance.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

namespace po = boost::program_options;

constexpr std::array<std::string_view, 6> formats{"table", "wide", "json", "yaml", "csv", "name"};
constexpr std::array<std::string_view, 3> colors{"auto", "always", "never"};
constexpr std::array<std::string_view, 2> languages{"id", "en"};

const Option* find_option(std::span<const Option> options, std::string_view name) {
    const auto found = std::ranges::find(options, name, &Option::name);
    return found == options.end() ? nullptr : &*found;
}

/// A word of the command line that is an option of every verb: does the next word belong to it?
bool takes_next_word(std::string_view word) {
    if (word.starts_with("--")) {
        const Option* const option = find_option(global_options(), word.substr(2));
        return option != nullptr && !option->value.empty();
    }
    if (word.size() != 2) return false;  // "-ojson" holds its value itself
    const auto option = std::ranges::find(global_options(), word[1], &Option::letter);
    return option != global_options().end() && !option->value.empty();
}

/// Where the verb stands: the first word that is neither an option of every verb nor its value.
std::optional<std::size_t> place_of_verb(std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") return std::nullopt;
        if (!words[i].starts_with('-') || words[i] == "-") return i;
        if (takes_next_word(words[i])) ++i;
    }
    return std::nullopt;
}

std::string shown_choices(std::span<const std::string_view> choices) {
    return fmt::format("{}", fmt::join(choices, ", "));
}

void check_choice(const Option& option, const std::string& value, Language language) {
    if (option.choices.empty()) return;
    if (std::ranges::find(option.choices, value) != option.choices.end()) return;
    throw UsageError(say(language, text::not_a_choice, "--" + std::string(option.name), value,
                         shown_choices(option.choices)));
}

po::options_description describe(std::span<const Option> options) {
    po::options_description description;
    for (const Option& option : options) {
        std::string name(option.name);
        if (option.letter != 0) name.append(",").push_back(option.letter);
        if (option.value.empty()) {
            description.add_options()(name.c_str(), po::bool_switch());
        } else {
            description.add_options()(name.c_str(), po::value<std::string>());
        }
    }
    return description;
}

[[noreturn]] void throw_unknown_option(std::string word, std::span<const Option> options,
                                       Language language) {
    word = word.substr(0, word.find('='));
    std::vector<std::string> names;
    for (const Option& option : options)
        if (!option.is_hidden) names.push_back("--" + std::string(option.name));
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    std::string words = say(language, text::unknown_option, word);
    if (const auto meant = did_you_mean(word, candidates))
        words = say(language, text::perhaps, words, *meant);
    throw UsageError(words);
}

po::parsed_options parse_words(std::span<const Option> options, std::span<const std::string> words,
                               Language language) {
    using namespace po::command_line_style;
    const po::options_description description = describe(options);
    try {
        return po::command_line_parser(std::vector<std::string>(words.begin(), words.end()))
            .options(description)
            .style(unix_style & ~allow_guessing)
            .run();
    } catch (const po::unknown_option& error) {
        throw_unknown_option(error.get_option_name(), options, language);
    } catch (const po::invalid_command_line_syntax& error) {
        using Kind = po::invalid_syntax::kind_t;
        const bool is_value_missing = error.kind() == Kind::missing_parameter ||
                                      error.kind() == Kind::empty_adjacent_parameter;
        const std::string name = error.get_option_name();
        throw UsageError(is_value_missing ? say(language, text::needs_value, name)
                                          : say(language, text::takes_no_value, name));
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

void check_operands(const Verb& verb, const Arguments& arguments, Language language) {
    const auto& operands = arguments.operands();
    if (arguments.has("help")) return;
    if (operands.size() < verb.operands_least)
        throw UsageError(say(language, text::missing_operand, verb.operands));
    if (operands.size() > verb.operands_most)
        throw UsageError(say(language, text::extra_operand, operands[verb.operands_most]));
}

/// The verb at the front of the words; they lose its one or two words.
const Verb* take_verb(std::vector<std::string>& words, std::size_t place, Language language) {
    const std::string first = words[place];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(place));
    if (const Verb* const verb = find_verb(first)) return verb;
    std::vector<std::string_view> seconds;
    for (const Verb* const verb : verbs())
        if (verb->name.starts_with(first + ' ')) seconds.push_back(verb->name);
    if (seconds.empty()) throw_unknown_verb(first, language);
    // Options of every verb may stand between the two words, too.
    const auto second = place_of_verb(words);
    const Verb* const verb = second ? find_verb(first + ' ' + words[*second]) : nullptr;
    if (verb == nullptr)
        throw UsageError(say(language, text::verb_needs_second, first, shown_choices(seconds)));
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(*second));
    return verb;
}

}  // namespace

std::span<const Option> global_options() {
    static const auto table = std::to_array<Option>({
        {.name = "output",
         .letter = 'o',
         .value = "FORMAT",
         .help = {"how to show the result: table, wide, json, yaml, csv or name",
                  "bentuk hasilnya: table, wide, json, yaml, csv atau name"},
         .choices = formats},
        {.name = "no-headers",
         .letter = 0,
         .value = "",
         .help = {"tables and csv without their first line", "tabel dan csv tanpa baris judul"}},
        {.name = "color",
         .letter = 0,
         .value = "WHEN",
         .help = {"colours: auto, always or never (NO_COLOR is heeded)",
                  "warna: auto, always atau never (NO_COLOR diperhatikan)"},
         .choices = colors},
        {.name = "lang",
         .letter = 0,
         .value = "LANGUAGE",
         .help = {"language of texts: id or en; default: that of the system",
                  "bahasa: id atau en; bawaan: bahasa sistem"},
         .choices = languages},
        {.name = "config",
         .letter = 0,
         .value = "FILE",
         .help = {"the configuration; default: /etc/pantau/pantau.yml",
                  "berkas konfigurasi; bawaan: /etc/pantau/pantau.yml"}},
        {.name = "socket",
         .letter = 0,
         .value = "PATH",
         .help = {"the control socket of pantaud", "soket kendali pantaud"}},
        {.name = "help", .letter = 'h', .value = "", .help = {"show help", "tampilkan bantuan"}},
        {.name = "version",
         .letter = 0,
         .value = "",
         .help = {"show the version", "tampilkan versi"}},
    });
    return table;
}

std::optional<std::string> Arguments::text(std::string_view option) const {
    const auto found = given_.find(option);
    if (found == given_.end() || found->second.empty()) return std::nullopt;
    return found->second.front();
}

std::vector<std::string> Arguments::texts(std::string_view option) const {
    const auto found = given_.find(option);
    return found == given_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::string> Arguments::operand(std::size_t number) const {
    if (number >= operands_.size()) return std::nullopt;
    return operands_[number];
}

std::optional<std::int64_t> Arguments::integer(std::string_view option, std::int64_t least,
                                               std::int64_t most) const {
    const auto given = text(option);
    if (!given) return std::nullopt;
    const auto number = number_in<std::int64_t>(*given);
    if (!number || *number < least || *number > most)
        throw UsageError(
            say(language_, text::bad_number, "--" + std::string(option), least, most, *given));
    return number;
}

std::optional<double> Arguments::share(std::string_view option) const {
    const auto given = text(option);
    if (!given) return std::nullopt;
    const auto number = number_in<double>(*given);
    if (!number || !(*number >= 0 && *number <= 1))
        throw UsageError(say(language_, text::bad_share, "--" + std::string(option), *given));
    return number;
}

std::optional<Duration> Arguments::duration(std::string_view option) const {
    const auto given = text(option);
    if (!given) return std::nullopt;
    const auto duration = parse_duration(*given);
    if (!duration)
        throw UsageError(say(language_, text::bad_duration, "--" + std::string(option), *given));
    return duration;
}

std::optional<Duration> parse_duration(std::string_view text) {
    using std::chrono::milliseconds;
    static constexpr std::array<std::pair<std::string_view, double>, 4> units{
        {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    for (const auto& [unit, length] : units) {
        if (!text.ends_with(unit)) continue;
        const auto number = number_in<double>(text.substr(0, text.size() - unit.size()));
        // More than a month is a slip of the finger.
        if (!number || !(*number >= 0) || *number * length > 2.7e9) return std::nullopt;
        return milliseconds(std::llround(*number * length));
    }
    return std::nullopt;
}

Language language_of(std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view value;
        if (words[i].starts_with("--lang=")) value = std::string_view(words[i]).substr(7);
        if (words[i] == "--lang" && i + 1 < words.size()) value = words[i + 1];
        if (value == "id") return Language::id;
        if (value == "en") return Language::en;
    }
    return language_of_environment();
}

VerbAndWords find_verb_in(std::span<const std::string> words, Language language) {
    VerbAndWords line{nullptr, {words.begin(), words.end()}};
    if (const auto place = place_of_verb(words))
        line.verb = take_verb(line.words, *place, language);
    return line;
}

Arguments parse_arguments(const VerbAndWords& line, Language language) {
    std::vector<Option> options(global_options().begin(), global_options().end());
    if (line.verb != nullptr)
        options.insert(options.end(), line.verb->options.begin(), line.verb->options.end());
    const po::parsed_options parsed = parse_words(options, line.words, language);
    std::map<std::string, std::vector<std::string>, std::less<>> given;
    std::vector<std::string> operands;
    for (const po::option& each : parsed.options) {
        if (each.position_key >= 0 || each.string_key.empty()) {
            operands.insert(operands.end(), each.value.begin(), each.value.end());
            continue;
        }
        // The library gives short ones by their long name, so each is found.
        const Option& option = *find_option(options, each.string_key);
        if (!option.value.empty() && !option.is_repeatable && given.contains(option.name))
            throw UsageError(say(language, text::given_twice, "--" + std::string(option.name)));
        std::vector<std::string>& values = given[std::string(option.name)];
        for (const std::string& value : each.value) {
            check_choice(option, value, language);
            values.push_back(value);
        }
    }
    Arguments arguments(language, std::move(given), std::move(operands));
    if (line.verb != nullptr) check_operands(*line.verb, arguments, language);
    return arguments;
}

}  // namespace pantau::cli
