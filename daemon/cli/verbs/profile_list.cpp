#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/exit_code.hpp"
#include "cli/profiles.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

constexpr Words yes{"yes", "ya"};
constexpr Words no{"no", "belum"};

json::array document_of(const ProfileSet& profiles) {
    json::array all;
    for (const std::string& name : profiles.names()) {
        const auto profile = profiles.find(name);
        all.push_back(json::object{
            {"name", name},
            {"vendor", profile->vendor().empty() ? json::value() : json::value(profile->vendor())},
            {"role", name_of(profile->role())},
            {"role_wireless", name_of(profile->role_wireless())},
            {"verified", profile->verified()}});
    }
    return all;
}

Listing listing_of(const ProfileSet& profiles, const Invocation& call) {
    Listing listing({{.key = "name", .header = call.say({"NAME", "NAMA"})},
                     {.key = "vendor", .header = call.say({"VENDOR", "MEREK"})},
                     {.key = "role", .header = call.say({"ROLE", "PERAN"})},
                     {.key = "verified", .header = call.say({"VERIFIED", "TERUJI"})}});
    for (const std::string& name : profiles.names()) {
        const auto profile = profiles.find(name);
        listing.add(
            {{name},
             {profile->vendor()},
             {std::string(name_of(profile->role())), roles_of(*profile, call)},
             {profile->verified() ? "true" : "false", call.say(profile->verified() ? yes : no)}});
    }
    return listing;
}

int run(const Invocation& call) {
    const auto profiles = profiles_for(call);
    if (profiles == nullptr) return exit_failed;
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, json::serialize(document_of(*profiles)));
    } else {
        listing_of(*profiles, call).print(call);
    }
    return exit_ok;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau profile list", "pantau profile list --config ./pantau.yml -o csv"});

}  // namespace

const Verb& profile_list_verb() {
    static const Verb verb{
        .name = "profile list",
        .operands = "",
        .help = {"the kinds of device that are known", "jenis perangkat yang dikenal"},
        .more = {"Those of this installation, or of the configuration named by --config. A profile "
                 "is verified when it was checked against a real device or a recording of one.",
                 "Yang ada di instalasi ini, atau di konfigurasi yang disebut --config. Sebuah "
                 "profil teruji bila sudah dicocokkan dengan perangkat nyata atau rekamannya."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
