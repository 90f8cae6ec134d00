#include "cli/recording_mask.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

namespace pantau::cli {
namespace {

struct Masked {
    std::vector<std::string> lines;
    RecordingMask::Counts counts;

    [[nodiscard]] std::string text() const {
        std::string all;
        for (const std::string& line : lines)
            all += line;
        return all;
    }
    [[nodiscard]] bool has(std::string_view words) const {
        return text().find(words) != std::string::npos;
    }
};

Masked mask(std::string_view recording, std::vector<std::string> secrets = {}) {
    RecordingMask mask(std::move(secrets));
    const snmp::Recording read = snmp::Recording::parse(recording);
    REQUIRE(read.skipped().empty());
    for (const snmp::Recording::Entry& entry : read.entries())
        mask.add(entry.oid.parts(),
                 {entry.type, entry.integer, entry.natural, entry.bytes, entry.value_oid.parts()});
    std::vector<std::string> lines = mask.lines();
    return {std::move(lines), mask.counts()};
}

}  // namespace

TEST_SUITE("cli/recording_mask") {
    TEST_CASE("one address is the same one wherever it stands; vendor and last half octet stay") {
        // As octets, in longer octets, in text of four kinds, in an index, in an identifier.
        const Masked masked = mask(
            "1.3.6.1.2.1.1.5.0|4|AP-0418D6AABBC5 (04:18:d6:aa:bb:c5)\n"
            "1.3.6.1.2.1.1.6.0|4|04-18-D6-AA-BB-C5, 0418.d6aa.bbc5.\n"
            "1.3.6.1.2.1.2.2.1.6.2|4x|0418d6aabbc5\n"
            "1.3.6.1.4.1.41112.1.9.4.24.214.170.187.197.2|6|1.3.6.1.4.1.9.9.4.24.214.170.187.197\n"
            "1.3.6.1.4.1.41112.2.0|4x|800000010418d6aabbc5ff\n");
        CHECK(masked.counts.macs == 1);
        CHECK(masked.text() ==
              "1.3.6.1.2.1.1.5.0|4|AP-0418D6000015 (04:18:d6:00:00:15)\n"
              "1.3.6.1.2.1.1.6.0|4|04-18-D6-00-00-15, 0418.d600.0015.\n"
              "1.3.6.1.2.1.2.2.1.6.2|4x|0418d6000015\n"
              "1.3.6.1.4.1.41112.1.9.4.24.214.0.0.21.2|6|1.3.6.1.4.1.9.9.4.24.214.0.0.21\n"
              "1.3.6.1.4.1.41112.2.0|4x|800000010418d6000015ff\n");
    }

    TEST_CASE("addresses that stand in an index alone are found, with numbers behind them too") {
        const Masked masked = mask(
            "1.3.6.1.2.1.17.4.3.1.2.0.12.66.171.205.239|2|3\n"
            "1.3.6.1.4.1.14988.1.1.1.2.1.3.200.58.53.171.205.239.1|2|-60\n"
            "1.3.6.1.4.1.14988.1.1.1.2.1.4.200.58.53.171.205.239.1|65|7\n"
            "1.3.6.1.4.1.2011.6.139.16.1.2.1.40.160.133.198.69.241.32.1.2|2|4\n");
        CHECK(masked.counts.macs == 3);
        CHECK(masked.has("1.3.6.1.2.1.17.4.3.1.2.0.12.66.0.0.31|"));
        // One row stays one row in all its columns.
        CHECK(masked.has(".1.2.1.3.200.58.53.0.0.31.1|2|-60\n"));
        CHECK(masked.has(".1.2.1.4.200.58.53.0.0.31.1|65|7\n"));
        CHECK(masked.has(".1.2.1.40.160.133.198.0.0.16.1.2|2|4\n"));
        CHECK_FALSE(masked.has("69.241.32"));
    }

    TEST_CASE("an address that a phone made up keeps its first octet alone") {
        const Masked masked = mask("1.3.6.1.4.1.9.9.1.1.0|4x|da31f0123456\n");
        CHECK(masked.text() == "1.3.6.1.4.1.9.9.1.1.0|4x|da0000000016\n");
    }

    TEST_CASE("where a profile knows the index, any address in it is found, and nothing else") {
        const std::vector<KnownIndex> known{{"snmp", "1.3.6.1.4.1.14823.2.1", {0}},
                                            {"snmp", "1.3.6.1.4.1.14823.2.2", {}}};
        RecordingMask mask({}, known);
        const auto recording = snmp::Recording::parse(
            "1.3.6.1.4.1.14823.2.1.0.11.134.1.2.35|4|lobi\n"
            "1.3.6.1.4.1.14823.2.1.0.11.134.1.2.48|4|aula\n"
            "1.3.6.1.4.1.14823.2.2.200.58.53.171.205.239|4|bukan MAC\n");
        for (const snmp::Recording::Entry& entry : recording.entries())
            mask.add(entry.oid.parts(), {entry.type, 0, 0, entry.bytes, {}});
        CHECK(mask.lines() == std::vector<std::string>{
                                  "1.3.6.1.4.1.14823.2.1.0.11.134.0.0.19|4|lobi\n",
                                  "1.3.6.1.4.1.14823.2.1.0.11.134.0.0.32|4|aula\n",
                                  "1.3.6.1.4.1.14823.2.2.200.58.53.171.205.239|4|bukan MAC\n"});
        CHECK(mask.counts().macs == 2);
    }

    TEST_CASE("what is no address stays: text, counters, addresses of IP, groups, short numbers") {
        const std::string_view text =
            "1.3.6.1.2.1.1.1.0|4|ether1 build 201904181234 v6.48.6\n"
            "1.3.6.1.2.1.2.2.1.2.1|4|ether1\n"
            "1.3.6.1.2.1.4.20.1.1.10.73.5.81|64|10.73.5.81\n"
            "1.3.6.1.2.1.6.13.1.1.192.168.88.1.22.192.168.88.254.51515|2|5\n"
            "1.3.6.1.4.1.25053.1.2.2.1.1.1.1.1.1.4.87.105.70.105|4|WiFi\n"
            "1.3.6.1.4.1.25053.1.2.2.1.1.1.1.1.1.10.77.97.108.97.110.103.87.105.70.105|4|"
            "MalangWiFi\n"
            "1.3.6.1.4.1.41112.1.6.1.2.1.8.3|2|12\n"
            "1.3.6.1.4.1.99999.1.0|4x|ffffffffffff\n"
            "1.3.6.1.4.1.99999.2.0|4x|000000000000\n"
            "1.3.6.1.4.1.99999.3.0|4x|01005e000001\n"
            "1.3.6.1.4.1.99999.4.0|4|12:30:45 up 3 days\n";
        const Masked masked = mask(text);
        CHECK(masked.text() == text);
        CHECK(masked.counts.macs == 0);
    }

    TEST_CASE("rows stay apart and in the order of a walk, however many there are") {
        std::string text;
        for (unsigned i = 0; i < 3000; ++i)
            text += "1.3.6.1.2.1.17.4.3.1.1.4.24.214." + std::to_string(255 - i / 256) + "." +
                    std::to_string(i % 256) + ".9|4x|00\n";
        const Masked masked = mask(text);
        CHECK(masked.counts.macs == 3000);
        std::vector<Oid> names;
        for (const std::string& line : masked.lines)
            names.push_back(*Oid::parse(line.substr(0, line.find('|'))));
        CHECK(std::ranges::is_sorted(names));
        CHECK(std::set<Oid>(names.begin(), names.end()).size() == 3000);
    }

    TEST_CASE("secrets are hidden: SNMP's own, those of the walk, and words called so") {
        const Masked masked = mask(
            "1.3.6.1.2.1.1.4.0|4|ask noc, community rahasia-kota\n"
            "1.3.6.1.2.1.1.6.0|4|public park\n"
            "1.3.6.1.4.1.9.1.0|4|ssid=Malang psk=hunter22 mode=ap\n"
            "1.3.6.1.4.1.9.2.0|4|WPA-Key: \"kata sandi\"\n"
            "1.3.6.1.4.1.9.3.0|4|public\n"
            "1.3.6.1.6.3.10.2.1.3.0|2|77\n"
            "1.3.6.1.6.3.15.1.2.2.1.3.5.128.0.0.0.1.6.112.97.110.116.97.117|4|pantau\n"
            "1.3.6.1.6.3.18.1.1.1.2.1.97|4|kanari\n"
            "1.2.840.10036.1.3.1.2.1.1|4|weprahasia\n",
            {"rahasia-kota", "public"});
        CHECK(masked.counts.left_out == 3);
        CHECK(masked.counts.secrets == 4);
        for (const char* const word : {"rahasia", "hunter22", "kata", "pantau", "kanari"})
            CHECK_FALSE(masked.has(word));
        CHECK(masked.has("|public park\n"));
        CHECK(masked.has("|ssid=Malang psk=*** mode=ap\n"));
        CHECK(masked.has("1.3.6.1.4.1.9.3.0|4|***\n"));
        CHECK(masked.has("1.3.6.1.6.3.10.2.1.3.0|2|77\n"));
    }
}

}  // namespace pantau::cli
