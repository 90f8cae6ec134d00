#include "normalise/profile_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "normalise/compile.hpp"
#include "normalise/detect.hpp"
#include "normalise/profile_file.hpp"

namespace pantau {
namespace {

using config::Diagnostics;
using mapping::Kinds;
using mapping::ProfileFile;

constexpr std::string_view building_blocks = "base/";

/// A file, and what became of it.
struct Loaded {
    ProfileFile file;
    std::size_t directory = 0;
    std::string path;
    std::uint64_t text_hash = 0;
    enum class State : std::uint8_t { read, merging, merged, refused } state = State::read;
    std::shared_ptr<const Profile> profile;
    std::unique_ptr<Loaded> earlier;  ///< Of the same name in an earlier directory.
};

using Files = std::map<std::string, Loaded, std::less<>>;

/// Every *.yml below a directory, in a fixed order. A missing one is a warning.
std::vector<std::string> files_below(const std::string& directory, Diagnostics& diagnostics) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    std::error_code error;
    if (fs::is_regular_file(directory, error)) return {directory};
    fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied,
                                        error);
    if (error) {
        diagnostics.warning({},
                            fmt::format("no profiles in \"{}\": {}", directory, error.message()),
                            "make the directory, or take it out of \"profiles\"");
        return paths;
    }
    for (; at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (error) break;
        const bool is_hidden = at->path().filename().string().starts_with('.');
        if (!is_hidden && at->is_regular_file(error) && at->path().extension() == ".yml")
            paths.push_back(at->path().string());
    }
    std::ranges::sort(paths);
    return paths;
}

/// "base/system" for base/system.yml: what a file's profile is called when it does not say.
std::string name_of_file(const std::string& directory, const std::string& path) {
    std::filesystem::path relative = std::filesystem::path(path).lexically_relative(directory);
    if (path == directory) relative = relative.assign(path).filename();
    return relative.replace_extension().generic_string();
}

const config::Diagnostic* first_error(const Diagnostics& diagnostics) {
    const auto& entries = diagnostics.entries();
    const auto found = std::ranges::find(entries, config::Diagnostic::Severity::error,
                                         &config::Diagnostic::severity);
    return found == entries.end() ? nullptr : &*found;
}

/// Keeps the diagnostics, and of the first error among them why a profile is left out.
class Refusals {
public:
    explicit Refusals(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    [[nodiscard]] bool has(std::string_view name) const {
        return std::ranges::find(refused_, name, &RefusedProfile::name) != refused_.end();
    }
    void tell(Diagnostics own) { diagnostics_.append(std::move(own)); }
    void refuse(std::string name, const std::string& path, Diagnostics own) {
        RefusedProfile refused{std::move(name), path, {}, {}, {}};
        if (const config::Diagnostic* const error = first_error(own)) {
            refused.location = error->location;
            refused.why = error->message;
        }
        refused_.push_back(std::move(refused));
        tell(std::move(own));
    }

    /// With the files that their names stand for, now that all are linked.
    std::vector<RefusedProfile> finish(const Files& files) {
        for (RefusedProfile& refused : refused_) {
            const auto found = files.find(refused.name);
            if (found != files.end() && found->second.profile) refused.instead = found->second.path;
        }
        std::ranges::stable_sort(refused_, {}, &RefusedProfile::name);
        return std::move(refused_);
    }

private:
    Diagnostics& diagnostics_;
    std::vector<RefusedProfile> refused_;
};

void read_file(Files& files, const std::string& path, const std::string& directory,
               std::size_t number, Kinds kinds, Refusals& refusals) {
    Diagnostics own;
    const auto root = config::read_yaml(path, own);
    Loaded loaded;
    if (root) loaded.file = mapping::read_profile_file(*root, kinds, own);
    const std::string name = loaded.file.name;
    const auto known = files.find(name);
    if (!own.has_errors() && known != files.end() && known->second.directory == number) {
        own.error(loaded.file.location,
                  fmt::format("profile \"{}\" is already in {}", name, known->second.path),
                  "give one of them another name");
    }
    if (own.has_errors() || name.empty())
        return refusals.refuse(name.empty() ? name_of_file(directory, path) : name, path,
                               std::move(own));
    refusals.tell(std::move(own));
    loaded.directory = number;
    loaded.path = path;
    loaded.text_hash = std::hash<std::string_view>{}(root->location().source->text);
    if (known != files.end()) loaded.earlier = std::make_unique<Loaded>(std::move(known->second));
    files.insert_or_assign(name, std::move(loaded));
}

class Linker {
public:
    Linker(Files& files, Kinds kinds, Refusals& refusals)
        : files_(files), kinds_(kinds), refusals_(refusals) {}

    /// Works what a profile extends into it and compiles it. With mistakes, the one of that name in
    /// an earlier directory takes its place. False when there is none that can be used.
    bool link(Loaded& loaded) {
        using State = Loaded::State;
        if (loaded.state == State::merged) return true;
        while (loaded.state == State::read) {
            loaded.state = State::merging;
            Diagnostics own;
            loaded.state = work_in(loaded, own) ? State::merged : State::refused;
            if (loaded.state == State::merged) {
                refusals_.tell(std::move(own));
                return true;
            }
            refusals_.refuse(loaded.file.name, loaded.path, std::move(own));
            if (loaded.earlier) loaded = Loaded(std::move(*loaded.earlier));
        }
        return false;
    }

private:
    bool work_in(Loaded& loaded, Diagnostics& own) {
        std::vector<const ProfileFile*> bases;
        for (const mapping::Base& base : loaded.file.extends) {
            if (const ProfileFile* const found = find_base(base, loaded.file.name, own))
                bases.push_back(found);
        }
        if (own.has_errors()) return false;
        loaded.file = mapping::merged(loaded.file, bases);
        auto compiled = mapping::compile(loaded.file, kinds_, own);
        if (!compiled) return false;
        Profile::Card card{loaded.file.name, loaded.file.vendor,
                           loaded.file.role_otherwise.value_or(Role::other),
                           loaded.file.role_wireless.value_or(Role::other), loaded.file.verified};
        loaded.profile = std::make_shared<Profile>(std::move(card), std::move(compiled));
        return true;
    }

    const ProfileFile* find_base(const mapping::Base& base, std::string_view of, Diagnostics& own) {
        const auto found = files_.find(base.name);
        if (found == files_.end()) {
            if (refusals_.has(base.name)) return refuse_with(base, of, own);
            std::vector<std::string_view> names;
            for (const auto& [name, other] : files_)
                names.push_back(name);
            base.node.complain(own, fmt::format("no profile \"{}\" to extend", base.name),
                               mapping::suggestion(base.name, names));
            return nullptr;
        }
        if (found->second.state == Loaded::State::merging) {
            base.node.complain(own, fmt::format("\"{}\" extends itself in the end", base.name));
            return nullptr;
        }
        return link(found->second) ? &found->second.file : refuse_with(base, of, own);
    }

    static const ProfileFile* refuse_with(const mapping::Base& base, std::string_view of,
                                          Diagnostics& own) {
        base.node.complain(own,
                           fmt::format("profile \"{}\" has errors of its own: \"{}\" is left out "
                                       "with it",
                                       base.name, of),
                           fmt::format("mend \"{}\" first", base.name));
        return nullptr;
    }

    Files& files_;
    Kinds kinds_;
    Refusals& refusals_;
};

}  // namespace

std::vector<std::string> names_of(const std::vector<RefusedProfile>& refused) {
    std::vector<std::string> names;
    for (const RefusedProfile& each : refused) {
        if (names.empty() || names.back() != each.name) names.push_back(each.name);
    }
    return names;
}

struct ProfileSet::Contents {
    std::uint64_t fingerprint = 0;
    std::vector<RefusedProfile> refused;
    std::map<std::string, std::string, std::less<>> paths;
    std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles;
    std::unique_ptr<mapping::Detection> detection;

    // Profiles with addresses below the device's sysObjectID: made for each model when the first
    // of its devices is recognised.
    Kinds kinds;
    std::map<std::string, ProfileFile, std::less<>> relative;
    std::mutex mutex;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const Profile>> made;

    std::shared_ptr<const Profile> made_for(std::shared_ptr<const Profile> found,
                                            const std::string& object_id);
};

// A device may call itself anything; a city has some dozens of models.
constexpr std::size_t made_most = 1000;

std::shared_ptr<const Profile> ProfileSet::Contents::made_for(std::shared_ptr<const Profile> found,
                                                              const std::string& object_id) {
    const auto file = relative.find(found->name());
    if (file == relative.end()) return found;
    const std::lock_guard lock(mutex);
    const auto key = std::pair(found->name(), object_id);
    if (const auto known = made.find(key); known != made.end()) return known->second;
    if (made.size() == made_most) return found;
    Diagnostics diagnostics;
    auto compiled = mapping::compile(file->second, kinds, diagnostics, object_id);
    if (!compiled) return found;
    const Profile::Card card{found->name(), found->vendor(), found->role(), found->role_wireless(),
                             found->verified()};
    return made.emplace(key, std::make_shared<Profile>(card, std::move(compiled))).first->second;
}

ProfileSet::ProfileSet() : contents_(std::make_unique<Contents>()) {}
ProfileSet::~ProfileSet() = default;

std::shared_ptr<const ProfileSet> ProfileSet::load(const std::vector<std::string>& directories,
                                                   Kinds kinds, Diagnostics& diagnostics) {
    Files files;
    Refusals refusals(diagnostics);
    for (std::size_t number = 0; number < directories.size(); ++number) {
        for (const std::string& path : files_below(directories[number], diagnostics))
            read_file(files, path, directories[number], number, kinds, refusals);
    }
    Linker linker(files, kinds, refusals);
    for (auto& [name, loaded] : files)
        linker.link(loaded);

    auto set = std::make_shared<ProfileSet>();
    Contents& contents = *set->contents_;
    contents.refused = refusals.finish(files);
    for (const auto& [name, loaded] : files) {
        // The files are in the order of their names: the same ones give the same value.
        contents.fingerprint = contents.fingerprint * 1'099'511'628'211 + loaded.text_hash;
        if (!loaded.profile || name.starts_with(building_blocks)) continue;
        contents.profiles.emplace(name, loaded.profile);
        contents.paths.emplace(name, loaded.path);
    }
    contents.detection =
        std::make_unique<mapping::Detection>(kinds, set->find(fallback_profile).get());
    contents.kinds = kinds;
    for (const auto& [name, profile] : contents.profiles) {
        const ProfileFile& file = files.find(name)->second.file;
        if (profile->compiled().is_relative) contents.relative.emplace(name, file);
        contents.detection->add(profile, file.priority, file.detect);
    }
    contents.detection->finish();
    return set;
}

std::shared_ptr<const Profile> ProfileSet::find(std::string_view name) const {
    const auto found = contents_->profiles.find(name);
    return found == contents_->profiles.end() ? nullptr : found->second;
}

namespace {

/// Nothing behind a part whose size is not always the same.
std::vector<std::size_t> macs_in(const std::vector<mapping::NamedPart>& layout) {
    std::vector<std::size_t> places;
    std::size_t before = 0;
    for (const mapping::NamedPart& part : layout) {
        if (part.kind == mapping::KeyPart::mac) places.push_back(before);
        if (mapping::size_of(part.kind) == 0) break;
        before += mapping::size_of(part.kind);
    }
    return places;
}

}  // namespace

std::vector<KnownIndex> ProfileSet::known_indexes() const {
    std::vector<KnownIndex> known;
    for (const auto& [name, profile] : contents_->profiles) {
        const mapping::Mapping& compiled = profile->compiled();
        for (const mapping::Table& table : compiled.tables) {
            if (table.layout.empty()) continue;
            for (const std::uint16_t number : table.fields) {
                const mapping::MappedField& field = compiled.fields[number];
                const mapping::MappedCollector& of = compiled.collectors[field.collector];
                known.push_back(
                    {of.name, of.ask->fields[field.number].address, macs_in(table.layout)});
            }
        }
    }
    return known;
}

std::string ProfileSet::path_of(std::string_view name) const {
    const auto found = contents_->paths.find(name);
    return found == contents_->paths.end() ? std::string() : found->second;
}

const std::vector<RefusedProfile>& ProfileSet::refused() const {
    return contents_->refused;
}

std::uint64_t ProfileSet::fingerprint() const {
    return contents_->fingerprint;
}

std::vector<std::string> ProfileSet::names() const {
    std::vector<std::string> names;
    for (const auto& [name, profile] : contents_->profiles)
        names.push_back(name);
    return names;
}

std::shared_ptr<const Ask> ProfileSet::detection_ask(std::string_view collector) const {
    return contents_->detection ? contents_->detection->ask(collector) : nullptr;
}

std::shared_ptr<const Profile> ProfileSet::detect(std::span<const Answer> answers) const {
    if (!contents_->detection) return nullptr;
    if (auto found = contents_->detection->find(answers))
        return contents_->made_for(std::move(found),
                                   contents_->detection->object_id(answers).to_string());
    const bool is_answered = std::ranges::any_of(answers, [&](const Answer& answer) {
        return answer.ok() && answer.collector != nullptr &&
               contents_->detection->ask(answer.collector->name) != nullptr;
    });
    return is_answered ? find(fallback_profile) : nullptr;
}

}  // namespace pantau
