#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/edit_distance.hpp"
#include "cli/exit_code.hpp"
#include "cli/profiles.hpp"
#include "cli/words.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

constexpr Words unknown{"there is no profile '{0}'; 'pantau profile list' shows them all",
                        "tidak ada profil '{0}'; 'pantau profile list' menampilkan semuanya"};
constexpr Words head{"{0}: {1}, {2}, {3}", "{0}: {1}, {2}, {3}"};
constexpr Words any_vendor{"any vendor", "merek apa saja"};
constexpr Words is_verified{"verified", "teruji"};
constexpr Words is_unverified{"not verified", "belum teruji"};

std::shared_ptr<const Profile> named(const Invocation& call, const ProfileSet& profiles,
                                     const std::string& name) {
    auto found = profiles.find(name);
    if (found != nullptr) return found;
    const std::vector<std::string> names = profiles.names();
    const std::vector<std::string_view> known(names.begin(), names.end());
    std::string words = call.say(unknown, name);
    if (const auto meant = did_you_mean(name, known))
        words = call.say(text::perhaps, words, *meant);
    throw UsageError(words);
}

/// One thing a profile asks of a device.
struct Asked {
    std::string_view collector;
    const Field& field;
};

template <class Work>
void for_each_asked(const Profile& profile, const Work& work) {
    for (const CollectorKind* const kind : collector_kinds()) {
        const auto ask = profile.ask(kind->info->name);
        if (ask == nullptr) continue;
        for (const Field& field : ask->fields)
            work(Asked{kind->info->name, field});
    }
}

json::object document_of(const Profile& profile) {
    json::array asked;
    for_each_asked(profile, [&](const Asked& each) {
        asked.push_back(json::object{{"collector", each.collector},
                                     {"address", each.field.address},
                                     {"for", each.field.label},
                                     {"column", each.field.is_column()}});
    });
    return {{"name", profile.name()},
            {"vendor", profile.vendor().empty() ? json::value() : json::value(profile.vendor())},
            {"role", name_of(profile.role())},
            {"role_wireless", name_of(profile.role_wireless())},
            {"verified", profile.verified()},
            {"asks", std::move(asked)}};
}

int run(const Invocation& call) {
    const auto profiles = profiles_for(call);
    if (profiles == nullptr) return exit_failed;
    const auto profile = named(call, *profiles, *call.arguments.operand(0));
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, json::serialize(document_of(*profile)));
        return exit_ok;
    }
    if (call.format == Format::table || call.format == Format::wide) {
        const std::string vendor =
            profile->vendor().empty() ? call.say(any_vendor) : profile->vendor();
        call.console.out(
            harmless(call.say(head, profile->name(), vendor, roles_of(*profile, call),
                              call.say(profile->verified() ? is_verified : is_unverified))) +
            "\n\n");
    }
    Listing listing({{.key = "address", .header = call.say({"ADDRESS", "ALAMAT"})},
                     {.key = "collector", .header = call.say({"BY", "LEWAT"})},
                     {.key = "for", .header = call.say({"FOR", "UNTUK"})}});
    for_each_asked(*profile, [&](const Asked& each) {
        listing.add({{each.field.address}, {std::string(each.collector)}, {each.field.label}});
    });
    listing.print(call);
    return exit_ok;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau profile show ubiquiti-unifi", "pantau profile show ubiquiti-unifi -o json"});

}  // namespace

const Verb& profile_show_verb() {
    static const Verb verb{
        .name = "profile show",
        .operands = "NAME",
        .operands_least = 1,
        .operands_most = 1,
        .help = {"what a profile asks of a device, and for which quantity",
                 "apa yang ditanyakan sebuah profil kepada perangkat, dan untuk besaran mana"},
        .more = {"With all that it inherits. What the answers of a device come to is shown by "
                 "'pantau probe', with --recording also without the device.",
                 "Termasuk semua yang diwarisinya. Hasil dari jawaban sebuah perangkat ditampilkan "
                 "oleh 'pantau probe', dengan --recording juga tanpa perangkatnya."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
