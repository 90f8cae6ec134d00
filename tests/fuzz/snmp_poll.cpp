#include "collectors/snmp/poll_machine.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "fakes/ber.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

namespace ber = fakes::ber;
using namespace snmp;

/// An agent whose every answer is decided by the input: honest, wrong, hostile or silent.
class Agent {
public:
    explicit Agent(std::string_view script) : script_(script) {}

    [[nodiscard]] bool is_finished() const { return script_.empty(); }

    std::optional<std::string> answer(const ber::Message& request) {
        const std::uint8_t manner = script_.byte();
        ber::Message reply = ber::reply_to(request, {});
        switch (manner % 8) {
            case 0:
                return std::nullopt;
            case 1:  // an error about one of the names, or none of them
                reply.varbinds = request.varbinds;
                reply.error_status = script_.byte();
                reply.error_index = static_cast<std::int8_t>(script_.byte());
                return ber::encode(reply);
            case 2:  // foreign bytes behind an honest head
                return ber::encode_message(
                    request.version, request.community, ber::Tag::response,
                    ber::encode_integer(request.request_id) + ber::encode_integer(0) +
                        ber::encode_integer(0) +
                        ber::wrap(static_cast<ber::Tag>(0x30), script_.piece()));
            default:
                reply.varbinds = varbinds(request, manner);
                return ber::encode(reply);
        }
    }

private:
    /// For each asked name (of a bulk: again and again) a name like it and a value.
    std::vector<ber::Varbind> varbinds(const ber::Message& request, std::uint8_t manner) {
        std::vector<ber::Varbind> made;
        std::vector<ber::Varbind> names = request.varbinds;
        const bool is_get = request.pdu == ber::Tag::get;
        const int rounds =
            request.pdu == ber::Tag::get_bulk ? std::min(request.error_index, 1 + manner / 32) : 1;
        for (int round = 0; round < rounds; ++round) {
            for (ber::Varbind& each : names) {
                if (!is_get) each.name = next_name(std::move(each.name));
                each.value = value();
                made.push_back(each);
            }
        }
        if (manner >= 0xF0 && !made.empty()) made.pop_back();
        return made;
    }

    ber::ObjectId next_name(ber::ObjectId name) {
        const std::uint8_t way = script_.byte();
        switch (way % 6) {
            case 0:
                if (name.size() < Oid::max_length) name.push_back(way);
                break;
            case 1:
                name.back() += 1;
                break;
            case 2:  // backwards
                if (name.size() > 2) name.pop_back();
                break;
            case 3:
                name.back() = script_.number();
                break;
            case 4:
                break;  // the same again
            default:
                name.back() += 1;
                if (name.size() < Oid::max_length) name.push_back(script_.byte());
        }
        return name;
    }

    ber::Value value() {
        static constexpr ber::Tag tags[]{ber::Tag::integer,        ber::Tag::octets,
                                         ber::Tag::null,           ber::Tag::oid,
                                         ber::Tag::ip_address,     ber::Tag::counter32,
                                         ber::Tag::gauge32,        ber::Tag::time_ticks,
                                         ber::Tag::opaque,         ber::Tag::counter64,
                                         ber::Tag::no_such_object, ber::Tag::no_such_instance,
                                         ber::Tag::end_of_mib_view};
        const ber::Tag tag = tags[script_.byte() % std::size(tags)];
        switch (tag) {
            case ber::Tag::integer:
                return ber::Value::integer(static_cast<std::int32_t>(script_.number()));
            case ber::Tag::octets:
            case ber::Tag::opaque:
                return {tag, std::string(script_.piece())};
            case ber::Tag::ip_address:
                return ber::Value::ip_address("\x7f\x01\x02\x03");
            case ber::Tag::oid:
                return ber::Value::oid({1, 3, script_.number()});
            case ber::Tag::counter32:
            case ber::Tag::gauge32:
            case ber::Tag::time_ticks:
                return {tag, std::uint64_t{script_.number()}};
            case ber::Tag::counter64:
                return ber::Value::counter64(std::uint64_t{script_.number()} << 32 |
                                             script_.number());
            default:
                return ber::Value::exception(tag);
        }
    }

    Feed script_;
};

std::shared_ptr<const Ask> some_ask() {
    static const std::shared_ptr<const Ask> made = [] {
        auto ask = std::make_shared<Ask>();
        for (const char* const address : {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.1.0", "1.3.7.1.0"})
            ask->fields.push_back({address, "a scalar", Field::no_table});
        for (const char* const address :
             {"1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10", "1.3.6.1.2.1.31.1.1.1.6"})
            ask->fields.push_back({address, "a column", 0});
        for (const char* const address : {"1.3.8.1", "1.3.8.2"})
            ask->fields.push_back({address, "a column", 1});
        ask->fields[4].stands_in_for = 5;
        return ask;
    }();
    return made;
}

struct Visited {
    AskPlan plan{some_ask()};
    Traits traits;
    Knowledge knowledge;
    Counts counts;
    PollOptions options;

    void visit(Agent& agent) {
        PollMachine machine(plan, traits, knowledge, options, counts);
        std::size_t requests = 0;
        while (const RequestBody* const body = machine.next()) {
            PROMISE(++requests <= most_requests());
            step(machine, agent, *body);
            // With nothing left to say the agent is dead, and the visit soon over.
            if (agent.is_finished() && requests > 500) {
                machine.stop({Reason::timeout, "out of time", ""});
                PROMISE(machine.next() == nullptr);
                break;
            }
        }
        check(machine.take_answer());
    }

    [[nodiscard]] std::size_t most_requests() const {
        return std::max(options.limits.requests_walk, options.limits.requests_known) * 2;
    }

    void step(PollMachine& machine, Agent& agent, const RequestBody& body) const {
        std::string datagram;
        PROMISE(encode(options.version, "public", 4711, body, datagram));
        const auto request = ber::decode(datagram);
        PROMISE_ABOUT(request.message.has_value(), request.problem);
        PROMISE(!request.message->varbinds.empty());
        const auto bytes = agent.answer(*request.message);
        Message reply;
        if (!bytes || decode(*bytes, reply) != DecodeResult::ok ||
            machine.judge(reply) != Refusal::none)
            return machine.on_silence();
        machine.on_reply(reply, bytes->size());
    }

    void check(const Answer& answer) const {
        const std::size_t fields = plan.ask->fields.size();
        const Cell* before = nullptr;
        for (const Cell& cell : answer.cells()) {
            PROMISE(cell.field < fields);
            const auto row = answer.row_of(cell);
            PROMISE(row.size() == cell.row_size && row.size() <= Oid::max_length);
            PROMISE(plan.ask->fields[cell.field].is_column() || row.empty());
            if (cell.value.kind == RawValue::Kind::bytes || cell.value.kind == RawValue::Kind::oid)
                static_cast<void>(answer.bytes_of(cell.value).size());
            if (before != nullptr)
                PROMISE(before->field < cell.field ||
                        (before->field == cell.field &&
                         std::ranges::lexicographical_compare(answer.row_of(*before), row)));
            before = &cell;
        }
        for (const Problem& problem : answer.problems)
            PROMISE_ABOUT(is_plain(problem.detail) && is_plain(problem.ask), problem.detail);
        if (!answer.ok()) PROMISE(!answer.error->detail.empty());
    }
};

}  // namespace

/// Three visits to one device, so that what it learned from nonsense is used, too.
void snmp_poll(std::string_view bytes) {
    Feed head(bytes);
    const std::uint8_t choice = head.byte();
    Visited device;
    device.options.version = (choice & 1) != 0 ? Version::v1 : Version::v2c;
    device.options.retries = (choice >> 1) & 3;
    device.options.limits.rows = 50;
    device.options.limits.requests_walk = 200;
    device.options.limits.bytes = 64u << 10;
    Agent agent(head.rest());
    for (int visit = 0; visit < 3; ++visit)
        device.visit(agent);
}

}  // namespace pantau::fuzz
