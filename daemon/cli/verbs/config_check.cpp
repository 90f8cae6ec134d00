#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/configuration.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

constexpr Words good{"{0}: good; {1} devices, {2} profiles, {3} files",
                     "{0}: baik; {1} perangkat, {2} profil, {3} berkas"};
constexpr Words good_with_warnings{
    "{0}: can be used, with warnings: {4}; {1} devices, {2} profiles, {3} files",
    "{0}: bisa dipakai, dengan peringatan: {4}; {1} perangkat, {2} profil, {3} berkas"};
constexpr Words bad{"{0}: cannot be used; errors: {1}, warnings: {2}",
                    "{0}: tidak bisa dipakai; kesalahan: {1}, peringatan: {2}"};
constexpr Words starts_without{
    "{0}: errors: {1}, warnings: {2}; pantaud would start without these profiles: {3}; a reload "
    "would be refused",
    "{0}: kesalahan: {1}, peringatan: {2}; pantaud akan berjalan tanpa profil ini: {3}; reload "
    "akan ditolak"};

std::string line_of(const Invocation& call, const std::string& path,
                    const std::optional<Loaded>& loaded, const config::Diagnostics& diagnostics) {
    const auto shown = [&call](std::size_t count) { return shown_count(count, call.language); };
    if (!loaded)
        return call.say(bad, path, shown(diagnostics.errors()), shown(diagnostics.warnings()));
    const Configuration& configuration = loaded->configuration;
    if (diagnostics.has_errors())
        return call.say(starts_without, path, shown(diagnostics.errors()),
                        shown(diagnostics.warnings()),
                        fmt::format("{}", fmt::join(names_of(loaded->profiles->refused()), ", ")));
    return call.say(diagnostics.warnings() == 0 ? good : good_with_warnings, path,
                    shown(configuration.inventory->devices.size()),
                    shown(loaded->profiles->names().size()), shown(configuration.files.size()),
                    shown(diagnostics.warnings()));
}

json::object document_of(const std::string& path, const std::optional<Loaded>& loaded,
                         const config::Diagnostics& diagnostics) {
    json::object document{{"file", path},
                          {"ok", loaded.has_value() && !diagnostics.has_errors()},
                          {"errors", diagnostics.errors()},
                          {"warnings", diagnostics.warnings()},
                          {"devices", nullptr},
                          {"profiles", nullptr},
                          {"profiles_refused", nullptr},
                          {"files", nullptr}};
    if (!loaded) return document;
    document["devices"] = loaded->configuration.inventory->devices.size();
    document["profiles"] = loaded->profiles->names().size();
    const auto refused = names_of(loaded->profiles->refused());
    document["profiles_refused"] = json::array(refused.begin(), refused.end());
    document["files"] =
        json::array(loaded->configuration.files.begin(), loaded->configuration.files.end());
    return document;
}

int run(const Invocation& call) {
    const std::string path = call.arguments.operand(0).value_or(configuration_path(call));
    config::Diagnostics diagnostics;
    const auto loaded = load_all(path, diagnostics);
    tell_diagnostics(call, diagnostics);
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, json::serialize(document_of(path, loaded, diagnostics)));
    } else {
        call.console.out(harmless(line_of(call, path, loaded, diagnostics)) + '\n');
    }
    return loaded && !diagnostics.has_errors() ? exit_ok : exit_failed;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"sudo -u pantau pantau config check", "pantau config check ./pantau.yml"});

}  // namespace

const Verb& config_check_verb() {
    static const Verb verb{
        .name = "config check",
        .operands = "[FILE]",
        .operands_most = 1,
        .operand_kind = OperandKind::file,
        .help = {"read pantau.yml and all it names, and tell every mistake",
                 "membaca pantau.yml dan semua yang disebutnya, lalu menunjukkan setiap kesalahan"},
        .more = {"Profiles, inventory and secrets are read just as pantaud would. Nothing is "
                 "changed, and no device is asked. The exit code is 1 when there are errors.",
                 "Profil, inventaris dan rahasia dibaca persis seperti oleh pantaud. Tidak ada "
                 "yang diubah, dan tidak ada perangkat yang ditanya. Kode keluarnya 1 bila ada "
                 "kesalahan."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
