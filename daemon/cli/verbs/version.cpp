#include "base/version.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

int run(const Invocation& call) {
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(
            call, boost::json::serialize(boost::json::object{
                      {"version", version()}, {"revision", revision()}, {"compiler", compiler()}}));
        return exit_ok;
    }
    call.console.out(fmt::format("pantau {} ({}, {})\n", version(), revision(), compiler()));
    return exit_ok;
}

}  // namespace

const Verb& version_verb() {
    static const Verb verb{
        .name = "version",
        .operands = "",
        .help = {"the version of this program", "versi program ini"},
        .more = {"", ""},
        .options = {},
        .examples = {},
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
