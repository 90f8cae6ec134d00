#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/http/json_reading.hpp"
#include "collectors/http/page.hpp"
#include "config/yaml_reader.hpp"
#include "model/ask.hpp"

namespace pantau::http {

/// Where a value of a profile stands: on a page by its path ("/api/status#/model"), or on one that
/// the profile declares ("devices#/data/*/mac"). A column of a declared page needs no *, when the
/// page is asked for once for each of several.
struct PageAddress {
    std::string page;       ///< A path, or a name.
    bool is_named = false;  ///< It is a name.
    std::vector<JsonAddress::Step> steps;
};
[[nodiscard]] Result<PageAddress> parse_page_address(std::string_view text, bool is_column);

/// What every good answer of a page has, and no other: so a session that has ended is known where
/// the status does not tell.
struct Proof {
    std::vector<JsonAddress::Step> steps;
    std::optional<std::string> equals;
};

/// A list that comes in pieces.
struct Paging {
    std::uint32_t first = 1;               ///< Number of the first piece: {page}.
    std::uint32_t size = 0;                ///< Of a piece: {size}.
    std::vector<JsonAddress::Step> more;   ///< A value that is there, and not false, as long as
                                           ///< there are more; or
    std::vector<JsonAddress::Step> total;  ///< how many elements there are.
};

/// One request, as a profile says it: texts with placeholders.
struct RequestRecipe {
    std::string path;
    Method method = Method::get;
    std::vector<Header> headers;
    std::string send;  ///< JSON.
};

/// A page that a profile declares.
struct PageRecipe {
    std::string name;
    RequestRecipe request;
    std::optional<PageAddress> each;  ///< Asked for once for each of these values: {item}.
    std::optional<Proof> proof;
    std::optional<Paging> paging;
    std::size_t body_most = 0;  ///< 0: as the device's settings say.
};

/// A value that an answer brings for later requests.
struct Taking {
    std::string name;
    std::vector<JsonAddress::Step> steps;  ///< Must be there; or
    std::string header;                    ///< may be there.
};

struct LoginStep {
    RequestRecipe request;
    std::vector<Taking> takes;
    bool shows_password = false;
};

/// How a profile gets at its pages. Ask::care of an Ask for HTTP.
class Recipe final : public CollectorSettings {
public:
    std::vector<LoginStep> login;  ///< Empty: no session is needed.
    std::vector<Header> headers;   ///< Of every page in the session.
    std::vector<PageRecipe> pages;

    [[nodiscard]] const PageRecipe* find(std::string_view name) const;
    [[nodiscard]] bool is_enabled() const override { return true; }
    /// Only itself: a recipe is as old as its profile.
    [[nodiscard]] bool equals(const CollectorSettings& other) const override {
        return this == &other;
    }
};

/// The keys `session` and `pages` of a profile's section `http:`; null when there is neither.
[[nodiscard]] std::shared_ptr<const CollectorSettings> read_recipe(
    const config::Node& section, config::Diagnostics& diagnostics);

/// Whether all pages of an Ask are declared, and columns are where they can be.
[[nodiscard]] Result<void> check_ask(const Ask& ask);

}  // namespace pantau::http
