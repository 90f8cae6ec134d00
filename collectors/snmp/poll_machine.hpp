#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/oid.hpp"
#include "collectors/snmp/ask_plan.hpp"
#include "collectors/snmp/codec.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/knowledge.hpp"
#include "collectors/snmp/message.hpp"
#include "model/answer.hpp"

namespace pantau::snmp {

/// What one visit may cost at the most, whatever the device sends.
struct PollLimits {
    /// Requests of a visit that only fetches what is known: this, or four times the plan.
    std::size_t requests_known = 64;
    /// Requests of a visit that walks. A controller of 1,500 access points and 15 columns is
    /// 22,500 varbinds: about 700 replies of 1,472 octets; an agent with one varbind a request
    /// gets through a table of 4,000 cells.
    std::size_t requests_walk = 4096;
    std::size_t rows = 10'000;       ///< Of one column.
    std::size_t bytes = 3u << 20;    ///< Of all replies; the 22,500 varbinds above are 0.9 MiB.
    std::size_t cells_known = 1000;  ///< Of one table, to be fetched by name instead of a walk.
    /// Octets of a reply: what fits an Ethernet frame with IPv4 and UDP headers.
    std::size_t reply_octets = 1472;
};

/// How one visit goes about it.
struct PollOptions {
    Version version = Version::v2c;
    unsigned retries = 1;  ///< How often a request is repeated before something else is done.
    unsigned contact_retries = 1;   ///< The same while nothing was heard: then the visit fails.
    std::uint32_t walk_every = 20;  ///< Visits from one walk of everything to the next.
    std::size_t community_size = 6;
    PollLimits limits;
};

/// One visit to one device as a pure machine: what to send next, given what came back.
///
///   [not heard lately] probe (sysUpTime.0 alone)
///          | answered                  | silent, retries used up
///          v                           v
///   known scalars and cells by GET   over: timeout
///          |  noSuchInstance, restart, row count changed: the table is walked
///          v
///   tables by GETBULK or GETNEXT, all columns of a table side by side
///          v
///   names other than at the last visit? all tables are walked, once
///          v
///   every other visit: is there a row behind the last one? yes: walk that table
///          v
///        over
///
/// A row's values and its name may come in different replies, and an agent may number its rows anew
/// in between. So what tells a row's name is read behind everything else: while no name differs
/// from the last visit's, no row has moved, and the values belong to the names. This costs no
/// request. When one differs all rows are read once more; when one differs then again, none is
/// believed in this visit. The first visit to a device has nothing to compare with: it relies on
/// a walk having a row's cells in one reply.
///
/// Trouble stays where it is: a size the agent does not bear is halved and remembered, a name it
/// does not know is dropped and remembered, a column that fails is lost alone. No clock, no socket.
class PollMachine {
public:
    PollMachine(const AskPlan& plan, Traits& traits, Knowledge& knowledge,
                const PollOptions& options, Counts& counts);

    /// The request to send now; null when the visit is over. Valid until the next call.
    [[nodiscard]] const RequestBody* next();
    /// The one that `next` gave.
    [[nodiscard]] const RequestBody& request() const { return body_; }
    /// Whether a response answers the request that `next` gave.
    [[nodiscard]] Refusal judge(const Message& message) const;
    void on_reply(const Message& message, std::size_t bytes);
    /// The request was not answered in time.
    void on_silence();
    /// Ends the visit; what is missing has this reason.
    void stop(const Error& why);

    /// The last request was sent because an earlier one met silence.
    [[nodiscard]] bool is_repeating() const { return silences_ != 0; }
    /// Requests in a row that met silence before the one that `next` gave.
    [[nodiscard]] unsigned tries() const { return silences_; }
    /// After silence to the request that `next` gave something is concluded: it is worth all the
    /// patience there is.
    [[nodiscard]] bool is_last_try() const;
    [[nodiscard]] bool was_heard() const { return is_heard_; }
    /// Once, when the visit is over: sorted, without facts and times.
    [[nodiscard]] Answer take_answer();

private:
    enum class Step : std::uint8_t { probe, exact, walk, tail, over };

    static constexpr std::uint32_t no_row = UINT32_MAX;
    struct Exact {
        std::uint16_t object;
        std::uint32_t row = no_row;
    };
    struct Cursor {
        std::uint16_t object;
        Oid last;
        std::uint32_t rows = 0;
        bool is_done = false;
    };
    struct Seen {
        Oid key;
        std::uint16_t column;
    };

    void begin();
    void plan();
    void plan_exact();
    void plan_cells(std::uint16_t table, bool is_name);
    [[nodiscard]] bool is_needless(std::uint16_t object, std::uint32_t row) const;
    void walk_all_tables();
    void walk_later(std::uint16_t table);

    void build_probe();
    void build_exact();
    [[nodiscard]] bool start_walk();
    void build_walk();
    [[nodiscard]] bool build_tail();

    void on_error(const Message& message);
    void on_exact(const Message& message);
    void on_exact_value(const Exact& item, const Value& value);
    void on_walk(const Message& message);
    void step_cursor(Cursor& cursor, const Varbind& varbind);
    void end_walk();
    void drop_lost_rows();
    void drop_rows();
    void note_name(std::uint16_t object, std::span<const std::uint32_t> row, const Value& value);
    [[nodiscard]] bool take_names();
    [[nodiscard]] bool begin_rereading();
    void on_tail(const Message& message);
    void on_uptime(std::uint64_t ticks);
    void on_if_number(std::int64_t count);

    void drop_asked(std::size_t index, std::int32_t status);
    void shrink();
    void on_size_borne();
    void add_cells(std::uint16_t object, std::span<const std::uint32_t> row,
                   const Varbind& varbind);
    void add_problem(std::uint16_t object, Reason reason, const std::string& detail);
    void drop_unnamed(const Error& why);
    void give_up_walk();
    void finish();

    [[nodiscard]] std::size_t varbinds_most() const;
    [[nodiscard]] std::size_t value_size(std::uint16_t object) const;
    [[nodiscard]] std::size_t room() const;
    [[nodiscard]] bool uses_bulk() const;
    [[nodiscard]] std::size_t asked() const { return names_used_; }
    Oid& add_name(const Oid& name);

    const AskPlan& plan_;
    Traits& traits_;
    Knowledge& knowledge_;
    const PollOptions options_;
    Counts& counts_;
    Answer answer_;

    Step step_ = Step::probe;
    RequestBody body_;
    std::vector<Oid> names_;  ///< The first `names_used_` are in the request.
    std::size_t names_used_ = 0;

    std::vector<Exact> exact_;
    std::size_t exact_at_ = 0;
    std::vector<std::uint16_t> tables_due_;  ///< In the order of their walks.
    std::vector<bool> is_walked_;            ///< By table: walked in this visit, or due.
    std::vector<bool> has_named_;  ///< By table: cells of it were fetched by name in this visit.
    std::uint16_t walked_table_ = 0;
    std::vector<Cursor> cursors_;
    std::vector<std::uint16_t> asked_cursors_;  ///< Numbers in `cursors_`, as in the request.
    std::vector<Seen> seen_;
    bool has_walk_problem_ = false;
    std::size_t cells_before_walk_ = 0;  ///< Of the Answer.
    std::vector<NameCell> names_seen_;   ///< Since names were last compared, as they came.
    bool was_reread_ = false;
    std::vector<std::uint16_t> tail_tables_;   ///< Still to be looked behind.
    std::vector<std::uint16_t> tail_objects_;  ///< Whose columns the request asks, in its order.
    std::vector<bool> has_problem_;            ///< By object.

    std::size_t requests_ = 0;
    std::size_t requests_most_ = 0;
    std::size_t bytes_ = 0;
    unsigned silences_ = 0;              ///< In a row.
    unsigned lone_silences_ = 0;         ///< Of requests that could not be smaller.
    std::size_t batch_most_ = SIZE_MAX;  ///< For this visit: to find which name the agent dislikes.
    bool is_heard_ = false;
    bool is_probe_due_ = false;
    bool is_planned_ = false;  ///< What to ask and to walk is laid out.
    bool is_size_suspect_ =
        false;  ///< It answers small requests, and met a large one with silence.
    bool had_size_trouble_ = false;
    bool walks_everything_ = false;
    bool is_uptime_known_ = false;
};

}  // namespace pantau::snmp
