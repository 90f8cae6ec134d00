#include "tests/fakes/city/story.hpp"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "tests/fakes/city/malang.hpp"
#include "tests/fakes/city/options.hpp"

namespace pantau::city {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view take_word(std::string_view& rest) {
    rest = trim(rest);
    const std::size_t end = std::min(rest.find_first_of(blanks), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest = trim(rest.substr(end));
    return word;
}

std::string_view take_last_word(std::string_view& rest) {
    rest = trim(rest);
    const std::size_t start = rest.find_last_of(blanks);
    if (start == std::string_view::npos) return std::exchange(rest, {});
    const std::string_view word = rest.substr(start + 1);
    rest = trim(rest.substr(0, start));
    return word;
}

Result<double> number_in(std::string_view text, double most) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !(number >= 0) || number > most)
        return fail(Reason::malformed, "'" + std::string(text) + "' is no number that fits here");
    return number;
}

}  // namespace

Result<std::chrono::milliseconds> parse_span(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 4> units{
        {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    for (const auto& [unit, milliseconds] : units) {
        if (!text.ends_with(unit)) continue;
        const auto number = number_in(text.substr(0, text.size() - unit.size()), 1e6);
        if (!number) break;
        return std::chrono::milliseconds(static_cast<std::int64_t>(*number * milliseconds));
    }
    return fail(Reason::malformed,
                "'" + std::string(text) + "' is no time; write it as 250ms, 90s, 5m or 1h");
}

Result<Command> parse_command(std::string_view text) {
    using Verb = Command::Verb;
    static constexpr std::array<std::pair<std::string_view, Verb>, 7> verbs{
        {{"outage", Verb::outage},
         {"restore", Verb::restore},
         {"kill", Verb::kill},
         {"revive", Verb::revive},
         {"reboot", Verb::reboot},
         {"loss", Verb::loss},
         {"latency", Verb::latency}}};
    std::string_view rest = text;
    const std::string_view word = take_word(rest);
    for (const auto& [name, verb] : verbs) {
        if (name != word) continue;
        Command command;
        command.verb = verb;
        if (verb == Verb::loss) {
            const auto share = number_in(rest, 1);
            if (!share) return fail(Reason::malformed, "loss needs a share from 0 to 1: loss 0.3");
            command.number = *share;
            return command;
        }
        if (verb == Verb::reboot || verb == Verb::latency) {
            std::string_view before = rest;
            const auto span = parse_span(take_last_word(before));
            if (span) {
                command.duration = *span;
                rest = before;
            } else if (verb == Verb::latency) {
                return tl::unexpected(span.error());
            }
        }
        if (rest.empty())
            return fail(Reason::malformed, std::string(name) +
                                               " needs the name of a device or of "
                                               "a kelurahan");
        command.target = slug_of(rest);
        return command;
    }
    return fail(Reason::malformed, "'" + std::string(word) +
                                       "' is none of outage, restore, kill, revive, reboot, loss, "
                                       "latency");
}

Result<std::vector<StoryStep>> parse_story(std::string_view text) {
    std::vector<StoryStep> story;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const std::string where = "line " + std::to_string(number);
        const auto at = parse_span(take_word(line));
        if (!at) return fail(at.error().reason, at.error().detail, where);
        if (const auto command = parse_command(line); !command)
            return fail(command.error().reason, command.error().detail, where);
        story.push_back({*at, std::string(line)});
    }
    return story;
}

CityOptions CityOptions::demo() {
    CityOptions options;
    options.faults = {.dead = 0.02,
                      .flapping = 0.004,
                      .slow = 0.01,
                      .too_big = 0.004,
                      .silent_on_large = 0.004,
                      .v1_only = 0.004,
                      .other_community = 0.002,
                      .http_401 = 0.004,
                      .http_500 = 0.004,
                      .http_slow = 0.003,
                      .http_closed = 0.003};
    options.loss = 0.01;
    options.latency_min = std::chrono::milliseconds(1);
    options.latency_max = std::chrono::milliseconds(12);
    using std::chrono::minutes;
    options.story = {{minutes(2), "outage Sumbersari"},
                     {minutes(5), "restore Sumbersari"},
                     {minutes(8), "reboot Bumiayu 60s"},
                     {minutes(12), "outage Kotalama"},
                     {minutes(20), "restore Kotalama"}};
    return options;
}

Result<void> CityOptions::check() const {
    const auto wrong = [](std::string detail) -> Result<void> {
        return fail(Reason::malformed, std::move(detail));
    };
    // The address plan ends there, not the machine.
    if (access_points < 1 || access_points > 100'000)
        return wrong("the number of access points must be from 1 to 100000, not " +
                     std::to_string(access_points));
    if (shard_count < 1 || shard_count > 64 || shard_index >= shard_count)
        return wrong("a shard is written i/n with i from 0 to n-1 and n from 1 to 64, not " +
                     std::to_string(shard_index) + "/" + std::to_string(shard_count));
    if (shard_count > 1 && (snmp_port == 0 || http_port == 0))
        return wrong("with more than one shard the ports must be given");
    if (snmp_port + shard_count - 1 > 65535 || http_port + shard_count - 1 > 65535)
        return wrong("shard i listens on the port + i: the last one would be above 65535");
    if (community.empty() || community.size() > 255)
        return wrong("the community must have 1 to 255 characters");
    if (!(loss >= 0 && loss <= 1)) return wrong("the loss is a share from 0 to 1");
    if (latency_min.count() < 0 || latency_max < latency_min ||
        latency_max > std::chrono::minutes(1))
        return wrong("the latency goes from a shorter to a longer time, 60 s at most");
    const FaultShares& f = faults;
    double sum = 0;
    for (const double part :
         {f.dead, f.flapping, f.slow, f.too_big, f.silent_on_large, f.v1_only, f.other_community,
          f.http_401, f.http_500, f.http_slow, f.http_closed}) {
        if (!(part >= 0 && part <= 1)) return wrong("a share of faults is from 0 to 1");
        sum += part;
    }
    if (sum > 1.000001) return wrong("the shares of faults are more than 1 together");
    if (only_vendor == Vendor::uplink)
        return wrong("an uplink switch is no access point: choose another vendor");
    return {};
}

}  // namespace pantau::city
