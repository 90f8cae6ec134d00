#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fakes/city/shape.hpp"

/// The words that the vendors' object trees are written in (shapes.cpp).
namespace pantau::city {

using Parts = std::vector<std::uint32_t>;

inline Row number_row(std::uint8_t tag, Kind kind, std::uint32_t which, double low = 0,
                      double high = 0) {
    Row row;
    row.tag = tag;
    row.kind = kind;
    row.which = which;
    row.low = low;
    row.high = high;
    return row;
}

inline Row constant_row(std::uint8_t tag, std::string bytes) {
    Row row;
    row.tag = tag;
    row.bytes = std::move(bytes);
    return row;
}

inline Row integer(std::int32_t number) {
    char bytes[8];
    const char* end = wire::put_integer(bytes, wire::integer, number);
    return constant_row(wire::integer, std::string(bytes, static_cast<std::size_t>(end - bytes)));
}

inline Row unsigned_constant(std::uint8_t tag, std::uint64_t number) {
    char bytes[16];
    const char* end = wire::put_unsigned(bytes, tag, number);
    return constant_row(tag, std::string(bytes, static_cast<std::size_t>(end - bytes)));
}

inline Row octets(std::string_view text) {
    std::string bytes(text.size() + 5, '\0');
    const char* end = wire::put_bytes(bytes.data(), wire::octets, text);
    bytes.resize(static_cast<std::size_t>(end - bytes.data()));
    return constant_row(wire::octets, std::move(bytes));
}

/// `content` is the encoded object identifier without its first two bytes.
inline Row object_id(std::string_view content) {
    std::string bytes(content.size() + 5, '\0');
    const char* end = wire::put_bytes(bytes.data(), wire::oid, content);
    bytes.resize(static_cast<std::size_t>(end - bytes.data()));
    return constant_row(wire::oid, std::move(bytes));
}

inline Row text(TextOf which) {
    return number_row(wire::octets, Kind::text, static_cast<std::uint32_t>(which));
}
inline Row counter32(std::uint32_t stream, double per_second) {
    return number_row(wire::counter32, Kind::counter, stream, 0, per_second);
}
inline Row counter64(std::uint32_t stream, double per_second) {
    return number_row(wire::counter64, Kind::counter, stream, 0, per_second);
}
inline Row gauge(std::uint8_t tag, std::uint32_t stream, double low, double high) {
    return number_row(tag, Kind::gauge, stream, low, high);
}
inline Row clients(std::uint8_t tag, std::uint32_t mask) {
    return number_row(tag, Kind::clients, mask);
}
inline Row uptime(std::uint8_t tag, double per_second) {
    return number_row(tag, Kind::uptime, 0, 0, per_second);
}

/// Encoded sysObjectIDs and object identifiers that stand as values.
inline constexpr std::string_view id_net_snmp_linux("\x2B\x06\x01\x04\x01\xBF\x08\x03\x02\x0A", 10);
inline constexpr std::string_view id_mikrotik("\x2B\x06\x01\x04\x01\xF5\x0C\x01", 8);
inline constexpr std::string_view id_ruckus_r500("\x2B\x06\x01\x04\x01\x81\xC3\x5D\x03\x01\x04\x47",
                                                 12);
inline constexpr std::string_view id_none("\x00", 1);
inline constexpr std::string_view id_ram("\x2B\x06\x01\x02\x01\x19\x02\x01\x02", 9);
inline constexpr std::string_view id_virtual_memory("\x2B\x06\x01\x02\x01\x19\x02\x01\x03", 9);
inline constexpr std::string_view id_other_storage("\x2B\x06\x01\x02\x01\x19\x02\x01\x01", 9);
inline constexpr std::string_view id_fixed_disk("\x2B\x06\x01\x02\x01\x19\x02\x01\x04", 9);

/// Streams number what must be equal wherever it shows (ifInOctets is the low half of
/// ifHCInOctets): 32 for each interface, then blocks of their own.
inline constexpr std::uint32_t stream_vaps = 2000;
inline constexpr std::uint32_t stream_radios = 2400;
inline constexpr std::uint32_t stream_system = 2800;

struct Port {
    std::uint32_t index;
    const char* name;
    std::int32_t type;        ///< ifType: 6 Ethernet, 24 loopback, 71 Wi-Fi, 209 bridge.
    std::uint32_t megabits;   ///< ifHighSpeed
    double bytes_per_second;  ///< Of an average device at an average hour, received.
    bool is_up = true;
};

/// Collects rows.
class Tree {
public:
    void scalar(const Parts& object, Row row) { cell(object, {0}, std::move(row)); }

    void cell(const Parts& object, const Parts& instance, Row row) {
        row.oid = object;
        row.object_size = object.size();
        row.oid.insert(row.oid.end(), instance.begin(), instance.end());
        rows_.push_back(std::move(row));
    }

    /// One cell below `entry`: column, then index.
    void column(const Parts& entry, std::uint32_t column, std::uint32_t index, Row row) {
        Parts object = entry;
        object.push_back(column);
        cell(object, {index}, std::move(row));
    }

    void system(std::string_view system_object_id) {
        const Parts system{1, 3, 6, 1, 2, 1, 1};
        const auto at = [&](std::uint32_t n) {
            Parts object = system;
            object.push_back(n);
            return object;
        };
        scalar(at(1), text(TextOf::description));
        scalar(at(2), object_id(system_object_id));
        scalar(at(3), uptime(wire::time_ticks, 100));
        scalar(at(4), text(TextOf::contact));
        scalar(at(5), text(TextOf::name));
        scalar(at(6), text(TextOf::location));
        scalar(at(7), integer(72));
        scalar({1, 3, 6, 1, 6, 3, 10, 2, 1, 3}, uptime(wire::integer, 1));
    }

    void interfaces(std::span<const Port> ports) {
        scalar({1, 3, 6, 1, 2, 1, 2, 1}, integer(static_cast<std::int32_t>(ports.size())));
        for (const Port& port : ports) {
            old_columns(port);
            high_capacity_columns(port);
        }
    }

    void processors(std::uint32_t count, double most) {
        const Parts entry{1, 3, 6, 1, 2, 1, 25, 3, 3, 1};
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t index = count == 1 ? 1 : 196608 + i;
            column(entry, 1, index, object_id(id_none));
            column(entry, 2, index, gauge(wire::integer, stream_system + i, 2, most));
        }
    }

    void storage(std::uint32_t index, std::string_view type, std::string_view name,
                 std::int32_t unit, std::int32_t size, double used_low, double used_high) {
        const Parts entry{1, 3, 6, 1, 2, 1, 25, 2, 3, 1};
        column(entry, 1, index, integer(static_cast<std::int32_t>(index)));
        column(entry, 2, index, object_id(type));
        column(entry, 3, index, octets(name));
        column(entry, 4, index, integer(unit));
        column(entry, 5, index, integer(size));
        column(entry, 6, index,
               gauge(wire::integer, stream_system + 100 + index % 64, used_low, used_high));
    }

    std::vector<Row> rows() { return std::move(rows_); }

private:
    static std::uint32_t stream(const Port& port, std::uint32_t what) {
        return port.index * 32 + what;
    }

    void old_columns(const Port& port) {
        const Parts entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
        const auto put = [&](std::uint32_t n, Row row) {
            column(entry, n, port.index, std::move(row));
        };
        const double packets = port.bytes_per_second / 700;
        const std::uint64_t bits = std::uint64_t{port.megabits} * 1'000'000;
        put(1, integer(static_cast<std::int32_t>(port.index)));
        put(2, octets(port.name));
        put(3, integer(port.type));
        put(4, integer(port.type == 24 ? 65536 : 1500));
        put(5, unsigned_constant(wire::gauge32, bits > 0xFFFF'FFFF ? 0xFFFF'FFFF : bits));
        put(6, port.type == 24 ? octets("")
                               : number_row(wire::octets, Kind::hardware_address, port.index));
        put(7, integer(1));
        put(8, integer(port.is_up ? 1 : 2));
        put(9, unsigned_constant(wire::time_ticks, 0));
        put(10, counter32(stream(port, 0), port.bytes_per_second));
        put(11, counter32(stream(port, 1), packets));
        put(12, counter32(stream(port, 2), packets / 50));
        put(13, counter32(stream(port, 3), packets / 20000));
        put(14, counter32(stream(port, 4), packets / 90000));
        put(15, counter32(stream(port, 5), 0));
        put(16, counter32(stream(port, 6), port.bytes_per_second * 0.2));
        put(17, counter32(stream(port, 7), packets / 2));
        put(18, counter32(stream(port, 8), packets / 80));
        put(19, counter32(stream(port, 9), packets / 30000));
        put(20, counter32(stream(port, 10), packets / 200000));
        put(21, unsigned_constant(wire::gauge32, 0));
        put(22, object_id(id_none));
    }

    void high_capacity_columns(const Port& port) {
        const Parts entry{1, 3, 6, 1, 2, 1, 31, 1, 1, 1};
        const auto put = [&](std::uint32_t n, Row row) {
            column(entry, n, port.index, std::move(row));
        };
        const double packets = port.bytes_per_second / 700;
        put(1, octets(port.name));
        put(2, counter32(stream(port, 11), packets / 100));
        put(3, counter32(stream(port, 12), packets / 100));
        put(4, counter32(stream(port, 13), packets / 160));
        put(5, counter32(stream(port, 14), packets / 160));
        put(6, counter64(stream(port, 0), port.bytes_per_second));
        put(7, counter64(stream(port, 1), packets));
        put(8, counter64(stream(port, 11), packets / 100));
        put(9, counter64(stream(port, 12), packets / 100));
        put(10, counter64(stream(port, 6), port.bytes_per_second * 0.2));
        put(11, counter64(stream(port, 7), packets / 2));
        put(12, counter64(stream(port, 13), packets / 160));
        put(13, counter64(stream(port, 14), packets / 160));
        put(14, integer(2));
        put(15, unsigned_constant(wire::gauge32, port.megabits));
        put(16, integer(2));
        put(17, integer(port.type == 6 || port.type == 71 ? 1 : 2));
        put(18, octets(""));
        put(19, unsigned_constant(wire::time_ticks, 0));
    }

    std::vector<Row> rows_;
};

}  // namespace pantau::city
