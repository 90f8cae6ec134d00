#include "collectors/citizen/url.hpp"

#include <doctest/doctest.h>

using namespace pantau;
using namespace pantau::citizen;

namespace {

std::string place(std::string_view url) {
    const auto host = host_of(url);
    return host ? host->name + " " + std::to_string(host->port) : "none";
}

}  // namespace

TEST_SUITE("collectors/citizen url") {
    TEST_CASE("the host of a URL is the one that would be visited") {
        CHECK(place("http://Portal.Example/login") == "portal.example 80");
        CHECK(place("https://portal.example/") == "portal.example 443");
        CHECK(place("http://portal.example.:8080/") == "portal.example 8080");
        CHECK(place("http://[fd00::1]:81/") == "fd00::1 81");
        CHECK(place("http://10.0.0.1.example/") == "10.0.0.1.example 80");
        CHECK(place("http://portal.example\\@evil.example/") != "portal.example 80");
        CHECK(place("http://portal.example#@evil.example/") == "portal.example 80");
    }

    TEST_CASE("what is no page has no host") {
        for (const char* const url :
             {"", "portal.example/x", "/login", "ftp://portal.example/", "file:///etc/passwd",
              "http://user:word@portal.example/", "http://portal.example@evil.example/",
              "http://portal.example:0/", "http://portal.example:99999/", "javascript:alert(1)"}) {
            CAPTURE(std::string(url));
            CHECK(place(url) == "none");
        }
        CHECK(place(std::string("http://a.example/\0x", 19)) == "none");
        CHECK(place("http://a.example/" + std::string(3000, 'x')) == "none");
    }

    TEST_CASE("an operator hears what is wrong with a URL, without its words") {
        CHECK(check_url("http://check.example/generate_204"));
        CHECK(check_url("https://check.example:8443/a?b=c"));
        const auto wrong = [](std::string_view url) {
            const Result<void> usable = check_url(url);
            return usable ? std::string("usable") : usable.error().detail;
        };
        CHECK(wrong("check.example/x").find("no URL") != std::string::npos);
        CHECK(wrong("ftp://check.example/x").find("no URL") != std::string::npos);
        CHECK(wrong("http://check.example/a b").find("no URL") != std::string::npos);
        CHECK(wrong("http:///x").find("no host") != std::string::npos);
        CHECK(wrong("http://me:s3cret@check.example/").find("user name") != std::string::npos);
        CHECK(wrong("http://me:s3cret@check.example/").find("s3cret") == std::string::npos);
        CHECK(wrong("http://check.example/#top").find("#") != std::string::npos);
    }

    TEST_CASE("the door of a page is the root of its host") {
        CHECK(door_of("https://portal.example:8443/login?x=1") == "https://portal.example:8443/");
        CHECK(door_of("http://[fd00::1]/login") == "http://[fd00::1]/");
        CHECK(door_of("portal").empty() == true);
    }
}
