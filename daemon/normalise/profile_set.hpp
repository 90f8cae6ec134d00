#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "config/diagnostic.hpp"
#include "model/answer.hpp"
#include "normalise/profile.hpp"

namespace pantau {

/// A profile that is left out, and the first reason for it.
struct RefusedProfile {
    std::string name;  ///< As its file says; by the file's own name when that cannot be read.
    std::string path;
    config::Location location;  ///< Of the first mistake.
    std::string why;
    std::string instead;  ///< The file that its name stands for now; empty: none.
};

/// A column whose row index a profile knows to read, and where in it MAC addresses stand.
struct KnownIndex {
    std::string collector;
    std::string column;
    std::vector<std::size_t> macs;  ///< Numbers of the index in front of each; may be empty.
};

/// The profile of devices that answer and that none fits.
inline constexpr std::string_view fallback_profile = "generic";

/// Their names, each once.
[[nodiscard]] std::vector<std::string> names_of(const std::vector<RefusedProfile>& refused);

/// All profiles of an installation and how to tell which one a device needs. Says the same for
/// ever, from any thread; profiles with addresses below a device's own sysObjectID are made, under
/// a lock, when the first device of a model is recognised: not while it is polled.
class ProfileSet {
public:
    /// Reads every *.yml below the directories (a file stands for itself); a profile of a later
    /// directory replaces one of the same name. A profile with errors is reported and left out as
    /// if its file were not there, and so are those that extend it, never the others; a missing
    /// directory is a warning. Never null.
    [[nodiscard]] static std::shared_ptr<const ProfileSet> load(
        const std::vector<std::string>& directories, std::span<const CollectorKind* const> kinds,
        config::Diagnostics& diagnostics);

    ProfileSet();
    ~ProfileSet();
    ProfileSet(const ProfileSet&) = delete;
    ProfileSet& operator=(const ProfileSet&) = delete;

    /// Null when there is none of that name.
    [[nodiscard]] std::shared_ptr<const Profile> find(std::string_view name) const;
    /// Sorted; without the building blocks ("base/…").
    [[nodiscard]] std::vector<std::string> names() const;
    /// The file a profile was read from; empty when there is none of that name.
    [[nodiscard]] std::string path_of(std::string_view name) const;
    /// Those that were left out, building blocks as well, in the order of their names.
    [[nodiscard]] const std::vector<RefusedProfile>& refused() const;
    /// Of all the texts it was read from: sets with the same one mean the same.
    [[nodiscard]] std::uint64_t fingerprint() const;

    /// Of all columns of tables that say what their index consists of.
    [[nodiscard]] std::vector<KnownIndex> known_indexes() const;

    /// What to fetch to recognise a device of an unknown kind; null when that collector cannot
    /// help.
    [[nodiscard]] std::shared_ptr<const Ask> detection_ask(std::string_view collector) const;
    /// The profile whose signs fit best, by priority, then by how much its signs say. Profile
    /// `generic` when none fits but the device answered; null when it did not.
    [[nodiscard]] std::shared_ptr<const Profile> detect(std::span<const Answer> answers) const;

private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

}  // namespace pantau
