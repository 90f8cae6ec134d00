#include "normalise/profile_schema.hpp"

#include <array>
#include <boost/json/serialize.hpp>

#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

int run(const Invocation& call) {
    call.console.out(boost::json::serialize(profile_schema(collector_kinds())) + "\n");
    return exit_ok;
}

constexpr auto examples =
    std::to_array<std::string_view>({"pantau profile schema > pantau-profile.schema.json"});

}  // namespace

const Verb& profile_schema_verb() {
    static const Verb verb{
        .name = "profile schema",
        .operands = "",
        .help = {"the language of profiles as a JSON Schema, for editors",
                 "bahasa profil sebagai JSON Schema, untuk penyunting teks"},
        .more = {"An editor that knows YAML and JSON Schema then completes the keys and names of "
                 "quantities of a profile and marks mistakes. What stands in relation to something "
                 "else is told by 'pantau profile test' and 'pantau config check'.",
                 "Penyunting teks yang mengenal YAML dan JSON Schema lalu melengkapi kunci dan "
                 "nama besaran dan menandai kesalahan. Hal yang bergantung pada bagian lain "
                 "diperiksa oleh 'pantau profile test' dan 'pantau config check'."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
