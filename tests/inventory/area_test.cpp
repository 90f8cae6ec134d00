#include <doctest/doctest.h>

#include "inventory/area_text.hpp"
#include "support.hpp"

using namespace pantau;
using namespace pantau::inventory;
using namespace pantau::test;

namespace {

constexpr std::string_view head = "name,address,kecamatan,kelurahan,rw,lat,lon\n";
constexpr std::string_view areas =
    "kecamatan,kelurahan,rw,lat,lon,alias\n"
    "Klojen,,,-7.97,112.63,\n"
    "Klojen,Klojen,,-7.96,112.63,\n"
    "Klojen,Oro-oro Dowo,,,,Dowo|Oro2 Dowo\n"
    "Klojen,Oro-oro Dowo,01,-7.961,112.622,\n"
    "Klojen,Oro-oro Dowo,02,,,\n"
    "Lowokwaru,Sumbersari,,-7.95,112.61,\n"
    "Lowokwaru,Tasikmadu,,,,\n"
    "Sukun,Karangbesuki,,,,\n"
    "Sukun,Gadang,,,,\n"
    "Blimbing,Gadang,,,,\n";

/// One device in these areas, with the table of areas above.
Loaded placed(std::string_view cells) {
    return Loaded(std::string(usual_settings) + "areas: areas.csv\n",
                  {{"areas.csv", std::string(areas)},
                   {"inventory/a.csv", std::string(head) + "ap,10.0.0.1," + std::string(cells)}});
}

}  // namespace

TEST_SUITE("inventory/areas") {
    TEST_CASE("spellings of one area fold into one") {
        CHECK(folded_area("Oro-oro Dowo") == folded_area("ORO ORO  DOWO"));
        CHECK(folded_area("Kota Lama") == folded_area("Kotalama"));
        CHECK(folded_area("Ma'arif") == folded_area("Maarif"));
        CHECK(folded_area("Klojen") != folded_area("Kloien"));
    }

    TEST_CASE("numbers of RW become two digits, however they were written") {
        struct Row {
            std::string_view text;
            std::string_view number;  ///< Empty: it stays as written.
        };
        const Row rows[] = {
            {"8", "08"},       {"08", "08"},    {"008", "08"},     {"10", "10"},
            {"010", "10"},     {"100", "100"},  {"RW 08", "08"},   {"RW.VIII", "08"},
            {"rw viii", "08"}, {"RW-IX", "09"}, {"Rw. 3", "03"},   {"RW12", "12"},
            {"VIII", "08"},    {"xiv", "14"},   {"XL", "40"},      {"LXXXVIII", "88"},
            {"0", "00"},       {"RW", ""},      {"IIII", ""},      {"VX", ""},
            {"C", ""},         {"08A", ""},     {"RW Mawar", ""},  {"12345", ""},
            {"-8", ""},        {"8.0", ""},     {"LXXXVIIII", ""}, {"IXX", ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            CHECK(area_number("rw", row.text).value_or("") == row.number);
        }
        CHECK(is_numbered("rw"));
        CHECK(is_numbered("RT"));
        CHECK_FALSE(is_numbered("kelurahan"));
    }

    TEST_CASE("patterns know a star and a question mark") {
        CHECK(matches_glob("mikrotik-*", "mikrotik-hex"));
        CHECK(matches_glob("*", ""));
        CHECK(matches_glob("*-portal", "a-b-portal"));
        CHECK(matches_glob("r?08*1", "rw08-x-1"));
        CHECK(matches_glob("a*b*c", "aXbYbZc"));
        CHECK_FALSE(matches_glob("mikrotik-*", "mikrotik"));
        CHECK_FALSE(matches_glob("a?", "a"));
        CHECK_FALSE(matches_glob("", "a"));
        CHECK(matches_glob(std::string(200, '*') + "b", std::string(10'000, 'a') + "b"));
    }

    TEST_CASE("devices of one area share its names") {
        const Loaded loaded(std::string(head) +
                            "a,10.0.0.1,K,S,08,,\nb,10.0.0.2,K,S,08,,\nc,10.0.0.3,K,S,09,,\n");
        CHECK(&loaded.device("a").area.names() == &loaded.device("b").area.names());
        CHECK(loaded.device("a").area == loaded.device("b").area);
        CHECK(loaded.device("a").area != loaded.device("c").area);
        CHECK(loaded.device("c").area == AreaPath{"K", "S", "09"});
    }

    TEST_CASE("an RW stays as written when it is digits, and is told when it was not") {
        const Loaded plain(std::string(head) + "a,10.0.0.1,K,S,8,,\nb,10.0.0.2,K,S,08,,\n");
        CHECK(plain.said().empty());
        CHECK(plain.device("a").area[2] == "08");
        CHECK(plain.device("b").area[2] == "08");

        const Loaded written(
            std::string(head) +
            "a,10.0.0.1,K,S,RW.VIII,,\nb,10.0.0.2,K,S,rw 9,,\nc,10.0.0.3,K,S,Mawar,,\n");
        CHECK(written.device("a").area[2] == "08");
        CHECK(written.device("b").area[2] == "09");
        CHECK(written.device("c").area[2] == "Mawar");
        CHECK(written.diagnostics.warnings() == 1);
        CHECK(written.says("rw \"RW.VIII\" is read as \"08\""));
        CHECK(written.says("inventory/a.csv:2:16   at a.rw"));
        CHECK(written.says("the same holds for 1 more"));
    }

    TEST_CASE("without a table of areas two spellings are a warning, and stay as they are") {
        const Loaded loaded(std::string(head) +
                            "a,10.0.0.1,Klojen,Kota Lama,01,,\n"
                            "b,10.0.0.2,Klojen,Kotalama,01,,\n"
                            "c,10.0.0.3,Klojen,kotalama,02,,\n"
                            "d,10.0.0.4,Sukun,Kotalama,01,,\n");
        CHECK(loaded.device("b").area[1] == "Kotalama");
        CHECK(loaded.diagnostics.warnings() == 2);
        CHECK(loaded.says("kelurahan \"Kotalama\" here, \"Kota Lama\" at inventory/a.csv:2:19"));
        CHECK(loaded.says("--> inventory/a.csv:3:19"));
    }

    TEST_CASE("the table of areas decides the spelling, the outer areas and the place") {
        struct Row {
            std::string_view cells;
            std::vector<std::string> area;
            std::optional<double> latitude;
        };
        const Row rows[] = {
            {"Klojen,Oro-oro Dowo,01,,", {"Klojen", "Oro-oro Dowo", "01"}, -7.961},
            {"KLOJEN,oro oro dowo,RW I,,", {"Klojen", "Oro-oro Dowo", "01"}, -7.961},
            {"Klojen,Dowo,2,,", {"Klojen", "Oro-oro Dowo", "02"}, -7.97},
            {",Oro2 Dowo,1,,", {"Klojen", "Oro-oro Dowo", "01"}, -7.961},
            {",Sumber Sari,08,,", {"Lowokwaru", "Sumbersari", "08"}, -7.95},
            {"Lowokwaru,Tasik Madu,08,,", {"Lowokwaru", "Tasikmadu", "08"}, {}},
            {"Klojen,Klojen,07,,", {"Klojen", "Klojen", "07"}, -7.96},
            {"Klojen,,,,", {"Klojen", "", ""}, -7.97},
            {"Blimbing,Gadang,,,", {"Blimbing", "Gadang", ""}, {}},
            {"Klojen,Klojen,,-7.5,112.5", {"Klojen", "Klojen", ""}, -7.5},
            {",,,,", {"", "", ""}, {}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.cells);
            const Loaded loaded = placed(row.cells);
            const Device& device = loaded.device("ap");
            CHECK(device.area == row.area);
            CHECK(device.latitude == row.latitude);
            CHECK(device.latitude.has_value() == device.longitude.has_value());
        }
    }

    TEST_CASE("an area that is not in the table is an error with what was probably meant") {
        struct Row {
            std::string_view cells;
            std::string_view place;
            std::string_view said;
            std::string_view help;
        };
        const Row rows[] = {
            {"Klojn,Klojen,,,", ":2:13", "unknown kecamatan \"Klojn\"", "did you mean \"Klojen\"?"},
            {"Lowokwaru,Sumbersri,08,,", ":2:23",
             "unknown kelurahan \"Sumbersri\" in kecamatan Lowokwaru",
             "did you mean \"Sumbersari\""},
            {"Klojen,Sumbersari,08,,", ":2:20", "in kecamatan Klojen",
             "there is one: Sumbersari, Lowokwaru"},
            {"Klojen,Oro-oro Dowo,03,,", ":2:33", "unknown rw \"03\" in kelurahan Oro-oro Dowo",
             ""},
            {",Sumbersri,,,", ":2:14", "unknown kelurahan \"Sumbersri\"",
             "did you mean \"Sumbersari\" (Lowokwaru)?"},
            {",Gadang,,,", ":2:14", "more than one kelurahan \"Gadang\"",
             "it is Gadang, Sukun or Gadang, Blimbing"},
            {"Zzz,,,,", ":2:13", "unknown kecamatan \"Zzz\"", "not in the table of areas"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.cells);
            const Loaded loaded = placed(row.cells);
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place) + " "));
            CHECK(loaded.says(row.said));
            CHECK(loaded.says(row.help));
        }
    }

    TEST_CASE("what is wrong with the table of areas is told at its place, and nothing follows") {
        struct Row {
            std::string_view table;
            std::string_view said;
            std::string_view place;
        };
        const Row rows[] = {
            {"kecamatan,kelurahan,rw,lat,lon\nKlojen,,08,,\n", "rw \"08\" without its kelurahan",
             "areas.csv:2:9"},
            {"kelurahan,rw\nKlojen,08\n", "there is no column \"kecamatan\"", "areas.csv:1:1"},
            {"kecamatan,kelurahan,alias\nA,X,Q\nA,Y,q\n", "this alias means X, A already",
             "areas.csv:3:5"},
            {"kecamatan,lat,lon\nA,112.6,-7.9\n", "are lat and lon swapped?", "areas.csv:2:3"},
            {"kecamatan,luas\nA,1\n", "unknown column \"luas\"", "areas.csv:1:11"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.table);
            const Loaded loaded(std::string(usual_settings) + "areas: areas.csv\n",
                                {{"areas.csv", std::string(row.table)},
                                 {"inventory/a.csv", std::string(head) + "ap,10.0.0.1,Zzz,,,,\n"}});
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says(row.said));
            CHECK(loaded.says(row.place));
        }
        const Loaded missing(std::string(usual_settings) + "areas: areas.csv\n",
                             {{"inventory/a.csv", std::string(head)}});
        CHECK(missing.says("areas.csv"));
        CHECK(missing.says("No such file"));
        CHECK_FALSE(missing.configuration);
    }
}
