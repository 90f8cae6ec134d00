#include "collectors/snmp/walker.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/assert.hpp"

namespace pantau::snmp {

Walker::Walker(std::shared_ptr<const Device> device, boost::asio::io_context& loop, Take take)
    : loop_(loop),
      take_(std::move(take)),
      session_(std::move(device), std::make_shared<Engine>(loop, std::make_shared<Counts>()),
               std::make_shared<AskPlans>()) {
    session_.listen(
        [this](const RequestBody& request, const Message& message) { hear(request, message); },
        limits);
}

void Walker::walk(const Oid& subtree, MonoTime deadline, Done done) {
    PANTAU_ASSERT(subtree.size() >= 2 && done_ == nullptr);
    subtree_ = last_ = subtree;
    deadline_ = deadline;
    done_ = std::move(done);
    outcome_ = {};
    is_get_ = false;
    ask_for(0);
}

void Walker::ask_for(std::uint16_t table) {
    auto ask = std::make_shared<Ask>();
    ask->fields.push_back({subtree_.to_string(), "walk", table});
    session_.collect(std::move(ask), deadline_, [this](const Answer& answer) { end(answer); });
}

/// The same judgement as the machine's: behind the first varbind that leaves the subtree, or goes
/// back, nothing is of the walk any more.
void Walker::hear(const RequestBody& request, const Message& message) {
    outcome_.was_heard = true;
    if (message.error_status != status::no_error) return;
    if ((request.type == PduType::get) != is_get_) return;
    for (const Varbind& varbind : message.varbinds) {
        const Oid name(varbind.name);
        if (is_get_ && name != subtree_) continue;  // sysUpTime, which every visit asks for
        if (is_exception(varbind.value.type) || outcome_.values >= limits.rows) return;
        if (is_get_ ? outcome_.values != 0 : !name.starts_with(subtree_) || name <= last_) return;
        last_ = name;
        ++outcome_.values;
        take_(varbind);
    }
}

void Walker::end(const Answer& answer) {
    if (answer.error) {
        outcome_.error = answer.error;
    } else if (!answer.problems.empty()) {
        const Problem& problem = answer.problems.front();
        outcome_.error = Error{problem.reason, problem.detail, {}};
    } else if (outcome_.values == 0 && !is_get_) {
        is_get_ = true;
        boost::asio::post(loop_, [this] { ask_for(Field::no_table); });
        return;
    }
    const Outcome outcome = outcome_;
    const Done done = std::exchange(done_, nullptr);
    done(outcome);
}

}  // namespace pantau::snmp
