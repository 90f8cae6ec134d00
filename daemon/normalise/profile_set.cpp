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
constexpr std::string_view fallback = "generic";

/// A file, and what became of it.
struct Loaded {
    ProfileFile file;
    std::size_t directory = 0;
    std::string path;
    std::uint64_t text_hash = 0;
    enum class State : std::uint8_t { read, merging, merged, refused } state = State::read;
    std::shared_ptr<const Profile> profile;
};

using Files = std::map<std::string, Loaded, std::less<>>;

/// Every *.yml below a directory, in a fixed order. A missing one is a warning.
std::vector<std::string> files_below(const std::string& directory, Diagnostics& diagnostics) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    std::error_code error;
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

void read_file(Files& files, const std::string& path, std::size_t directory, Kinds kinds,
               Diagnostics& diagnostics) {
    Diagnostics own;
    const auto root = config::read_yaml(path, own);
    Loaded loaded;
    if (root) loaded.file = mapping::read_profile_file(*root, kinds, own);
    const bool is_bad = own.has_errors();
    diagnostics.append(std::move(own));
    if (!root || loaded.file.name.empty()) return;
    loaded.directory = directory;
    loaded.path = path;
    loaded.text_hash = std::hash<std::string_view>{}(root->location().source->text);
    if (is_bad) loaded.state = Loaded::State::refused;
    const auto known = files.find(loaded.file.name);
    if (known != files.end() && known->second.directory == directory) {
        diagnostics.error(
            loaded.file.location,
            fmt::format("profile \"{}\" is already in {}", loaded.file.name, known->second.path),
            "give one of them another name");
        return;
    }
    files.insert_or_assign(loaded.file.name, std::move(loaded));
}

class Linker {
public:
    Linker(Files& files, Kinds kinds, Diagnostics& diagnostics)
        : files_(files), kinds_(kinds), diagnostics_(diagnostics) {}

    /// Works what a profile extends into it and compiles it. False when it is to be left out.
    bool link(Loaded& loaded) {
        using State = Loaded::State;
        if (loaded.state == State::merged) return true;
        if (loaded.state == State::refused) return false;
        loaded.state = State::merging;
        std::vector<const ProfileFile*> bases;
        bool is_good = true;
        for (const mapping::Base& base : loaded.file.extends) {
            const ProfileFile* found = find_base(base);
            if (found != nullptr) bases.push_back(found);
            is_good = is_good && found != nullptr;
        }
        loaded.state = State::refused;
        if (!is_good) return false;
        Diagnostics own;
        loaded.file = mapping::merged(loaded.file, bases);
        auto compiled = mapping::compile(loaded.file, kinds_, own);
        diagnostics_.append(std::move(own));
        if (!compiled) return false;
        Profile::Card card{loaded.file.name, loaded.file.vendor,
                           loaded.file.role_wireless.value_or(Role::other), loaded.file.verified};
        loaded.profile = std::make_shared<Profile>(std::move(card), std::move(compiled));
        loaded.state = State::merged;
        return true;
    }

private:
    const ProfileFile* find_base(const mapping::Base& base) {
        const auto found = files_.find(base.name);
        if (found == files_.end()) {
            std::vector<std::string_view> names;
            for (const auto& [name, other] : files_)
                names.push_back(name);
            base.node.complain(diagnostics_, fmt::format("no profile \"{}\" to extend", base.name),
                               mapping::suggestion(base.name, names));
            return nullptr;
        }
        if (found->second.state == Loaded::State::merging) {
            base.node.complain(diagnostics_,
                               fmt::format("\"{}\" extends itself in the end", base.name));
            return nullptr;
        }
        if (!link(found->second)) {
            base.node.complain(diagnostics_,
                               fmt::format("profile \"{}\" has errors of its own", base.name));
            return nullptr;
        }
        return &found->second.file;
    }

    Files& files_;
    Kinds kinds_;
    Diagnostics& diagnostics_;
};

}  // namespace

struct ProfileSet::Contents {
    std::uint64_t fingerprint = 0;
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
    const Profile::Card card{found->name(), found->vendor(), found->role(), found->verified()};
    return made.emplace(key, std::make_shared<Profile>(card, std::move(compiled))).first->second;
}

ProfileSet::ProfileSet() : contents_(std::make_unique<Contents>()) {}
ProfileSet::~ProfileSet() = default;

std::shared_ptr<const ProfileSet> ProfileSet::load(const std::vector<std::string>& directories,
                                                   Kinds kinds, Diagnostics& diagnostics) {
    Files files;
    for (std::size_t directory = 0; directory < directories.size(); ++directory) {
        for (const std::string& path : files_below(directories[directory], diagnostics))
            read_file(files, path, directory, kinds, diagnostics);
    }
    Linker linker(files, kinds, diagnostics);
    for (auto& [name, loaded] : files)
        linker.link(loaded);

    auto set = std::make_shared<ProfileSet>();
    Contents& contents = *set->contents_;
    for (const auto& [name, loaded] : files) {
        // The files are in the order of their names: the same ones give the same value.
        contents.fingerprint = contents.fingerprint * 1'099'511'628'211 + loaded.text_hash;
        if (loaded.profile && !name.starts_with(building_blocks))
            contents.profiles.emplace(name, loaded.profile);
    }
    contents.detection = std::make_unique<mapping::Detection>(kinds, set->find(fallback).get());
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
    return is_answered ? find(fallback) : nullptr;
}

}  // namespace pantau
