#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/ber.hpp"

namespace pantau::snmp::test {

namespace ber = fakes::ber;

/// An agent with a small MIB and the bad manners of real ones. Speaks through the test's own BER.
struct FakeAgent {
    std::map<ber::ObjectId, ber::Value> mib;
    std::size_t reply_most = 65'000;      ///< Octets; more is tooBig or silence.
    bool is_silent_on_large = false;      ///< Instead of tooBig.
    std::size_t varbinds_most = 1000;     ///< Requests with more names meet silence.
    std::size_t varbinds_refused = 1000;  ///< So many names or more are genErr without an index.
    bool is_deaf = false;                 ///< Answers nothing.
    enum class Bulk { good, silence, gen_err, empty } bulk = Bulk::good;
    bool says_no_such_name = false;  ///< As v1 does, in v2c too.
    bool goes_backwards = false;     ///< GETNEXT gives the same name for ever.
    bool goes_in_circles = false;    ///< Behind the last row of 1.3.8 comes its first one again.
    bool is_endless = false;         ///< Below 1.3.9 there is always a next row.
    std::set<ber::ObjectId> broken;  ///< genErr at these names and at whatever leads to them.
    std::set<ber::ObjectId> mute;    ///< A request with one of these names meets silence.

    /// A table of `rows` rows below `columns`, with small numbers.
    void add_table(const std::vector<std::string>& columns, std::uint32_t rows) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            for (std::uint32_t row = 1; row <= rows; ++row)
                set(columns[c] + "." + std::to_string(row), ber::Value::gauge32(100 * c + row));
        }
    }
    void set(const std::string& oid, ber::Value value) { mib[ber::oid(oid)] = std::move(value); }

    [[nodiscard]] std::optional<ber::Message> answer(const ber::Message& request) const {
        if (is_deaf || request.varbinds.size() > varbinds_most) return std::nullopt;
        for (const ber::Varbind& each : request.varbinds) {
            if (mute.contains(each.name)) return std::nullopt;
        }
        if (request.varbinds.size() >= varbinds_refused)
            return error(request_echo(request), ber::status::gen_err, 0);
        const bool is_bulk = request.pdu == ber::Tag::get_bulk;
        if (is_bulk && bulk == Bulk::silence) return std::nullopt;
        ber::Message reply = ber::reply_to(request, request.varbinds);
        if (is_bulk && bulk == Bulk::gen_err) return error(reply, ber::status::gen_err, 1);
        if (is_bulk && bulk == Bulk::empty) return ber::reply_to(request, {});
        const bool is_v1 = request.version == ber::Version::v1 || says_no_such_name;
        std::vector<ber::Varbind> names = request.varbinds;
        reply.varbinds.clear();
        const int repetitions = is_bulk ? request.error_index : 1;
        for (int repetition = 0; repetition < repetitions; ++repetition) {
            for (std::size_t i = 0; i < names.size(); ++i) {
                names[i] = request.pdu == ber::Tag::get ? get(names[i].name) : next(names[i].name);
                const bool is_missing = static_cast<unsigned>(names[i].value.tag) >= 0x80;
                const int index = static_cast<int>(i) + 1;
                if (broken.contains(names[i].name))
                    return error(request_echo(request), ber::status::gen_err, index);
                if (is_missing && is_v1)
                    return error(request_echo(request), ber::status::no_such_name, index);
                reply.varbinds.push_back(names[i]);
                if (is_bulk && ber::encode(reply).size() > reply_most) {
                    reply.varbinds.pop_back();
                    return reply.varbinds.empty() ? large(request) : reply;
                }
            }
        }
        if (ber::encode(reply).size() > reply_most) return large(request);
        return reply;
    }

private:
    static ber::Message request_echo(const ber::Message& request) {
        return ber::reply_to(request, request.varbinds);
    }
    static ber::Message error(ber::Message reply, int status, int index) {
        reply.error_status = status;
        reply.error_index = index;
        return reply;
    }
    [[nodiscard]] std::optional<ber::Message> large(const ber::Message& request) const {
        if (is_silent_on_large) return std::nullopt;
        return error(ber::reply_to(request, {}), ber::status::too_big, 0);
    }
    [[nodiscard]] ber::Varbind get(const ber::ObjectId& name) const {
        const auto at = mib.find(name);
        return {name,
                at == mib.end() ? ber::Value::exception(ber::Tag::no_such_instance) : at->second};
    }
    [[nodiscard]] ber::Varbind next(const ber::ObjectId& name) const {
        if (goes_backwards && mib.contains(name)) return {name, mib.at(name)};
        if (goes_in_circles && name.size() > 4 && name[2] == 8) {
            const auto behind = mib.upper_bound(name);
            const ber::ObjectId column(name.begin(), name.begin() + 4);
            const bool is_last = behind == mib.end() || behind->first.size() <= column.size() ||
                                 !std::equal(column.begin(), column.end(), behind->first.begin());
            if (is_last) return {mib.upper_bound(column)->first, mib.upper_bound(column)->second};
        }
        if (is_endless && name.size() >= 3 && name[2] == 9) {
            ber::ObjectId more = name;
            if (more.size() < 5) more.resize(5, 0);
            ++more.back();
            return {more, ber::Value::gauge32(1)};
        }
        const auto at = mib.upper_bound(name);
        if (at == mib.end()) return {name, ber::Value::exception(ber::Tag::end_of_mib_view)};
        return {at->first, at->second};
    }
};

}  // namespace pantau::snmp::test
