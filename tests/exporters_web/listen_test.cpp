#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "exporters/web/listen_address.hpp"
#include "exporters_web/raw_client.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using pantau::web::ListenAddress;

namespace {

std::string refusal(const std::string& address) {
    auto listening = web::open_listener(address);
    return listening ? "" : listening.error().detail;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

unsigned mode_of(const std::string& path) {
    struct stat found {};
    REQUIRE(::lstat(path.c_str(), &found) == 0);
    return found.st_mode & 07777u;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

/// A socket file whose process has gone.
void leave_stale_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const web::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket.get(), 1) == 0);
}

web::ListenOptions unix_options(const std::string& path) {
    return web::control_options(path);
}

}  // namespace

TEST_SUITE("exporters/web/listen") {
    TEST_CASE("what is told about a wrong address cannot trick a terminal") {
        const std::string words = refusal("a\x1B[2J\n:b");
        CHECK(contains(words, "'a[2J :b' is no listen address"));
    }

    TEST_CASE("listen addresses are taken apart") {
        struct Case {
            std::string text;
            ListenAddress address;
        };
        const Case cases[] = {
            {"127.0.0.1:8551", {"", "127.0.0.1", "8551"}},
            {"[::1]:8551", {"", "::1", "8551"}},
            {":8551", {"", "", "8551"}},
            {"localhost:0", {"", "localhost", "0"}},
            {"unix:/run/pantau/control.sock", {"/run/pantau/control.sock", "", ""}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            CHECK(web::parse_listen_address(c.text).value() == c.address);
        }
    }

    TEST_CASE("a wrong listen address is told with what is wrong") {
        struct Case {
            std::string text;
            std::string words;
        };
        const Case cases[] = {
            {"", "the port is missing"},
            {"8551", "the port is missing"},
            {"127.0.0.1", "the port is missing"},
            {"127.0.0.1:", "the port must be a number from 0 to 65535"},
            {"127.0.0.1:http", "the port must be a number from 0 to 65535"},
            {"127.0.0.1:65536", "the port must be a number from 0 to 65535"},
            {"127.0.0.1:-1", "the port must be a number from 0 to 65535"},
            {"127.0.0.1: 80", "the port must be a number from 0 to 65535"},
            {"::1:8551", "an IPv6 address needs brackets"},
            {"[]:8551", "the address in the brackets is missing"},
            {"[::1:8551", "an IPv6 address needs brackets"},
            {"http://127.0.0.1:8551", "an IPv6 address needs brackets"},
            {"unix:", "the path is missing"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto address = web::parse_listen_address(c.text);
            REQUIRE_FALSE(address.has_value());
            CHECK(contains(address.error().detail, c.words));
        }
    }

    TEST_CASE("a port in use is named, with a way out") {
        auto first = web::open_listener("127.0.0.1:0");
        REQUIRE(first.has_value());
        const std::string words = refusal(first->address);
        CHECK(words.starts_with("cannot listen on " + first->address + ": "));
        CHECK(contains(words, "already in use"));
        CHECK(contains(words, "choose another port"));
    }

    TEST_CASE("an address of another machine or a name that means nothing is refused") {
        CHECK(contains(refusal("192.0.2.1:8551"), "this machine does not have that address"));
        CHECK(contains(refusal("300.1.1.1:8551"), "'300.1.1.1' is no address of this machine"));
    }

    TEST_CASE("only an address that others can reach is called exposed") {
        CHECK_FALSE(web::open_listener("127.0.0.1:0")->is_exposed);
        CHECK_FALSE(web::open_listener("127.9.9.9:0")->is_exposed);
        CHECK_FALSE(web::open_listener("[::1]:0")->is_exposed);
        CHECK(web::open_listener(":0")->is_exposed);
        CHECK(web::open_listener("0.0.0.0:0")->is_exposed);
    }

    TEST_CASE("descriptors do not pass to programs we start") {
        const auto tcp = web::open_listener("127.0.0.1:0");
        const TemporaryDirectory directory;
        const auto local = web::open_listener("unix:" + directory.path() + "/s");
        for (const int fd : {tcp->socket.get(), local->socket.get(), local->lock.get()})
            CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    }

    TEST_CASE("a unix socket is for owner and group, whatever the umask") {
        const TemporaryDirectory directory;
        const std::string path = directory.path() + "/control.sock";
        for (const mode_t mask : {0000u, 0022u, 0077u, 0777u}) {
            CAPTURE(mask);
            const mode_t before = ::umask(mask);
            // With umask 0777 the lock file of the round before could not be opened again.
            ::unlink((path + ".lock").c_str());
            RunningServer running(unix_options(path), {answering("GET", "/", "hello")});
            ::umask(before);
            CHECK(mode_of(path) == 0660);
            CHECK(running.address() == "unix:" + path);
            CHECK(body_of(ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n")) == "hello");
        }
        CHECK_FALSE(exists(path));
    }

    TEST_CASE("a handler learns who asks over a unix socket") {
        const TemporaryDirectory directory;
        RunningServer running(unix_options(directory.path() + "/s"),
                              {{"GET", "/", [](const HttpRequest& request, const HttpReply& reply) {
                                    reply(HttpResponse::text(200, request.peer));
                                }}});
        CHECK(body_of(ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n")) ==
              "uid=" + std::to_string(::getuid()) + " gid=" + std::to_string(::getgid()) +
                  " pid=" + std::to_string(::getpid()));
    }

    TEST_CASE("the socket of a dead process is replaced") {
        const TemporaryDirectory directory;
        const std::string path = directory.path() + "/control.sock";
        leave_stale_socket(path);
        RunningServer running(unix_options(path), {answering("GET", "/", "hello")});
        CHECK(body_of(ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n")) == "hello");
    }

    TEST_CASE("the socket of a living process is left alone") {
        const TemporaryDirectory directory;
        const std::string path = directory.path() + "/control.sock";
        RunningServer running(unix_options(path), {answering("GET", "/", "hello")});
        CHECK(contains(refusal("unix:" + path), "another pantaud is running"));
        // Even when its lock file was tidied away.
        ::unlink((path + ".lock").c_str());
        CHECK(contains(refusal("unix:" + path), "another pantaud is running"));
        CHECK(body_of(ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n")) == "hello");
    }

    TEST_CASE("what is no socket is left alone") {
        const TemporaryDirectory directory;
        const std::string file = directory.write("file", "precious");
        CHECK(contains(refusal("unix:" + file), "no socket"));
        CHECK(read_file(file) == "precious");
        const std::string link = directory.path() + "/link";
        REQUIRE(::symlink(file.c_str(), link.c_str()) == 0);
        CHECK(contains(refusal("unix:" + link), "no socket"));
        CHECK(read_file(file) == "precious");
    }

    TEST_CASE("a missing directory and a path too long are told") {
        const TemporaryDirectory directory;
        const std::string missing = directory.path() + "/missing";
        CHECK(contains(refusal("unix:" + missing + "/s"), "there is no directory " + missing));
        CHECK(contains(refusal("unix:" + directory.path() + "/" + std::string(120, 'x')),
                       "longer than the 107 bytes"));
    }

    TEST_CASE("a daemon that stops does not remove the socket of its successor") {
        const TemporaryDirectory directory;
        const std::string path = directory.path() + "/control.sock";
        RunningServer running(unix_options(path), {answering("GET", "/", "old")});
        ::unlink(path.c_str());
        leave_stale_socket(path);
        running.end();
        CHECK(exists(path));
    }
}
