#include "collectors/snmp/object_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "collectors/snmp/recording.hpp"
#include "support/process.hpp"

namespace pantau::snmp {

TEST_SUITE("collectors/snmp/object_names") {
    TEST_CASE("a known object is shown by name with its instance") {
        struct Case {
            const char* oid;
            const char* name;
        };
        const Case cases[] = {
            {"1.3.6.1.2.1.1.1.0", "sysDescr.0"},
            {"1.3.6.1.2.1.1.9.1.4.3", "sysORUpTime.3"},
            {"1.3.6.1.2.1.2.2.1.2.2", "ifDescr.2"},
            {"1.3.6.1.2.1.2.2.1.22.7", "ifSpecific.7"},
            {"1.3.6.1.2.1.31.1.1.1.15.2", "ifHighSpeed.2"},
            {"1.3.6.1.2.1.11.32.0", "snmpProxyDrops.0"},
            {"1.3.6.1.2.1.4.20.1.3.10.0.0.1", "ipAdEntNetMask.10.0.0.1"},
            {"1.3.6.1.2.1.4.35.1.8.1", "ipNetToPhysicalRowStatus.1"},
            {"1.3.6.1.2.1.5.26.0", "icmpOutAddrMaskReps.0"},
            {"1.3.6.1.2.1.25.2.3.1.6.36", "hrStorageUsed.36"},
            {"1.3.6.1.2.1.25.3.3.1.2.196608", "hrProcessorLoad.196608"},
            {"1.3.6.1.2.1.25.2.1.2", "hrStorageRam"},
            {"1.3.6.1.2.1.25.3.1.21", "hrDeviceNonVolatileMemory"},
            {"1.3.6.1.2.1.47.1.1.1.1.13.1", "entPhysicalModelName.1"},
            {"1.3.6.1.2.1.99.1.1.1.4.1", "entPhySensorValue.1"},
            {"1.3.6.1.4.1.2021.4.6.0", "memAvailReal.0"},
            {"1.3.6.1.4.1.2021.10.1.101.1", "laErrMessage.1"},
            {"1.3.6.1.4.1.2021.11.67.0", "ssCpuNumCpus.0"},
            {"1.3.6.1.6.3.10.2.1.3.0", "snmpEngineTime.0"},
            {"1.0.8802.1.1.2.1.4.1.1.9.0.3.1", "lldpRemSysName.0.3.1"},
            {"1.2.840.10036.3.1.2.1.3.5", "dot11manufacturerProductName.5"},
            {"1.3.6.1.4.1.41112.1.6.1.2.1.8.1", "unifiVapNumStations.1"},
            {"1.3.6.1.4.1.41112.1.6.1.2.1.22.1", "unifiVapUp.1"},
            {"1.3.6.1.4.1.14988.1.1.1.3.1.11.5", "mtxrWlApAuthClientCount.5"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.oid);
            CHECK(name_of(*Oid::parse(c.oid)) == c.name);
        }
    }

    TEST_CASE("what is not known stays numbers, below known groups, too") {
        for (const char* const oid :
             {"1.3.6.1.4.1.99999.1.2.0", "1.3.6.1.2.1.2.2.1.99.1", "1.3.6.1.2.1.998.1", "2.999",
              "1.3.6.1.4.1.41112.1.4.1", "0.0"}) {
            CAPTURE(oid);
            CHECK(name_of(*Oid::parse(oid)) == oid);
            CHECK(object_of(*Oid::parse(oid)) == nullptr);
        }
    }

    TEST_CASE("a name is understood as people write it") {
        struct Case {
            const char* text;
            const char* oid;  ///< Empty: not understood.
        };
        const Case cases[] = {
            {"system", "1.3.6.1.2.1.1"},
            {"ifTable", "1.3.6.1.2.1.2.2"},
            {"iftable", "1.3.6.1.2.1.2.2"},
            {"ifDescr.2", "1.3.6.1.2.1.2.2.1.2.2"},
            {"mib-2", "1.3.6.1.2.1"},
            {"enterprises.41112", "1.3.6.1.4.1.41112"},
            {"lldpRemTable", "1.0.8802.1.1.2.1.4.1"},
            {"ieee802dot11", "1.2.840.10036"},
            {"1.3.6.1.2.1", "1.3.6.1.2.1"},
            {".1.3.6.1.2.1", "1.3.6.1.2.1"},
            {"", ""},
            {".", ""},
            {"ifTabel", ""},
            {"ifDescr.", ""},
            {"ifDescr..2", ""},
            {"ifDescr.x", ""},
            {"ifDescr.4294967296", ""},
            {"1.3.x", ""},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto oid = oid_named(c.text);
            CHECK((oid ? oid->to_string() : "") == c.oid);
        }
    }

    TEST_CASE("every name means one object, and is understood as that object") {
        std::set<std::string> names;
        std::set<std::string> oids;
        for (const NamedObject& each : named_objects()) {
            CAPTURE(each.name);
            CHECK(!each.name.empty());
            CHECK(std::ranges::all_of(
                each.name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; }));
            CHECK(names.insert(each.name).second);
            CHECK(oids.insert(each.oid.to_string()).second);
            CHECK(oid_named(each.name) == each.oid);
            const Oid instance = each.oid.with(7);
            CHECK(oid_named(name_of(instance)) == instance);
        }
        CHECK(names.size() > 400);
    }

    TEST_CASE("every name in the field's recordings leads back to its numbers") {
        const std::string folder = std::string(PANTAU_SOURCE_DIR) + "/../shared/recordings";
        if (!std::filesystem::exists(folder)) {
            pantau::test::print_skip("no field recordings at " + folder);
            return;
        }
        std::size_t named = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            if (file.path().extension() != ".snmprec") continue;
            const auto recording = open_recording(file.path().string());
            if (!recording) continue;
            for (const auto& entry : (*recording)->entries()) {
                const std::string name = name_of(entry.oid);
                named += name != entry.oid.to_string() ? 1 : 0;
                if (oid_named(name) != entry.oid) FAIL_CHECK(name);
            }
        }
        CHECK(named > 10'000);
    }
}

}  // namespace pantau::snmp
