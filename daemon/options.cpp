#include "options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>
#include <string_view>

#include "base/edit_distance.hpp"
#include "base/text.hpp"

namespace pantau {
namespace {

namespace po = boost::program_options;

po::options_description all_options() {
    po::options_description options("Options", 100);
    auto add = options.add_options();
    add("config", po::value<std::string>()->value_name("FILE"),
        "the configuration (default: /etc/pantau/pantau.yml)");
    add("check", "say everything that is wrong with the files, and end");
    add("web.listen-address", po::value<std::vector<std::string>>()->value_name("ADDRESS:PORT"),
        "where to serve HTTP, instead of web.listen; can be given several times");
    add("web.config.file", po::value<std::string>()->value_name("FILE"),
        "TLS and users of the web server, instead of web.config_file");
    add("state-dir", po::value<std::string>()->value_name("DIR"),
        "where to keep state, instead of state_dir");
    add("control-socket", po::value<std::string>()->value_name("PATH"),
        "where pantau reaches this daemon, instead of control.socket");
    add("log.level", po::value<std::string>()->value_name("LEVEL"),
        "debug, info, warn or error (default: info)");
    add("log.format", po::value<std::string>()->value_name("FORMAT"),
        "logfmt or json (default: logfmt)");
    add("version", "print the version, and end");
    add("help", "print this, and end");
    return options;
}

tl::unexpected<Error> refuse(std::string words) {
    return fail(Reason::malformed, std::move(words));
}

std::string unknown_option(const std::string& name) {
    const auto options = all_options();
    std::vector<std::string> names;
    for (const auto& option : options.options())
        names.push_back("--" + option->long_name());
    const std::vector<std::string_view> known(names.begin(), names.end());
    std::string words = fmt::format("there is no option {}", Text::from_network(name).view());
    if (const auto meant = did_you_mean(name, known)) words += fmt::format(", perhaps {}", *meant);
    return words;
}

Result<po::variables_map> parse(const std::vector<std::string>& arguments) {
    po::variables_map given;
    try {
        namespace style = po::command_line_style;
        const po::positional_options_description none;
        po::store(
            po::command_line_parser(arguments)
                .options(all_options())
                .positional(none)
                .style(style::allow_long | style::long_allow_next | style::long_allow_adjacent)
                .run(),
            given);
    } catch (const po::unknown_option& error) {
        return refuse(unknown_option(error.get_option_name()));
    } catch (const po::too_many_positional_options_error&) {
        return refuse("only options are understood, no words without --");
    } catch (const po::multiple_occurrences& error) {
        return refuse(fmt::format("{} is given twice", error.get_option_name()));
    } catch (const po::error& error) {
        return refuse(error.what());
    }
    return given;
}

std::string text_of(const po::variables_map& given, const char* name, std::string otherwise = {}) {
    if (given.count(name) != 0) return given[name].as<std::string>();
    return otherwise;
}

Result<void> read_log(const po::variables_map& given, DaemonOptions& options) {
    const std::string level = text_of(given, "log.level", "info");
    const auto known = log_level_named(level);
    if (!known)
        return refuse(fmt::format("--log.level is debug, info, warn or error, not {}",
                                  Text::from_network(level).view()));
    options.log_level = *known;
    const std::string format = text_of(given, "log.format", "logfmt");
    if (format != "logfmt" && format != "json")
        return refuse(fmt::format("--log.format is logfmt or json, not {}",
                                  Text::from_network(format).view()));
    options.log_format = format == "json" ? LogFormat::json : LogFormat::logfmt;
    return {};
}

}  // namespace

Result<DaemonOptions> parse_options(const std::vector<std::string>& arguments) {
    const auto given = parse(arguments);
    if (!given) return tl::unexpected(given.error());
    DaemonOptions options;
    using Action = DaemonOptions::Action;
    if (given->count("check") != 0) options.action = Action::check;
    if (given->count("version") != 0) options.action = Action::version;
    if (given->count("help") != 0) options.action = Action::help;
    options.config = text_of(*given, "config", options.config);
    options.state_dir = text_of(*given, "state-dir");
    options.control_socket = text_of(*given, "control-socket");
    if (given->count("web.listen-address") != 0)
        options.web.listen = (*given)["web.listen-address"].as<std::vector<std::string>>();
    options.web.config_file = text_of(*given, "web.config.file");
    if (auto read = read_log(*given, options); !read) return tl::unexpected(read.error());
    return options;
}

std::string options_help() {
    std::ostringstream out;
    out << "usage: pantaud --config FILE [options]\n\n"
           "Polls a city's Wi-Fi access points and exposes them to Prometheus.\n\n"
        << all_options()
        << "\nSIGHUP reads the configuration anew, SIGTERM stops. More: man pantaud\n";
    return std::move(out).str();
}

}  // namespace pantau
