#include "cli/recording_agent.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "tests/fakes/city/wire.hpp"

namespace pantau::cli {
namespace {

namespace wire = city::wire;

constexpr std::int32_t status_too_big = 1;
constexpr std::int32_t status_no_such_name = 2;
constexpr std::int32_t status_not_writable = 17;

std::string element(std::uint8_t tag, std::string_view content) {
    std::string bytes(content.size() + 6, '\0');
    const char* const end = wire::put_bytes(bytes.data(), tag, content);
    bytes.resize(static_cast<std::size_t>(end - bytes.data()));
    return bytes;
}

std::string content_of(const Oid& oid) {
    const auto parts = oid.parts();
    std::string content;
    const auto put = [&](std::uint64_t part) {
        std::array<char, 10> digits{};
        std::size_t count = 0;
        do {
            digits[count] = static_cast<char>((part & 0x7F) | (count == 0 ? 0 : 0x80));
            part >>= 7;
        } while (++count < digits.size() && part != 0);
        while (count > 0)
            content.push_back(digits[--count]);
    };
    if (parts.size() < 2) return std::string(1, '\0');
    put(std::uint64_t{parts[0]} * 40 + parts[1]);
    for (const std::uint32_t part : parts.subspan(2))
        put(part);
    return content;
}

std::string value_of(const snmp::Recording::Entry& entry) {
    const auto tag = static_cast<std::uint8_t>(entry.type);
    std::array<char, 12> number{};
    switch (entry.type) {
        case snmp::ValueType::integer: {
            const char* const end =
                wire::put_integer(number.data(), tag, static_cast<std::int32_t>(entry.integer));
            return std::string(number.data(), static_cast<std::size_t>(end - number.data()));
        }
        case snmp::ValueType::counter32:
        case snmp::ValueType::gauge32:
        case snmp::ValueType::time_ticks:
        case snmp::ValueType::uinteger32:
        case snmp::ValueType::counter64: {
            const char* const end = wire::put_unsigned(number.data(), tag, entry.natural);
            return std::string(number.data(), static_cast<std::size_t>(end - number.data()));
        }
        case snmp::ValueType::oid:
            return element(tag, content_of(entry.value_oid));
        case snmp::ValueType::octets:
        case snmp::ValueType::ip_address:
        case snmp::ValueType::opaque:
        case snmp::ValueType::nsap_address:
        case snmp::ValueType::null:
        case snmp::ValueType::no_such_object:
        case snmp::ValueType::no_such_instance:
        case snmp::ValueType::end_of_mib_view:
            break;
    }
    return element(tag, entry.bytes);
}

std::string varbind_of(std::string_view name, std::string_view value) {
    return element(wire::sequence, element(wire::oid, name).append(value));
}

/// A value that says "there is nothing": two octets.
std::string exception_of(std::string_view name, std::uint8_t tag) {
    return varbind_of(name, element(tag, {}));
}

}  // namespace

/// A reply in the making, for one request of one device.
struct RecordingAgent::Reply {
    const wire::Request& request;
    const Rows& rows;
    std::vector<Oid> names;
    std::string list;
    std::int32_t status = 0;
    std::int32_t index = 0;

    [[nodiscard]] bool is_v1() const { return request.version == wire::version_1; }
    /// One value alone may be longer than the many of GETBULK: a walk would end before it, else.
    [[nodiscard]] std::size_t most() const {
        const bool is_many = request.pdu == wire::get_bulk && !list.empty();
        const std::size_t all = is_many ? bulk_most : reply_most;
        return all - std::min(all, request.community.size() + wire::head_max);
    }
    /// False when there is no room for it.
    bool put(std::string_view varbind) {
        if (list.size() + varbind.size() > most()) return false;
        list += varbind;
        return true;
    }
    void put_or_fail(std::string_view varbind) {
        if (!put(varbind)) status = status_too_big;
    }
    /// v1 has no word for it but an error.
    void put_missing(std::size_t number, std::uint8_t tag) {
        if (!is_v1()) return put_or_fail(exception_of(request.names[number], tag));
        status = status_no_such_name;
        index = static_cast<std::int32_t>(number + 1);
    }
    /// v1 does not know Counter64: such rows are not there for it (RFC 3584 4.2.2.1).
    [[nodiscard]] bool is_visible(const Row& row) const { return !is_v1() || !row.is_counter64; }

    [[nodiscard]] Rows::const_iterator visible_from(Rows::const_iterator at) const {
        return std::find_if(at, rows.end(), [this](const Row& row) { return is_visible(row); });
    }
    [[nodiscard]] Rows::const_iterator after(const Oid& name) const {
        return visible_from(std::ranges::upper_bound(rows, name, {}, &Row::oid));
    }

    void get(std::size_t number) {
        const Oid& name = names[number];
        const auto at = std::ranges::lower_bound(rows, name, {}, &Row::oid);
        if (at != rows.end() && at->oid == name && is_visible(*at)) return put_or_fail(at->varbind);
        // What a device has no row of cannot be told from what it does not know: a sibling decides.
        const Oid object(name.parts().first(name.size() - std::min<std::size_t>(1, name.size())));
        const auto sibling = std::ranges::lower_bound(rows, object, {}, &Row::oid);
        const bool is_known = sibling != rows.end() && sibling->oid.starts_with(object);
        put_missing(number, is_known ? wire::no_such_instance : wire::no_such_object);
    }
    void get_next(std::size_t number) {
        const auto at = after(names[number]);
        if (at == rows.end()) return put_missing(number, wire::end_of_mib_view);
        put_or_fail(at->varbind);
    }
    void get_bulk() {
        const auto once = static_cast<std::size_t>(
            std::clamp<std::int64_t>(request.first, 0, static_cast<std::int64_t>(names.size())));
        for (std::size_t i = 0; i < once && status == 0; ++i)
            get_next(i);
        struct Repeater {
            Rows::const_iterator at;
            std::string last;  ///< Encoded name, said again at the end.
        };
        std::vector<Repeater> repeaters;
        for (std::size_t i = once; i < names.size(); ++i)
            repeaters.push_back({after(names[i]), std::string(request.names[i])});
        for (std::int32_t round = 0; round < request.second && status == 0; ++round) {
            bool is_at_end = true;
            for (Repeater& each : repeaters) {
                const bool is_over = each.at == rows.end();
                const std::string end =
                    is_over ? exception_of(each.last, wire::end_of_mib_view) : "";
                if (!put(is_over ? end : each.at->varbind)) {
                    if (list.empty()) status = status_too_big;
                    return;  // a shorter answer is a right answer to GETBULK
                }
                if (is_over) continue;
                is_at_end = false;
                each.last = content_of(each.at->oid);
                each.at = visible_from(each.at + 1);
            }
            if (is_at_end) return;
        }
    }

    [[nodiscard]] std::string finish() const {
        // v1 repeats the question; a v2c tooBig has no varbinds (RFC 3416 4.2.1).
        const bool has_echo = status != 0 && (status != status_too_big || is_v1());
        const std::string_view content = status == 0 ? std::string_view(list)
                                         : has_echo  ? request.list
                                                     : std::string_view();
        const std::size_t room = request.community.size() + wire::head_max;
        std::string bytes(room, '\0');
        bytes += content;
        char* const begin = bytes.data() + room;
        const char* const start = wire::prepend_head(begin, content.size(), request, status, index);
        return bytes.substr(static_cast<std::size_t>(start - bytes.data()));
    }
};

RecordingAgent::RecordingAgent() = default;
RecordingAgent::~RecordingAgent() = default;

bool RecordingAgent::add(const std::string& community, const snmp::Recording& recording) {
    Rows rows;
    for (const snmp::Recording::Entry& entry : recording.entries()) {
        if (snmp::is_exception(entry.type)) continue;
        rows.push_back({entry.oid, varbind_of(content_of(entry.oid), value_of(entry)),
                        entry.type == snmp::ValueType::counter64});
    }
    return devices_.emplace(community, std::move(rows)).second;
}

std::string RecordingAgent::answer(std::string_view datagram) const {
    const auto request = std::make_unique<wire::Request>();  // 8 KiB of views
    if (!wire::parse(datagram, *request)) return {};
    const auto device = devices_.find(request->community);
    if (device == devices_.end()) return {};
    Reply reply{*request, device->second, {}, {}};
    for (std::size_t i = 0; i < request->name_count; ++i) {
        wire::ObjectId name;
        if (!wire::decode_oid(request->names[i], name)) return {};
        reply.names.emplace_back(std::span<const std::uint32_t>(name.parts.data(), name.size));
    }
    if (request->has_too_many_names) reply.status = status_too_big;
    for (std::size_t i = 0; i < reply.names.size() && reply.status == 0; ++i) {
        if (request->pdu == wire::get) {
            reply.get(i);
        } else if (request->pdu == wire::get_next) {
            reply.get_next(i);
        } else if (request->pdu == wire::set) {
            reply.status = reply.is_v1() ? status_no_such_name : status_not_writable;
            reply.index = 1;
        }
    }
    if (request->pdu == wire::get_bulk && reply.status == 0) reply.get_bulk();
    return reply.finish();
}

}  // namespace pantau::cli
