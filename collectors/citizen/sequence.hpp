#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "collectors/citizen/settings.hpp"
#include "collectors/citizen/verdict.hpp"
#include "model/ladder.hpp"

// Can a citizen get online? A pure machine: results of one step in, the next step or the verdict
// out.
//
//   names --all honest--> check --204: open------------------------------> download --> verdict
//                         |   |                                               ^   |
//                nothing  |   | redirect                                      |   | hangs
//                  door <-+   v                                               |   v
//                   |       portal --page--> api --captive--> login --let in--+  small
//                   v        |  ^          (if set)          (if set) again 204
//                verdict     +--+ redirect
//                            | hangs
//                            v
//                          small --answered: large packets get lost--> verdict
//
// The first step that fails ends it. `door` tells a dead portal from a dead internet, `small` a
// path that loses large packets from a server that says nothing. What is merely slow, or open
// without a portal, is noted, and the first note is the verdict of a sequence that comes through. A
// fault of this machine at any step ends it without a verdict, and so does a file of the operator's
// own that is not there: nobody can tell then how fast the link is. When the time of the whole
// sequence ran out because something before was slow, that is the verdict, not the step that had no
// time left.

namespace pantau::citizen {

/// What came of asking for one name.
struct NameAnswer {
    enum class Kind : std::uint8_t {
        addresses,
        no_such_name,  ///< NXDOMAIN.
        no_address,    ///< The name is there and has none.
        refused,       ///< An error code, or nothing listens there.
        silent,        ///< No usable answer in time.
        local,         ///< A fault of this machine.
    };
    Kind kind = Kind::silent;
    std::vector<std::string> addresses;  ///< Numeric, as inet_ntop writes them.
    Duration took{};
    std::string words;  ///< More about refused and local.
};

/// The next step: ask for all these names, side by side.
struct AskNames {
    struct Question {
        std::string name;
        bool is_v6 = false;
    };
    std::vector<Question> questions;
};

/// The next step: one request, without following a redirect.
struct FetchPage {
    enum class Method : std::uint8_t { get, head, post };

    Method method = Method::get;
    std::string url{};
    std::string address{};      ///< Where to connect; empty: the URL's own host.
    Duration limit{};           ///< The sequence's own end may come earlier.
    std::size_t body_most = 0;  ///< Read then cut.
    bool is_body_kept = true;   ///< False: only counted.
    bool may_be_long = false;   ///< A download: no harm in being cut by its limit.
};

/// What came of a request.
struct Page {
    enum class End : std::uint8_t {
        answered,
        silent,      ///< No connection in time.
        hung,        ///< Connected, then nothing more for seconds until the limit.
        unfinished,  ///< Still arriving when the limit came.
        refused,
        unreachable,
        no_name,
        certificate,
        forbidden,  ///< The host's address is one of this machine or link: not visited.
        broken,     ///< No proper HTTP.
        local,      ///< A fault of this machine.
    };
    End end = End::silent;
    long status = 0;
    std::string location;  ///< Of a redirect, absolute; raw.
    std::string body;      ///< Raw.
    std::size_t body_bytes = 0;
    Duration took{};
    bool is_cut = false;  ///< Its limit was shortened: the time of the whole sequence ran out.
    Duration transfer{};  ///< From the request sent to the last byte.
    std::string words;    ///< More about what is not `answered`.
};

/// The end. No verdict: a fault of this machine, in `words`.
struct Finished {
    std::optional<Verdict> verdict;
    std::string words;
};

using Step = std::variant<AskNames, FetchPage, Finished>;

class Sequence {
public:
    /// `random_name` must not exist; it is asked for to see whether the name server lies.
    Sequence(std::shared_ptr<const Settings> settings, std::string random_name);

    [[nodiscard]] Step begin();
    /// Answers in the order of the questions.
    [[nodiscard]] Step on_names(const std::vector<NameAnswer>& answers);
    [[nodiscard]] Step on_page(const Page& page);

    [[nodiscard]] const std::vector<Rung>& rungs() const { return rungs_; }

private:
    enum class Stage : std::uint8_t {
        names,
        check,
        door,
        portal,
        api,
        login,
        again,
        download,
        small
    };

    Step fetch(Stage stage, FetchPage wish);
    Step follow(const Page& page);
    Step after_portal();
    Step after_api();
    Step after_login();
    Step open_way();
    Step finish();

    Step on_check(const Page& page);
    Step on_door(const Page& page);
    Step on_portal(const Page& page);
    Step on_api(const Page& page);
    Step on_login(const Page& page);
    Step on_small(const Page& page);
    Step on_again(const Page& page);
    Step on_download(const Page& page);
    Step no_page(const Page& page);
    Step no_file(const Page& page);
    Step ask_small();

    Step end(Verdict verdict, std::string words);
    Step own_fault(const std::string& words);
    void rung(bool ok, Duration took, std::string expected, std::string came);
    void note(Verdict verdict, std::string words);
    void note_slow(const Page& page);
    [[nodiscard]] std::string portal_door() const;
    [[nodiscard]] bool is_quota(const Page& page) const;
    [[nodiscard]] bool is_portal_host(const Host& host) const;
    [[nodiscard]] std::string_view name_of_stage() const;

    std::shared_ptr<const Settings> settings_;
    std::string random_name_;
    std::vector<AskNames::Question> questions_;
    std::map<std::string, NameAnswer, std::less<>> known_;
    Stage stage_ = Stage::names;
    std::string url_;  ///< Of the request under way.
    int redirects_ = 0;
    Stage large_ = Stage::portal;  ///< Of what hung, while a small answer is asked for.
    std::string failed_;           ///< Why the page before did not come, likewise.
    std::optional<Verdict> note_;  ///< What is not as it should be, though it goes on.
    std::string note_words_;
    std::vector<Rung> rungs_;
};

/// Redirects that are followed of one step. 5: a portal needs one or two.
inline constexpr int redirects_most = 5;

/// Whether a URL fits a pattern with `*` for anything.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text);

}  // namespace pantau::citizen
