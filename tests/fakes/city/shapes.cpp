#include <array>
#include <string>
#include <utility>

#include "tests/fakes/city/tree.hpp"

/// The object trees of the simulated vendors: names and types as in the public MIBs, the choice of
/// rows as real devices of the kind have them.
namespace pantau::city {

namespace {

/// UBNT-UniFi-MIB, 1.3.6.1.4.1.41112.1.6.
void add_unifi_radio(Tree& tree, std::uint32_t index, std::string_view name,
                     std::string_view kind) {
    const Parts entry{1, 3, 6, 1, 4, 1, 41112, 1, 6, 1, 1, 1};
    const std::uint32_t radio = index - 1;
    const std::uint32_t stream = stream_radios + radio * 8;
    tree.column(entry, 1, index, integer(static_cast<std::int32_t>(index)));
    tree.column(entry, 2, index, octets(name));
    tree.column(entry, 3, index, octets(kind));
    tree.column(entry, 4, index, counter32(stream, 900));
    tree.column(entry, 5, index, counter32(stream + 1, 1500));
    for (std::uint32_t part = 0; part < 4; ++part)
        tree.column(entry, 6 + part, index,
                    number_row(wire::integer, Kind::airtime, radio * 4 + part));
}

void add_unifi_vap(Tree& tree, std::uint32_t index, std::uint32_t radio, TextOf ssid,
                   std::string_view name) {
    const Parts entry{1, 3, 6, 1, 4, 1, 41112, 1, 6, 1, 2, 1};
    const auto put = [&](std::uint32_t n, Row row) {
        tree.column(entry, n, index, std::move(row));
    };
    const std::uint32_t vap = index - 1;
    const std::uint32_t stream = stream_vaps + vap * 16;
    const double bytes = (ssid == TextOf::ssid ? 120'000 : 9'000) * (radio == 0 ? 0.6 : 1.4);
    put(1, integer(static_cast<std::int32_t>(index)));
    put(2, number_row(wire::octets, Kind::hardware_address, 32 + vap));
    put(3, integer(960));
    put(4, number_row(wire::integer, Kind::channel, radio));
    put(5, integer(0));
    put(6, text(ssid));
    put(7, octets(name));
    put(8, clients(wire::integer, 1U << vap));
    put(9, octets(radio == 0 ? "ng" : "na"));
    put(10, counter32(stream, bytes * 0.2));
    put(11, counter32(stream + 1, 0.0002));
    put(12, counter32(stream + 2, 0.003));
    put(13, counter32(stream + 3, 0.001));
    put(14, counter32(stream + 4, 0.01));
    put(15, counter32(stream + 5, bytes / 900));
    put(16, counter32(stream + 6, bytes));
    put(17, counter32(stream + 7, 0.02));
    put(18, counter32(stream + 8, 0.004));
    put(19, counter32(stream + 9, bytes / 600));
    put(20, counter32(stream + 10, bytes / 4000));
    put(21, integer(radio == 0 ? 20 : 23));
    put(22, integer(1));
    put(23, octets("user"));
}

std::vector<Row> unifi_rows() {
    static constexpr std::array<Port, 8> ports{{{1, "lo", 24, 10, 30},
                                                {2, "eth0", 6, 1000, 260'000},
                                                {3, "wifi0", 71, 0, 0},
                                                {4, "wifi1", 71, 0, 0},
                                                {5, "ath0", 6, 0, 70'000},
                                                {6, "ath1", 6, 0, 170'000},
                                                {7, "ath2", 6, 0, 5'000},
                                                {8, "ath3", 6, 0, 12'000}}};
    Tree tree;
    tree.system(id_net_snmp_linux);
    tree.interfaces(ports);
    tree.scalar({1, 3, 6, 1, 2, 1, 25, 1, 1}, uptime(wire::time_ticks, 100));
    tree.processors(2, 60);
    const Parts memory{1, 3, 6, 1, 4, 1, 10002, 1, 1, 1, 1};
    const auto at = [&](std::uint32_t n) {
        Parts object = memory;
        object.push_back(n);
        return object;
    };
    tree.scalar(at(1), unsigned_constant(wire::gauge32, 254'008));
    tree.scalar(at(2), gauge(wire::gauge32, stream_system + 50, 60'000, 130'000));
    tree.scalar(at(3), gauge(wire::gauge32, stream_system + 51, 2'000, 4'000));
    tree.scalar(at(4), gauge(wire::gauge32, stream_system + 52, 12'000, 30'000));
    const Parts load{1, 3, 6, 1, 4, 1, 10002, 1, 1, 1, 4, 2, 1};
    for (std::uint32_t i = 1; i <= 3; ++i)
        tree.column(load, 3, i, gauge(wire::gauge32, stream_system + 60 + i, 5, 90));
    add_unifi_radio(tree, 1, "wifi0", "ng");
    add_unifi_radio(tree, 2, "wifi1", "na");
    add_unifi_vap(tree, 1, 0, TextOf::ssid, "ath0");
    add_unifi_vap(tree, 2, 1, TextOf::ssid, "ath1");
    add_unifi_vap(tree, 3, 0, TextOf::staff_ssid, "ath2");
    add_unifi_vap(tree, 4, 1, TextOf::staff_ssid, "ath3");
    const Parts about{1, 3, 6, 1, 4, 1, 41112, 1, 6, 3};
    const auto fact = [&](std::uint32_t n) {
        Parts object = about;
        object.push_back(n);
        return object;
    };
    tree.scalar(fact(1), text(TextOf::address));
    tree.scalar(fact(2), integer(2));
    tree.scalar(fact(3), text(TextOf::model));
    tree.scalar(fact(4), octets("eth0"));
    tree.scalar(fact(5), uptime(wire::counter32, 1));
    tree.scalar(fact(6), text(TextOf::firmware));
    return tree.rows();
}

/// mtxrWlApEntry, 1.3.6.1.4.1.14988.1.1.1.3.1. A virtual AP has no radio of its own.
void add_routeros_ap(Tree& tree, std::uint32_t index, std::uint32_t radio, TextOf ssid,
                     std::uint32_t vap, bool is_virtual) {
    const Parts entry{1, 3, 6, 1, 4, 1, 14988, 1, 1, 1, 3, 1};
    const auto put = [&](std::uint32_t n, Row row) {
        tree.column(entry, n, index, std::move(row));
    };
    put(2, gauge(wire::gauge32, stream_radios + vap, 0, 90e6));
    put(3, gauge(wire::gauge32, stream_radios + 8 + vap, 0, 20e6));
    put(4, text(ssid));
    put(5, number_row(wire::octets, Kind::hardware_address, index));
    put(6, clients(wire::counter32, 1U << vap));
    put(7, is_virtual ? integer(0) : number_row(wire::integer, Kind::frequency, radio));
    put(8, is_virtual ? octets("") : number_row(wire::octets, Kind::band, radio));
    put(9, is_virtual ? integer(0) : gauge(wire::integer, stream_radios + 16 + radio, -117, -92));
    put(10, is_virtual ? unsigned_constant(wire::counter32, 0)
                       : gauge(wire::counter32, stream_radios + 18 + radio, 40, 98));
    put(11, clients(wire::counter32, 1U << vap));
}

std::vector<Row> routeros_rows() {
    static constexpr std::array<Port, 10> ports{{{1, "ether1", 6, 1000, 300'000},
                                                 {2, "ether2", 6, 1000, 20'000},
                                                 {3, "ether3", 6, 1000, 0, false},
                                                 {4, "ether4", 6, 1000, 0, false},
                                                 {5, "ether5", 6, 1000, 0, false},
                                                 {6, "wlan1", 71, 0, 90'000},
                                                 {7, "wlan2", 71, 0, 180'000},
                                                 {8, "wlan3", 71, 0, 6'000},
                                                 {9, "wlan4", 71, 0, 14'000},
                                                 {10, "bridge", 209, 0, 290'000}}};
    Tree tree;
    tree.system(id_mikrotik);
    tree.interfaces(ports);
    tree.scalar({1, 3, 6, 1, 2, 1, 25, 1, 1}, uptime(wire::time_ticks, 100));
    tree.processors(1, 70);
    tree.storage(65536, id_ram, "main memory", 1024, 131'072, 40'000, 90'000);
    tree.storage(131072, id_fixed_disk, "system disk", 1024, 16'384, 9'000, 9'900);
    add_routeros_ap(tree, 6, 0, TextOf::ssid, 0, false);
    add_routeros_ap(tree, 7, 1, TextOf::ssid, 1, false);
    add_routeros_ap(tree, 8, 0, TextOf::staff_ssid, 2, true);
    add_routeros_ap(tree, 9, 1, TextOf::staff_ssid, 3, true);
    const Parts mikrotik{1, 3, 6, 1, 4, 1, 14988, 1, 1};
    const auto at = [&](std::uint32_t group, std::uint32_t n) {
        Parts object = mikrotik;
        object.push_back(group);
        object.push_back(n);
        return object;
    };
    tree.scalar(at(3, 8), gauge(wire::integer, stream_system + 70, 236, 243));
    tree.scalar(at(3, 10), gauge(wire::integer, stream_system + 71, 320, 520));
    tree.scalar(at(3, 11), gauge(wire::integer, stream_system + 72, 380, 610));
    tree.scalar(at(4, 3), integer(4));
    tree.scalar(at(4, 4), text(TextOf::firmware));
    tree.scalar(at(6, 1), clients(wire::gauge32, 15));
    tree.scalar(at(7, 3), text(TextOf::serial));
    tree.scalar(at(7, 9), text(TextOf::model));
    return tree.rows();
}

/// nsExtendOutput1Line: the row's index is the script's name with its length.
void add_extend(Tree& tree, std::string_view name, Row row) {
    Parts instance{static_cast<std::uint32_t>(name.size())};
    for (const char c : name)
        instance.push_back(static_cast<std::uint8_t>(c));
    tree.cell({1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 3, 1, 1}, instance, std::move(row));
}

void add_extend_radio(Tree& tree, std::string_view port, std::uint32_t radio) {
    const auto named = [&](std::string_view what, std::string_view end = {}) {
        return std::string(what) + std::string(port) + std::string(end);
    };
    const std::uint32_t stream = stream_radios + radio * 32;
    add_extend(tree, named("clients-"), clients(wire::octets, 5U << radio));
    add_extend(tree, named("frequency-"), number_row(wire::octets, Kind::frequency, radio));
    add_extend(tree, named("noise-floor-"), gauge(wire::octets, stream, -96, -82));
    static constexpr std::array<std::pair<const char*, double>, 3> spread{
        {{"-avg", 1.0}, {"-max", 1.4}, {"-min", 0.6}}};
    for (std::uint32_t i = 0; i < spread.size(); ++i) {
        const auto& [end, scale] = spread[i];
        add_extend(tree, named("snr-", end),
                   gauge(wire::octets, stream + 1, 18 * scale, 30 * scale));
        add_extend(tree, named("rate-rx-", end),
                   gauge(wire::octets, stream + 2, 24e6 * scale, 120e6 * scale));
        add_extend(tree, named("rate-tx-", end),
                   gauge(wire::octets, stream + 3, 36e6 * scale, 150e6 * scale));
    }
}

void add_ucd(Tree& tree) {
    const Parts ucd{1, 3, 6, 1, 4, 1, 2021};
    const auto at = [&](std::uint32_t group, std::uint32_t n) {
        Parts object = ucd;
        object.push_back(group);
        object.push_back(n);
        return object;
    };
    tree.scalar(at(4, 5), integer(251'032));
    tree.scalar(at(4, 6), gauge(wire::integer, stream_system + 50, 50'000, 120'000));
    tree.scalar(at(4, 14), gauge(wire::integer, stream_system + 51, 4'000, 9'000));
    tree.scalar(at(4, 15), gauge(wire::integer, stream_system + 52, 15'000, 30'000));
    const Parts load{1, 3, 6, 1, 4, 1, 2021, 10, 1};
    static constexpr std::array<const char*, 3> spans{"Load-1", "Load-5", "Load-15"};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        tree.column(load, 1, i, integer(static_cast<std::int32_t>(i)));
        tree.column(load, 2, i, octets(spans[i - 1]));
        Row decimal = gauge(wire::octets, stream_system + 60 + i, 0.02, 1.6);
        decimal.decimals = 2;
        tree.column(load, 3, i, decimal);
        tree.column(load, 5, i, gauge(wire::integer, stream_system + 60 + i, 2, 160));
    }
    tree.scalar(at(11, 50), counter32(stream_system + 80, 6));
    tree.scalar(at(11, 51), counter32(stream_system + 81, 0.2));
    tree.scalar(at(11, 52), counter32(stream_system + 82, 4));
    tree.scalar(at(11, 53), counter32(stream_system + 83, 180));
}

std::vector<Row> openwrt_rows() {
    static constexpr std::array<Port, 7> ports{{{1, "lo", 24, 10, 30},
                                                {2, "eth0", 6, 1000, 240'000},
                                                {3, "lan1", 6, 1000, 0, false},
                                                {4, "wan", 6, 1000, 240'000},
                                                {5, "br-lan", 6, 0, 230'000},
                                                {6, "wlan0", 6, 0, 160'000},
                                                {7, "wlan1", 6, 0, 70'000}}};
    Tree tree;
    tree.system(id_net_snmp_linux);
    tree.interfaces(ports);
    tree.scalar({1, 3, 6, 1, 2, 1, 25, 1, 1}, uptime(wire::time_ticks, 100));
    tree.scalar({1, 3, 6, 1, 2, 1, 25, 2, 2}, integer(251'032));
    tree.storage(1, id_ram, "Physical memory", 1024, 251'032, 130'000, 200'000);
    tree.storage(3, id_virtual_memory, "Virtual memory", 1024, 251'032, 130'000, 200'000);
    tree.storage(6, id_other_storage, "Memory buffers", 1024, 251'032, 4'000, 9'000);
    tree.storage(7, id_other_storage, "Cached memory", 1024, 30'000, 15'000, 30'000);
    tree.storage(33, id_fixed_disk, "/overlay", 4096, 20'000, 900, 1'400);
    tree.processors(2, 55);
    add_ucd(tree);
    add_extend(tree, "distro", text(TextOf::firmware));
    add_extend(tree, "hardware", text(TextOf::model));
    add_extend(tree, "clients-wlan", clients(wire::octets, 15));
    add_extend_radio(tree, "wlan0", 1);
    add_extend_radio(tree, "wlan1", 0);
    return tree.rows();
}

std::vector<Row> ruckus_rows() {
    static constexpr std::array<Port, 5> ports{{{1, "eth0", 6, 1000, 250'000},
                                                {2, "eth1", 6, 1000, 0, false},
                                                {3, "wlan0", 71, 0, 70'000},
                                                {4, "wlan1", 71, 0, 170'000},
                                                {5, "br0", 209, 0, 250'000}}};
    Tree tree;
    tree.system(id_ruckus_r500);
    tree.interfaces(ports);
    const Parts ruckus{1, 3, 6, 1, 4, 1, 25053, 1, 1};
    const auto below = [&](std::initializer_list<std::uint32_t> tail) {
        Parts object = ruckus;
        object.insert(object.end(), tail);
        return object;
    };
    tree.scalar(below({2, 1, 1, 1, 1}), text(TextOf::model));
    tree.scalar(below({2, 1, 1, 1, 2}), text(TextOf::serial));
    tree.column(below({3, 1, 1, 1, 1, 1}), 3, 1, text(TextOf::firmware));
    tree.scalar(below({4, 1, 1, 1, 4}), octets("ID"));
    tree.scalar(below({11, 1, 1, 1, 1}), gauge(wire::integer, stream_system, 2, 50));
    tree.scalar(below({11, 1, 1, 1, 2}), gauge(wire::integer, stream_system + 50, 25, 60));
    for (std::uint32_t radio = 0; radio < 2; ++radio) {
        const Parts about = below({12, 1, 1, 1, 2, 1});
        const Parts figures = below({12, 1, 1, 1, 3, 1});
        tree.column(about, 8, radio + 1, gauge(wire::integer, stream_radios + radio, -111, -93));
        tree.column(figures, 2, radio + 1, clients(wire::counter32, 5U << radio));
        tree.column(figures, 21, radio + 1, counter32(stream_radios + 8 + radio, 0.01));
        Row percent = gauge(wire::octets, stream_radios + 16 + radio, 0.5, 70);
        percent.decimals = 1;
        tree.column(figures, 50, radio + 1, percent);
    }
    return tree.rows();
}

std::vector<Row> uplink_rows() {
    static constexpr std::array<const char*, 24> names{
        "ether1",  "ether2",  "ether3",  "ether4",  "ether5",  "ether6",  "ether7",  "ether8",
        "ether9",  "ether10", "ether11", "ether12", "ether13", "ether14", "ether15", "ether16",
        "ether17", "ether18", "ether19", "ether20", "ether21", "ether22", "ether23", "ether24"};
    std::vector<Port> ports;
    for (std::uint32_t i = 0; i < names.size(); ++i)
        ports.push_back({i + 1, names[i], 6, 1000, i < 18 ? 220'000.0 : 0.0, i < 18});
    ports.push_back({25, "sfp-sfpplus1", 6, 10'000, 4'000'000});
    ports.push_back({26, "bridge", 209, 0, 4'000'000});
    Tree tree;
    tree.system(id_mikrotik);
    tree.interfaces(ports);
    tree.processors(1, 30);
    tree.storage(65536, id_ram, "main memory", 1024, 524'288, 60'000, 80'000);
    const Parts mikrotik{1, 3, 6, 1, 4, 1, 14988, 1, 1};
    const auto at = [&](std::uint32_t group, std::uint32_t n) {
        Parts object = mikrotik;
        object.push_back(group);
        object.push_back(n);
        return object;
    };
    tree.scalar(at(4, 4), text(TextOf::firmware));
    tree.scalar(at(7, 3), text(TextOf::serial));
    tree.scalar(at(7, 9), text(TextOf::model));
    return tree.rows();
}

}  // namespace

std::vector<Row> rows_of(Vendor vendor) {
    switch (vendor) {
        case Vendor::unifi:
            return unifi_rows();
        case Vendor::routeros:
            return routeros_rows();
        case Vendor::openwrt:
            return openwrt_rows();
        case Vendor::ruckus:
            return ruckus_rows();
        case Vendor::uplink:
            return uplink_rows();
    }
    return {};
}

}  // namespace pantau::city
