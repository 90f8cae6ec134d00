#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/http/recipe.hpp"
#include "collectors/http/web_session.hpp"
#include "model/answer.hpp"

namespace pantau::http {

/// The pages that an Ask needs, and what is looked for on each. Made once for an Ask.
struct PagePlan {
    struct Planned {
        const PageRecipe* page = nullptr;  ///< Null: the page of that path, as it is.
        std::string name;                  ///< Of the page, or its path.
        std::vector<Wanted> wanted;
        bool feeds_others = false;  ///< Another page is asked for each of its values.
    };
    std::shared_ptr<const Ask> ask;
    const Recipe* recipe = nullptr;      ///< Lives in the Ask; may be null.
    std::vector<Planned> pages;          ///< Those by their path first, then those declared.
    std::vector<std::uint16_t> refused;  ///< Fields for which there is no page.
};
[[nodiscard]] PagePlan plan_pages(std::shared_ptr<const Ask> ask);

/// What is to be asked next.
struct PageRequest {
    std::string path;
    Method method = Method::get;
    std::vector<Header> headers;
    std::string send;
    std::size_t body_most = 0;  ///< 0: as the device's settings say.
    bool is_last = false;       ///< No other can follow.
};

/// What came of it.
struct PageReply {
    std::optional<Error> error;  ///< Why it is no page with status 200.
    std::optional<long> status;
    std::string_view headers;  ///< Lines, as they came.
    std::string_view body;
    Duration took{};
};

/// One visit to the pages of a profile, as a machine without a wire: the same over the network and
/// over a recording.
///
///   page --needs a session that is not open--> login steps --all accepted--> page
///                                              login steps --refused--> no page of the session
///   page --denied, or without its proof--> session closed, once in a visit --> login steps
///   page --answered--> its next piece, else the next value of `each`, else the next page
class PageRun {
public:
    /// All must outlive it. `values_most`: per body.
    PageRun(const PagePlan& plan, const Login& login, WebSession& session, std::size_t body_most,
            Answer& answer);

    /// Nothing when all is done.
    [[nodiscard]] std::optional<PageRequest> next(MonoTime now);
    void answered(const PageReply& reply, MonoTime now);
    /// The rest is not asked for.
    void give_up(Reason reason, const std::string& why);
    /// The steps, when there was more than a page by its path; else null.
    [[nodiscard]] std::shared_ptr<const Ladder> ladder() const;

private:
    using Planned = PagePlan::Planned;

    [[nodiscard]] const Planned& page() const { return plan_.pages[at_]; }
    [[nodiscard]] bool is_in_session(const Planned& page) const;
    [[nodiscard]] bool has_items();
    [[nodiscard]] bool go_to_item();
    [[nodiscard]] std::optional<PageRequest> ask_login(MonoTime now);
    [[nodiscard]] std::optional<Error> why_no_login(MonoTime now) const;
    [[nodiscard]] std::optional<std::string_view> look_up(std::string_view name,
                                                          bool is_login) const;
    [[nodiscard]] std::optional<PageRequest> made(const RequestRecipe& recipe, bool is_login) const;
    [[nodiscard]] std::optional<PageRequest> ask_page();
    void note(const PageReply& reply, const std::string& came);

    void login_answered(const PageReply& reply, MonoTime now);
    [[nodiscard]] bool take(const LoginStep& step, const PageReply& reply);
    void login_failed(Error error);

    [[nodiscard]] bool is_ended(const PageReply& reply, const Error& error) const;
    [[nodiscard]] bool renews();
    [[nodiscard]] std::optional<Error> read(const PageReply& reply);
    void keep_values(const Answer& found);
    [[nodiscard]] bool has_more(const Answer& found) const;
    void fail_page(const Error& error);
    void lack(const Planned& page, Reason reason, const std::string& why);
    void advance_item();

    const PagePlan& plan_;
    const Login& login_;
    WebSession& session_;
    std::size_t body_most_;
    Answer& answer_;

    std::size_t at_ = 0;       ///< The page.
    std::size_t item_ = 0;     ///< The value of `each`.
    std::uint32_t piece_ = 0;  ///< Of a list in pieces.
    std::uint32_t rows_before_ = 0;
    bool more_ = false;
    std::map<std::string, std::vector<std::string>, std::less<>> items_;  ///< By the later page.
    std::optional<std::size_t> step_;                                     ///< Of the login.
    std::optional<Error> session_fault_;
    bool is_renewed_ = false;
    std::size_t requests_ = 0;
    std::vector<bool> lacking_;  ///< Fields that a problem is told of.
    std::vector<Rung> rungs_;
};

}  // namespace pantau::http
