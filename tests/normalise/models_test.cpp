// Models and firmware that no recording shows: recognised by their signs, and nothing more.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

struct Model {
    std::string_view object_id;    ///< Below 1.3.6.1.4.1.
    std::string_view description;  ///< Its form as the maker writes it.
    std::string_view profile;
    std::string_view vendor;
    Role role;
};

constexpr auto access_point = Role::access_point;
constexpr auto controller = Role::controller;
constexpr auto radio = Role::radio;
constexpr auto router = Role::router;
constexpr auto other = Role::other;
constexpr auto a_switch = Role::switch_;

constexpr Model models[] = {
    {"41112", "U7-Pro 8.0.26.16512", "ubiquiti-unifi", "Ubiquiti", access_point},
    {"41112", "U6-Mesh 6.6.77.15402", "ubiquiti-unifi", "Ubiquiti", access_point},
    {"41112", "UBB 6.2.41.14141", "ubiquiti-unifi", "Ubiquiti", access_point},
    {"8072.3.2.10", "UAP-FlexHD 6.5.28.14491", "ubiquiti-unifi", "Ubiquiti", access_point},
    {"41112", "USW-Flex firmware 6.5.59", "ubiquiti-switch", "Ubiquiti", a_switch},
    {"4413", "US-24-250W, 6.5.59.14777, Linux 3.6.5", "ubiquiti-switch", "Ubiquiti", a_switch},
    {"41112", "Linux UDM 4.19.152", "generic", "Ubiquiti", other},
    {"8072.3.2.10", "Linux host 6.1.0", "generic", "-", other},
    {"14988.1", "RouterOS hAP ac^2", "mikrotik-routeros", "MikroTik", router},
    {"14988.1", "RouterOS CRS328-24P-4S+", "mikrotik-switch", "MikroTik", a_switch},
    {"14988.1", "RouterOS CCR2004-1G-12S+2XS", "mikrotik-routeros", "MikroTik", router},
    {"25053.3.1.4.91", "Ruckus Wireless R750", "ruckus-ap", "Ruckus", access_point},
    {"25053.3.1.5.15", "Ruckus Wireless ZD3000", "ruckus-zonedirector", "Ruckus", controller},
    {"25053.3.1.10", "Ruckus Wireless vSZ-H", "ruckus-smartzone", "Ruckus", controller},
    {"1991.1.3.62.2.1.1", "Ruckus Wireless, Inc. Stacking System ICX7150-48-POE", "generic",
     "Ruckus", other},
    {"14823.1.2.111", "ArubaOS (MODEL: 505), Version 8.10.0.6-8.10.0.6", "aruba-instant", "Aruba",
     controller},
    {"14823.1.1.32", "ArubaOS (MODEL: Aruba7205), Version 8.6.0.9", "aruba-controller", "Aruba",
     controller},
    {"14823.1.1.27", "ArubaOS (MODEL: ArubaS2500-24P), Version 7.4.1.12", "aruba-switch", "Aruba",
     a_switch},
    {"47196.4.1.1.1.100", "Aruba JL661A 6300M FL.10.09", "generic", "Aruba", other},
    {"9.1.1069", "Cisco Controller", "cisco-wlc", "Cisco", controller},
    {"9.1.2861", "Cisco IOS Software [Bengaluru], C9800 Software (C9800_IOSXE-K9), Version 17.6.4",
     "cisco-c9800", "Cisco", controller},
    {"9.1.1034",
     "Cisco IOS Software, C1260 Software (AP3G1-K9W7-M), Version 15.2(4)JB6, RELEASE SOFTWARE",
     "cisco-ios-ap", "Cisco", access_point},
    {"9.1.1208", "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E",
     "generic", "Cisco", other},
    {"9.6.1.110.1", "Linux, Cisco Systems, Inc WAP150 (WAP150-E-K9-EU), Version 1.1.4.1",
     "cisco-small-business-ap", "Cisco", access_point},
    {"9.6.1.88.26.2", "SG200-26P 26-Port Gigabit PoE Smart Switch", "generic", "Cisco", other},
    {"2011.2.240.17", "Versatile Routing Platform Software AC6508 V200R019", "huawei-ac", "Huawei",
     controller},
    {"2011.2.23.339", "S5720-28X Huawei Versatile Routing Platform Software", "huawei-switch",
     "Huawei", a_switch},
    {"2011.2.224.103", "Huawei AR1220C Huawei Versatile Routing Platform Software", "huawei-vrp",
     "Huawei", router},
    {"14823.1.2.151", "HPE Aruba Networking wireless access point, Version 10.7", "aruba-ap",
     "Aruba", access_point},
    {"9.6.1.32.321.1", "Linux 2.6.21.5-lvl7-dev, Cisco Small Business", "cisco-small-business-ap",
     "Cisco", access_point},
    {"4881.1.3.1.1.161", "Ruijie 802.11ax Access Point(AP820-L) By Ruijie Networks", "ruijie-ap",
     "Ruijie", access_point},
    {"52642.1.1.10.1.300", "Ruijie Wireless Switch(WS6008) By Ruijie Networks", "ruijie-switch",
     "Ruijie", a_switch},
    {"10002.1", "UAP-AC-Mesh 4.3.28.11361", "ubiquiti-unifi", "Ubiquiti", access_point},
    {"25506.1.1282", "H3C Comware Platform Software", "h3c-comware", "H3C", a_switch},
    {"4881.1.1.10.1.250", "Ruijie Gigabit Switch(S2928G) By Ruijie Networks", "ruijie-switch",
     "Ruijie", a_switch},
    {"11863.5.101", "JetStream 8-Port Gigabit Smart Switch", "tplink-switch", "TP-Link", a_switch},
    {"11863.10.1.20", "EAP650", "tplink-eap", "TP-Link", access_point},
    {"12356.120.431", "FortiAP-431F", "fortinet-fortiap", "Fortinet", access_point},
    {"12356.101.1.10005", "", "fortinet-fortigate", "Fortinet", router},
    {"12356.106.1.1084", "FortiSwitch-108E", "generic", "Fortinet", other},
    {"26928.1", "AP410C, HiveOS 10.4r4", "aerohive-hiveos", "Aerohive", access_point},
    {"17713.22", "Cambium XV2-2 Access Point", "cambium-cnpilot", "Cambium", access_point},
    {"17713.21", "Cambium ePMP 3000", "cambium-epmp", "Cambium", radio},
    {"161.19.250.256", "CANOPY 16.2 SM", "cambium-pmp", "Cambium", radio},
    {"29671.1", "Meraki MR46 Cloud Managed AP", "meraki-mr", "Meraki", access_point},
    {"29671.1", "Meraki MX68 Cloud Managed Router", "generic", "Meraki", other},
    {"29671.1", "Meraki MS225-24P Cloud Managed PoE Switch", "generic", "Meraki", other},
    {"171.41.1", "DAP-X2850", "dlink-dap", "D-Link", access_point},
    {"29671.1", "Cisco Meraki MR57 Cloud Managed AP", "meraki-mr", "Meraki", access_point},
    {"890.1.19", "NAP203", "zyxel-nwa", "Zyxel", access_point},
    {"9.1.3100", "CBW150AX Cisco Business Wireless AP", "cisco-wlc", "Cisco", controller},
    {"171.10.37.54", "D-Link DAP-2680", "dlink-dap", "D-Link", access_point},
    {"171.10.76.28.2", "DGS-1210-28/ME", "generic", "D-Link", other},
    {"890.1.15", "NWA210AX", "zyxel-nwa", "Zyxel", access_point},
    {"890.1.15", "GS1920-24HP", "generic", "Zyxel", other},
    {"207.1.13.21", "AT-TQ5403", "allied-telesis-tq", "Allied Telesis", access_point},
    {"207.1.4.200", "AT-x510-28GTX", "generic", "Allied Telesis", other},
    {"10456.6.9", "WDAP-C7200AC", "planet-wdap", "Planet", access_point},
    {"8691.15.34", "AWK-1137C", "moxa-awk", "Moxa", access_point},
    {"8691.7.69", "MOXA EDS-408A", "generic", "Moxa", other},
    {"31926.1.25", "EH-8010FX", "siklu-etherhaul", "Siklu", radio},
    {"43356.1.1.3", "Mimosa C5 Firmware 2.5.4", "mimosa", "Mimosa", radio},
    {"4526.100.4.29", "GS724Tv4", "generic", "Netgear", other},
};

std::string signs_of(const Model& model) {
    return fmt::format(
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.{}\n1.3.6.1.2.1.1.1.0|4|{}\n"
        "1.3.6.1.2.1.2.2.1.2.7|4|eth0\n1.3.6.1.2.1.2.2.1.10.7|65|1000\n"
        "1.3.6.1.2.1.31.1.1.1.1.7|4|eth0\n1.3.6.1.2.1.31.1.1.1.6.7|70|1000\n",
        model.object_id, model.description);
}

}  // namespace

TEST_SUITE("normalise/models") {
    TEST_CASE("other models are recognised by their signs, and switches are no access points") {
        const auto set = shipped();
        for (const Model& model : models) {
            CAPTURE(model.object_id);
            CAPTURE(model.description);
            const Recording recording = Recording::parse(signs_of(model));
            const Answer signs = recording.answer(set->detection_ask("snmp").get());
            const auto profile = set->detect({&signs, 1});
            REQUIRE(profile != nullptr);
            CHECK(profile->name() == model.profile);
            const Observation seen = observe(*profile, recording);
            CHECK(shown(seen, "identity.vendor") == model.vendor);
            CHECK(name_of(seen.role) == name_of(model.role));
            const bool is_served = model.role == access_point || model.role == radio;
            CHECK(count(seen, ComponentKind::access_point) == (is_served ? 1u : 0u));
            CHECK(count(seen, ComponentKind::radio) == 0);
            CHECK(count(seen, ComponentKind::interface) == 1);
            CHECK(shown(seen, "interface.rx_bytes_total") == "1000");
        }
    }

    TEST_CASE("an unknown model of a known maker has its sysDescr for a model, where that is one") {
        const auto set = shipped();
        const auto model_of = [&](std::string_view description) {
            return shown(
                observe(*set->find("generic"),
                        Recording::parse(fmt::format("1.3.6.1.2.1.1.1.0|4|{}\n", description))),
                "identity.model");
        };
        CHECK(model_of("GS1920-24HP") == "GS1920-24HP");
        CHECK(model_of("MOXA EDS-408A") == "MOXA EDS-408A");
        CHECK(model_of("Linux host 6.1.0-18-amd64 #1 SMP") == "-");
        CHECK(model_of("Linux") == "-");
        CHECK(model_of("Cisco IOS Software, C2960X Software, Version 15.2") == "-");
    }
}
