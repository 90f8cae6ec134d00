#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/answer.hpp"
#include "normalise/profile.hpp"
#include "normalise/profile_file.hpp"

/// Telling which profile a device needs. Private to this folder.
namespace pantau::mapping {

/// All signs of all profiles, the ones that say most first.
class Detection {
public:
    /// `describing` is a profile that knows where a device tells its identity.object_id and
    /// identity.description; may be null.
    Detection(Kinds kinds, const Profile* describing);

    void add(std::shared_ptr<const Profile> profile, std::int64_t priority,
             const std::vector<Alternative>& alternatives);
    /// Call once, when all are added.
    void finish();

    [[nodiscard]] std::shared_ptr<const Ask> ask(std::string_view collector) const;
    /// Null when no signs fit.
    /// The sysObjectID they tell; empty when none.
    [[nodiscard]] Oid object_id(std::span<const Answer> answers) const;
    [[nodiscard]] std::shared_ptr<const Profile> find(std::span<const Answer> answers) const;

private:
    struct Place {
        std::size_t kind = 0;
        std::uint16_t field = 0;
    };
    struct Sign {
        std::shared_ptr<const Profile> profile;
        std::int64_t priority = 0;
        Alternative alternative;
        Place probe;
        Oid object_id;  ///< One of the alternative's; empty: not looked at.
    };
    struct Asked {
        std::string collector;
        std::shared_ptr<Ask> ask;
    };

    Place place(std::size_t kind, const std::string& address, bool is_column,
                std::string_view label);
    std::optional<Place> describe(const Profile* profile, std::string_view quantity);
    [[nodiscard]] std::string_view text_at(const std::optional<Place>& place,
                                           std::span<const Answer> answers) const;
    [[nodiscard]] bool fits(const Sign& sign, const Oid& object_id, std::string_view description,
                            std::span<const Answer> answers) const;
    [[nodiscard]] bool is_answered(const Sign& sign, std::span<const Answer> answers) const;

    Kinds kinds_;
    std::vector<Asked> asked_;  ///< One per kind.
    std::vector<Sign> signs_;
    std::optional<Place> object_id_;
    std::optional<Place> description_;
};

}  // namespace pantau::mapping
