#include "collectors/snmp/poll_machine.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"
#include "collectors/snmp/cells.hpp"
#include "collectors/snmp/library.hpp"

namespace pantau::snmp {
namespace {

/// Octets of a message around its varbinds, without the community: headers and numbers.
constexpr std::size_t message_overhead = 34;
/// Octets of a varbind around its name and value.
constexpr std::size_t varbind_overhead = 4;
/// Taken for a value never seen. Most are numbers; texts are rarely longer than this.
constexpr std::size_t value_size_guess = 24;
/// After so many lone requests met silence, the device is gone.
constexpr unsigned lone_silences_most = 2;
/// More calm than this is never asked for.
constexpr std::uint16_t calm_most = 1280;

std::string status_text(std::int32_t status) {
    switch (status) {
        case status::too_big:
            return "the agent cannot answer even this alone (tooBig)";
        case status::gen_err:
            return "the agent failed at it (genErr)";
        case status::no_access:
        case status::authorization_error:
            return "the agent does not allow it";
        default:
            return "the agent refused with error-status " + std::to_string(status) + ": " +
                   status_words(status);
    }
}

Reason status_reason(std::int32_t status) {
    switch (status) {
        case status::too_big:
            return Reason::too_large;
        case status::no_access:
        case status::authorization_error:
            return Reason::auth;
        default:
            return Reason::unsupported;
    }
}

}  // namespace

PollMachine::PollMachine(const AskPlan& plan, Traits& traits, Knowledge& knowledge,
                         const PollOptions& options, Counts& counts)
    : plan_(plan), traits_(traits), knowledge_(knowledge), options_(options), counts_(counts) {
    begin();
}

// ---- the plan ----------------------------------------------------------------------------------

void PollMachine::begin() {
    knowledge_.absent.resize(plan_.objects.size());
    knowledge_.value_sizes.resize(plan_.objects.size());
    knowledge_.tables.resize(plan_.tables.size());
    for (const std::uint16_t field : plan_.bad_fields)
        answer_.problems.push_back({"snmp", plan_.ask->fields[field].label, Reason::unsupported,
                                    "its address is no object identifier"});

    const bool has_fields = !plan_.ask->fields.empty();
    is_probe_due_ = !traits_.was_heard || !has_fields;
    if (!has_fields) return;

    ++knowledge_.visits;
    // A device that may be gone is worth no more than its probe until it answers.
    if (!is_probe_due_) plan();
}

void PollMachine::plan() {
    is_planned_ = true;
    has_problem_.resize(plan_.objects.size());
    is_walked_.resize(plan_.tables.size());
    has_named_.resize(plan_.tables.size());
    walks_everything_ = !knowledge_.is_learned || knowledge_.visits >= options_.walk_every;
    if (walks_everything_) {
        walk_all_tables();
    } else {
        for (std::uint16_t table = 0; table < plan_.tables.size(); ++table) {
            if (knowledge_.tables[table].is_given_up) {
                is_walked_[table] = true;
                for (const std::uint16_t object : plan_.tables[table].columns)
                    add_problem(object, Reason::too_large,
                                "left out until the next full walk: its walk ran into a limit");
            } else if (knowledge_.tables[table].is_walked_always) {
                walk_later(table);
            }
        }
        if (knowledge_.visits % 2 == 0) {
            for (std::uint16_t table = 0; table < plan_.tables.size(); ++table) {
                if (!is_walked_[table]) tail_tables_.push_back(table);
            }
        }
    }
    plan_exact();
}

void PollMachine::plan_exact() {
    std::size_t cells = plan_.scalars.size();
    for (std::uint16_t number = 0; number < plan_.tables.size(); ++number) {
        if (!is_walked_[number])
            cells += knowledge_.tables[number].rows.size() * plan_.tables[number].columns.size();
    }
    exact_.reserve(cells);
    for (const std::uint16_t object : plan_.scalars) {
        if (walks_everything_ || (!knowledge_.absent[object] && !is_needless(object, no_row)))
            exact_.push_back({object, no_row});
    }
    for (const bool is_name : {false, true}) {
        for (std::uint16_t number = 0; number < plan_.tables.size(); ++number) {
            if (!is_walked_[number]) plan_cells(number, is_name);
        }
    }
    const std::size_t batches = exact_.size() / varbinds_most() + 8;
    requests_most_ = std::max({requests_most_, options_.limits.requests_known, 4 * batches});
}

void PollMachine::plan_cells(std::uint16_t table, bool is_name) {
    const RowSet& rows = knowledge_.tables[table].rows;
    const auto& columns = plan_.tables[table].columns;
    for (std::size_t column = 0; column < columns.size(); ++column) {
        if (plan_.objects[columns[column]].is_name != is_name) continue;
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            if (rows.has(row, column) && !is_needless(columns[column], row))
                exact_.push_back({columns[column], row});
        }
    }
}

/// What this object only stands in for has a value of its own in the same row.
bool PollMachine::is_needless(std::uint16_t object, std::uint32_t row) const {
    const auto first = plan_.objects[object].stands_in_for;
    if (!first) return false;
    if (row == no_row) return !knowledge_.absent[*first] && knowledge_.value_sizes[*first] != 0;
    const AskPlan::Object& other = plan_.objects[*first];
    return knowledge_.tables[other.table].rows.has(row, other.column);
}

void PollMachine::walk_later(std::uint16_t table) {
    if (is_walked_[table]) return;
    is_walked_[table] = true;
    tables_due_.push_back(table);
    requests_most_ = std::max(requests_most_, options_.limits.requests_walk);
}

/// Those with names behind the others.
void PollMachine::walk_all_tables() {
    for (const bool has_names : {false, true}) {
        for (std::uint16_t table = 0; table < plan_.tables.size(); ++table) {
            const std::uint16_t last = plan_.tables[table].columns.back();
            if (plan_.objects[last].is_name == has_names) walk_later(table);
        }
    }
}

std::size_t PollMachine::varbinds_most() const {
    const std::size_t most = std::min<std::size_t>(
        {plan_.care.varbinds_max, traits_.varbinds_most, Care::varbinds_usual});
    return std::max<std::size_t>(1, most);
}

std::size_t PollMachine::value_size(std::uint16_t object) const {
    const std::size_t known = knowledge_.value_sizes[object];
    return known == 0 ? value_size_guess : known;
}

std::size_t PollMachine::room() const {
    return options_.limits.reply_octets - message_overhead -
           std::min<std::size_t>(options_.community_size, 512);
}

bool PollMachine::uses_bulk() const {
    return options_.version != Version::v1 && plan_.care.bulk && !traits_.refuses_bulk;
}

// ---- requests ----------------------------------------------------------------------------------

Oid& PollMachine::add_name(const Oid& name) {
    if (names_used_ < names_.size()) {
        names_[names_used_] = name;
    } else {
        names_.push_back(name);
    }
    return names_[names_used_++];
}

const RequestBody* PollMachine::next() {
    if (step_ == Step::over) return nullptr;
    if (requests_most_ != 0 && requests_ >= requests_most_) {
        counts_.refuse(Refusal::walk_limit);
        stop({Reason::too_large,
              "stopped after " + std::to_string(requests_) + " requests in one visit",
              {}});
        return nullptr;
    }
    if (bytes_ > options_.limits.bytes) {
        counts_.refuse(Refusal::walk_limit);
        stop({Reason::too_large,
              "stopped after " + std::to_string(bytes_) + " octets in one visit",
              {}});
        return nullptr;
    }
    names_used_ = 0;
    body_.max_repetitions = 0;
    if (is_probe_due_) {
        build_probe();
    } else if (exact_at_ < exact_.size()) {
        build_exact();
    } else if (start_walk() || (begin_rereading() && start_walk())) {
        build_walk();
    } else if (!build_tail()) {
        finish();
        return nullptr;
    }
    ++requests_;
    body_.names = std::span(names_).first(names_used_);
    return &body_;
}

void PollMachine::build_probe() {
    step_ = Step::probe;
    body_.type = PduType::get;
    add_name(plan_.objects[AskPlan::uptime].oid);
}

/// As many names as their answers fit one reply, by the sizes seen before.
void PollMachine::build_exact() {
    step_ = Step::exact;
    body_.type = PduType::get;
    const std::size_t most = std::min(varbinds_most(), batch_most_);
    std::size_t left = room();
    for (std::size_t i = exact_at_; i < exact_.size() && names_used_ < most; ++i) {
        const Exact& item = exact_[i];
        const AskPlan::Object& object = plan_.objects[item.object];
        Oid& name = add_name(object.oid);
        if (item.row != no_row) name.append(knowledge_.tables[object.table].rows.key(item.row));
        const std::size_t size =
            varbind_overhead + encoded_size(name.parts()) + value_size(item.object);
        if (size > left && names_used_ > 1) {
            --names_used_;
            return;
        }
        left -= std::min(left, size);
    }
}

Refusal PollMachine::judge(const Message& message) const {
    const auto count = message.varbinds.size();
    const bool echoes = body_.type == PduType::get || message.error_status != 0;
    if (message.error_status != 0) {
        // An index below 0 is a large one here.
        if (message.error_status < 0 || static_cast<std::size_t>(message.error_index) > asked())
            return Refusal::error_index;
        // tooBig may come without varbinds (RFC 3416 4.2.1).
        if (count == 0) return Refusal::none;
    }
    if (body_.type == PduType::get_bulk && message.error_status == 0)
        return count > asked() * body_.max_repetitions ? Refusal::varbind_count : Refusal::none;
    if (count != asked()) return Refusal::varbind_count;
    if (!echoes) return Refusal::none;
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::ranges::equal(message.varbinds[i].name, names_[i].parts()))
            return Refusal::unasked_oid;
    }
    return Refusal::none;
}

// ---- replies -----------------------------------------------------------------------------------

void PollMachine::on_reply(const Message& message, std::size_t bytes) {
    is_heard_ = true;
    silences_ = 0;
    bytes_ += bytes;
    if (!is_planned_ && !plan_.ask->fields.empty()) plan();
    if (message.error_status != status::no_error) {
        on_error(message);
        return;
    }
    switch (step_) {
        case Step::probe:
        case Step::exact:
            on_exact(message);
            return;
        case Step::walk:
            on_walk(message);
            return;
        case Step::tail:
            on_tail(message);
            return;
        case Step::over:
            return;
    }
}

void PollMachine::on_exact(const Message& message) {
    if (step_ == Step::probe) {
        is_probe_due_ = false;
        on_exact_value({AskPlan::uptime, no_row}, message.varbinds[0].value);
        add_cells(AskPlan::uptime, {}, message.varbinds[0]);
        if (!exact_.empty() && exact_at_ == 0) exact_at_ = 1;  // sysUpTime is the first of them
        if (plan_.ask->fields.empty()) finish();
        return;
    }
    const std::size_t start = exact_at_;
    exact_at_ += asked();
    on_size_borne();
    const bool knew_everything = walks_everything_;
    for (std::size_t i = 0; i < message.varbinds.size(); ++i) {
        const Exact item = exact_[start + i];
        on_exact_value(item, message.varbinds[i].value);
        const auto table = plan_.objects[item.object].table;
        if (item.row != no_row) has_named_[table] = true;
        const auto row = item.row == no_row ? std::span<const std::uint32_t>{}
                                            : knowledge_.tables[table].rows.key(item.row);
        add_cells(item.object, row, message.varbinds[i]);
    }
    // A restart seen in this reply: the rows that are still to be asked for may mean other things.
    if (walks_everything_ && !knew_everything) {
        const auto is_cell = [](const Exact& item) { return item.row != no_row; };
        exact_.erase(std::remove_if(exact_.begin() + static_cast<std::ptrdiff_t>(exact_at_),
                                    exact_.end(), is_cell),
                     exact_.end());
    }
}

void PollMachine::on_exact_value(const Exact& item, const Value& value) {
    const AskPlan::Object& object = plan_.objects[item.object];
    if (item.row == no_row) {
        knowledge_.absent[item.object] =
            item.object != AskPlan::uptime && (is_exception(value.type));
    } else if (is_exception(value.type)) {
        TableKnowledge& table = knowledge_.tables[object.table];
        table.rows.lose(item.row, object.column);
        walk_later(object.table);
    }
    if (item.object == AskPlan::uptime && value.type == ValueType::time_ticks)
        on_uptime(value.natural);
    if (plan_.if_number == item.object && value.type == ValueType::integer)
        on_if_number(value.integer);
}

void PollMachine::on_uptime(std::uint64_t ticks) {
    if (is_uptime_known_) return;
    is_uptime_known_ = true;
    const bool went_back = traits_.uptime && ticks < *traits_.uptime;
    traits_.uptime = ticks;
    if (!went_back || walks_everything_ || plan_.ask->fields.empty()) return;
    walks_everything_ = true;
    tail_tables_.clear();
    walk_all_tables();
    for (const std::uint16_t object : plan_.scalars) {
        if (knowledge_.absent[object]) exact_.push_back({object, no_row});
    }
    if (step_ == Step::probe) {
        std::erase_if(exact_, [](const Exact& each) { return each.row != no_row; });
    }
}

void PollMachine::on_if_number(std::int64_t count) {
    const bool has_changed = knowledge_.if_number && *knowledge_.if_number != count;
    knowledge_.if_number = count;
    if (!has_changed) return;
    for (std::uint16_t table = 0; table < plan_.tables.size(); ++table) {
        if (plan_.tables[table].is_of_interfaces) walk_later(table);
    }
}

/// An error-status names one varbind, or none of them.
void PollMachine::on_error(const Message& message) {
    const std::int32_t status = message.error_status;
    if (step_ == Step::probe) {  // it answers, that is enough to know
        is_probe_due_ = false;
        if (!exact_.empty() && exact_at_ == 0) exact_at_ = 1;
        if (plan_.ask->fields.empty()) finish();
        return;
    }
    const bool is_bulk = body_.type == PduType::get_bulk;
    if (status == status::too_big && (asked() > 1 || (is_bulk && body_.max_repetitions > 1))) {
        shrink();
        return;
    }
    // GETBULK knows no noSuchName: an agent that says it threw away the rows before the end.
    if (is_bulk && (!traits_.has_answered_bulk || status == status::no_such_name)) {
        traits_.refuses_bulk = true;
        return;
    }
    if (message.error_index == 0 && asked() > 1) {
        batch_most_ = asked() / 2;
        return;
    }
    drop_asked(message.error_index == 0 ? 0 : static_cast<std::size_t>(message.error_index) - 1,
               status);
}

/// Goes on without the name that the agent does not like; the others are asked again.
void PollMachine::drop_asked(std::size_t index, std::int32_t status) {
    const bool is_absent = status == status::no_such_name;
    if (step_ == Step::exact) {
        const Exact item = exact_[exact_at_ + index];
        if (is_absent) {
            const Value missing{ValueType::no_such_object, 0, 0, {}, {}};
            on_exact_value(item, missing);
        } else {
            add_problem(item.object, status_reason(status), status_text(status));
        }
        const auto from = exact_.begin() + static_cast<std::ptrdiff_t>(exact_at_);
        exact_.erase(from + static_cast<std::ptrdiff_t>(index));
        if (is_absent) return;
        // What else is left of a column that fails would fail as well, each at the price of a
        // request.
        exact_.erase(
            std::remove_if(exact_.begin() + static_cast<std::ptrdiff_t>(exact_at_), exact_.end(),
                           [&](const Exact& each) { return each.object == item.object; }),
            exact_.end());
        return;
    }
    if (step_ == Step::walk) {
        Cursor& cursor = cursors_[asked_cursors_[index]];
        cursor.is_done = true;
        if (!is_absent) {
            add_problem(cursor.object, status_reason(status), status_text(status));
            has_walk_problem_ = true;
        }
        return;
    }
    tail_tables_.erase(tail_tables_.begin() + static_cast<std::ptrdiff_t>(index));
}

/// The agent does not bear this size: half of it, now and in the visits to come.
void PollMachine::shrink() {
    had_size_trouble_ = true;
    if (body_.type == PduType::get_bulk && body_.max_repetitions > 1) {
        traits_.repetitions_most = body_.max_repetitions / 2;
    } else {
        traits_.varbinds_most = static_cast<std::uint16_t>(std::max<std::size_t>(1, asked() / 2));
    }
}

void PollMachine::on_size_borne() {
    is_size_suspect_ = false;
    if (batch_most_ <= Care::varbinds_usual) batch_most_ *= 2;
}

// ---- silence and the end -----------------------------------------------------------------------

bool PollMachine::is_last_try() const {
    if (!is_heard_) return silences_ >= options_.contact_retries;
    return is_size_suspect_ || silences_ >= options_.retries;
}

void PollMachine::on_silence() {
    ++silences_;
    const Error silent{Reason::timeout, "no answer", {}};
    if (!is_heard_) {
        // A device that may be gone is asked something small; whether it was the size shows then.
        if (silences_ > options_.contact_retries) {
            stop(silent);
        } else if (step_ != Step::probe) {
            is_probe_due_ = true;
            is_size_suspect_ = asked() > 1;
        }
        return;
    }
    if (silences_ <= options_.retries && !is_size_suspect_) return;  // the same once more
    const bool is_bulk = body_.type == PduType::get_bulk;
    if (is_bulk && !traits_.has_answered_bulk) {
        traits_.refuses_bulk = true;
        silences_ = 0;
        return;
    }
    if (asked() > 1 || (is_bulk && body_.max_repetitions > 1)) {
        shrink();
        is_size_suspect_ = true;
        return;
    }
    if (step_ == Step::probe || ++lone_silences_ >= lone_silences_most) {
        stop({Reason::timeout, "no more answers in the middle of the visit", {}});
        return;
    }
    silences_ = 0;
    if (step_ == Step::exact) {
        add_problem(exact_[exact_at_].object, Reason::timeout, "no answer to this alone");
        exact_.erase(exact_.begin() + static_cast<std::ptrdiff_t>(exact_at_));
    } else if (step_ == Step::walk) {
        Cursor& cursor = cursors_[asked_cursors_[0]];
        cursor.is_done = true;
        has_walk_problem_ = true;
        add_problem(cursor.object, Reason::timeout, "no answer to this alone");
    } else {
        tail_tables_.clear();
    }
}

void PollMachine::stop(const Error& why) {
    if (step_ == Step::over) return;
    if (!is_heard_) {
        answer_.error = why;
    } else {
        drop_unnamed(why);
        for (std::size_t i = exact_at_; i < exact_.size(); ++i)
            add_problem(exact_[i].object, why.reason, why.detail);
        for (const Cursor& cursor : cursors_) {
            if (!cursor.is_done) add_problem(cursor.object, why.reason, why.detail);
        }
        for (const std::uint16_t table : tables_due_) {
            for (const std::uint16_t object : plan_.tables[table].columns)
                add_problem(object, why.reason, why.detail);
        }
        if (why.reason == Reason::too_large) {
            give_up_walk();
        } else if (walks_everything_) {
            knowledge_.is_learned = false;  // what was not reached is learned at the next visit
        }
    }
    exact_.clear();
    exact_at_ = 0;
    cursors_.clear();
    tables_due_.clear();
    step_ = Step::over;
    traits_.was_heard = is_heard_;
}

/// Names come last: without them nobody knows whose values those are that came before.
void PollMachine::drop_unnamed(const Error& why) {
    const auto is_name = [this](const Exact& item) { return plan_.objects[item.object].is_name; };
    if (std::none_of(exact_.begin() + static_cast<std::ptrdiff_t>(exact_at_), exact_.end(),
                     is_name))
        return;
    drop_rows();
    for (const AskPlan::Table& table : plan_.tables) {
        for (const std::uint16_t object : table.columns)
            add_problem(object, why.reason, why.detail);
    }
}

/// The walk under way ran into a limit of the whole visit: the next visits do without its table.
void PollMachine::give_up_walk() {
    if (!cursors_.empty()) knowledge_.tables[walked_table_].is_given_up = true;
    for (const std::uint16_t table : tables_due_)
        knowledge_.tables[table].is_walked_always = true;
    if (walks_everything_) {
        knowledge_.is_learned = true;
        knowledge_.visits = 0;
    }
}

void PollMachine::finish() {
    step_ = Step::over;
    traits_.was_heard = is_heard_;
    if (plan_.ask->fields.empty()) return;
    if (walks_everything_) {
        knowledge_.is_learned = true;
        knowledge_.visits = 0;
    }
    // Growing back: after many calm visits twice the size is tried; each failure makes it rarer.
    if (had_size_trouble_) {
        if (traits_.calm_visits == 0)
            traits_.calm_needed = std::min<std::uint16_t>(calm_most, traits_.calm_needed * 2);
        traits_.calm_visits = 0;
        return;
    }
    const bool is_limited = traits_.varbinds_most != UINT16_MAX ||
                            traits_.repetitions_most != UINT16_MAX || traits_.refuses_bulk;
    if (!is_limited || ++traits_.calm_visits < traits_.calm_needed) return;
    traits_.calm_visits = 0;
    const auto twice = [](std::uint16_t size, std::uint16_t usual) {
        return size >= usual / 2 ? std::uint16_t{UINT16_MAX} : static_cast<std::uint16_t>(size * 2);
    };
    traits_.varbinds_most = twice(traits_.varbinds_most, Care::varbinds_usual);
    traits_.repetitions_most = twice(traits_.repetitions_most, Care::repetitions_usual);
    traits_.refuses_bulk = false;
}

Answer PollMachine::take_answer() {
    PANTAU_ASSERT(step_ == Step::over);
    answer_.sort();
    return std::move(answer_);
}

// ---- what arrived ------------------------------------------------------------------------------

void PollMachine::add_problem(std::uint16_t object, Reason reason, const std::string& detail) {
    if (has_problem_[object]) return;
    has_problem_[object] = true;
    for (const std::uint16_t field : plan_.objects[object].fields)
        answer_.problems.push_back({"snmp", plan_.ask->fields[field].label, reason, detail});
}

void PollMachine::add_cells(std::uint16_t object, std::span<const std::uint32_t> row,
                            const Varbind& varbind) {
    const Value& value = varbind.value;
    if (is_exception(value.type)) return;
    const std::size_t around = varbind_overhead + encoded_size(varbind.name);
    const std::size_t size = varbind.wire_size > around ? varbind.wire_size - around : 2;
    std::uint16_t& largest = knowledge_.value_sizes[object];
    largest = static_cast<std::uint16_t>(
        std::min<std::size_t>(UINT16_MAX, std::max<std::size_t>(largest, size)));

    if (plan_.objects[object].is_name) note_name(object, row, value);
    for (const std::uint16_t field : plan_.objects[object].fields)
        add_cell(answer_, field, row, value);
}

}  // namespace pantau::snmp
