#include <doctest/doctest.h>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view head = "name,address,kelurahan,lat,lon,note\n";

/// What must be said of a table: the place in inventory/a.csv, and words.
struct Wrong {
    std::string_view table;
    std::string_view place;
    std::string_view said;
    std::size_t errors = 1;
};

}  // namespace

TEST_SUITE("inventory/csv") {
    TEST_CASE("tables as spreadsheets save them are read alike") {
        const std::string_view tables[] = {
            "name,address,kelurahan,lat,lon\nap,10.0.0.1,Oro-oro Dowo,-7.5,112.5\n",
            "name;address;kelurahan;lat;lon\nap;10.0.0.1;Oro-oro Dowo;-7,5;112,5\n",
            "name;address;kelurahan;lat;lon\nap;10.0.0.1;Oro-oro Dowo;-7.5;112.5\n",
            "name\taddress\tkelurahan\tlat\tlon\nap\t10.0.0.1\tOro-oro Dowo\t-7,5\t112,5\n",
            "sep=;\nname;address;kelurahan;lat;lon\nap;10.0.0.1;Oro-oro Dowo;-7,5;112,5\n",
            "\xEF\xBB\xBFname;address;kelurahan;lat;lon\r\nap;10.0.0.1;Oro-oro Dowo;-7,5;112,5\r\n",
            "Nama,Alamat IP,Kelurahan,Lintang,Bujur\nap,10.0.0.1,Oro-oro Dowo,-7.5,112.5\n",
            "NAMA;ALAMAT;KELURAHAN;LINTANG;BUJUR\nap;10.0.0.1;Oro-oro Dowo;-7,5;112,5",
            "lon,lat,kelurahan,ip,nama\n112.5,-7.5,Oro-oro Dowo,10.0.0.1,ap\n",
            "name,address,kelurahan,lat,lon,,\nap,10.0.0.1,Oro-oro Dowo,-7.5,112.5,,\n,,,,,,\n\n",
            " name , address,kelurahan,lat,lon\n ap ,10.0.0.1 ,  Oro-oro  Dowo,-7.5, 112.5\n",
            "name,address,kelurahan,lat,lon\nap\xC2\xA0,\xC2\xA0"
            "10.0.0.1,Oro-oro\xC2\xA0"
            "Dowo,-7.5,112.5\n",
            "\n\n# a comment, \"half\nname,address,kelurahan,lat,lon\n#ap0,1,2\n"
            "ap,10.0.0.1,Oro-oro Dowo,-7.5,112.5\n \"# quoted\",,,,\n",
            "\"name\",\"address\",\"kelurahan\",\"lat\",\"lon\"\n\"ap\",\"10.0.0.1\",\"Oro-oro "
            "Dowo\",\"-7.5\",\"112.5\"\n",
            "name,address,kelurahan,lat,lon,catatan\nap,10.0.0.1,Oro-oro Dowo,-7.5,112.5,\"Balai, "
            "\"\"lama\"\"\nlantai 2\"\n",
            "name,address,kelurahan,lat,lon,note\nap,10.0.0.1,Oro-oro Dowo,-7.5,112.5,5\" rack\n",
            "name,address,\"kelu\nrahan\",kelurahan,lat,lon\nap,10.0.0.1,,Oro-oro Dowo,-7.5,112.5",
        };
        for (const std::string_view table : tables) {
            CAPTURE(table);
            const Loaded loaded(table);
            if (table.find("kelu\n") != std::string_view::npos) {
                CHECK(loaded.says("unknown column \"kelu"));
                continue;
            }
            CHECK(loaded.said().empty());
            CHECK(loaded.count() == 1);
            const Device& device = loaded.device("ap");
            CHECK(device.address == "10.0.0.1");
            CHECK(device.area[1] == "Oro-oro Dowo");
            CHECK(device.latitude == -7.5);
            CHECK(device.longitude == 112.5);
        }
    }

    TEST_CASE("a first line without devices is a new installation") {
        for (const std::string_view table :
             {"name,address\n", "name,address", "# soon\nname;address;rw\n\n\n"}) {
            const Loaded loaded(table);
            CHECK(loaded.said().empty());
            CHECK(loaded.count() == 0);
        }
    }

    TEST_CASE("what is wrong with the first line is told there") {
        const Wrong rows[] = {
            {"name,adress\nap,x\n", ":1:6", "did you mean \"address\"?"},
            {"name\nap\n", ":1:1", "there is no column \"address\""},
            {"address,rw\n10.0.0.1,08\n", ":1:1", "there is no column \"name\""},
            {"name,address,nama\n", ":1:14", "the column \"name\" stands here a second time"},
            {"name,address,kelurhan\nap,10.0.0.1,X\n", ":1:14", "did you mean \"kelurahan\"?"},
            {"ap,10.0.0.1,Klojen\n", ":1:1", "does not name the columns"},
            {"name,address,\nap,10.0.0.1,x\nap2,10.0.0.2,x\n", ":2:13", "3 cells in this line", 2},
            {"name,address,,rw\nap,10.0.0.1,x,\n", ":1:14", "this column has no name"},
            {"name,address,http_ur\n", ":1:14", "unknown column \"http_ur\""},
        };
        for (const Wrong& row : rows) {
            CAPTURE(row.table);
            const Loaded loaded(row.table);
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == row.errors);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place)));
            CHECK(loaded.says(row.said));
        }
    }

    TEST_CASE("lines that do not fit are told with their place, the others are read on") {
        const Wrong rows[] = {
            {"ap,10.0.0.1\n", ":2:1", "2 cells in this line, the first line has 6"},
            {"ap,10.0.0.1,X,-7,5,112,5,\n", ":2:24", "8 cells in this line"},
            {"ap,10.0.0.1,X,-7,5,112,5,\n", ":2:24", "decimal point"},
            {"ap,10.0.0.1,X,\"-7,5\",\"112,5\",\n", ":2:15", "has a decimal comma", 2},
            {"ap,10.0.0.1,\"X,,,\n", ":2:13", "this quote is never closed"},
            {"ap,10.0.0.1,X,,,\"half", ":2:17", "half-written"},
            {"ap,10.0.0.1,\"X\" Y,,,\n", ":2:17", "text after a closing quote"},
            {"ap,10.0.0.1,\"X,,,\nb,10.0.0.2,\"Y\",,,\n", ":2:13", "line 3, with text behind it"},
            {"ap,10.0.0.1,\"X\nY\",,,\n", ":2:13", "a line break inside this cell"},
            {"ap,10.0.0.1,X\xE2\x80\x8BY,,,\n", ":2:13", "(U+200B)"},
            {"a\x01p,10.0.0.1,X,,,\n", ":2:1", "(U+0001)"},
            {"ap,10.0.0.1,X\rY,,,\n", ":2:13", "a line break inside this cell"},
            {",10.0.0.1,X,,,\n", ":2:1", "this device has no name"},
            {"ap,,X,,,\n", ":2:1", "ap has no address"},
            {"ap,10.0.0.1,X,-7.5,,\n", ":2:15", "lat without lon"},
            {"ap,10.0.0.1,X,,112.5,\n", ":2:16", "lon without lat"},
            {"ap,10.0.0.1,X,112.5,-7.5,\n", ":2:15", "are lat and lon swapped?"},
            {"ap,10.0.0.1,X,-7.5,190,\n", ":2:20", "190 is not from -180 to 180"},
        };
        for (const Wrong& row : rows) {
            CAPTURE(row.table);
            const Loaded loaded(std::string(head) + std::string(row.table) +
                                "\nlast,10.0.0.256,X,,,\n");
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place)));
            CHECK(loaded.says(row.said));
            CHECK(loaded.says("10.0.0.256"));
            CHECK(loaded.diagnostics.errors() == row.errors + 1);
        }
    }

    TEST_CASE("a file that is no table of UTF-8 text is refused with the place") {
        const Wrong rows[] = {
            {"", "", "half-written"},
            {"name,address\nap,10.0.0.1\nb\xE9,10.0.0.2\n", ":3:2", "not UTF-8"},
            {std::string_view("name,address\nap\0,1\n", 19), ":2:3", "NUL byte"},
            {"name,address\rap,10.0.0.1\r", ":1:13", "old Macs"},
            {"PK\x03\x04name", "", "spreadsheet or archive"},
            {"\xFF\xFEn\0", "", "UTF-16"},
        };
        for (const Wrong& row : rows) {
            const Loaded loaded(row.table);
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place)));
            CHECK(loaded.says(row.said));
        }
    }

    TEST_CASE("the caret stands under the cell, past what was trimmed, whatever the encoding") {
        const Loaded loaded(
            "name,address,kelurahan,port\nap,10.0.0.1,\xC3\xB6\xC3\xB6,  99999\nb,10.0.0.2,X,"
            "\"x\"\n");
        CHECK(
            loaded.says("--> inventory/a.csv:2:20   at ap.port\n"
                        "  |\n"
                        "2 | ap,10.0.0.1,öö,  99999\n"
                        "  |                  ^^^^^\n"));
        CHECK(
            loaded.says("3 | b,10.0.0.2,X,\"x\"\n"
                        "  |              ^^^\n"));
    }
}
