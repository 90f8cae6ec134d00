// The JSON API of a real pantaud against its description.
#include <doctest/doctest.h>

#include "daemon_by_hand.hpp"

namespace pantau::test {

TEST_SUITE("daemon/api") {
    TEST_CASE("each answer of a real pantaud is as docs/api/openapi.yaml describes it") {
        SKIP_WITHOUT("/usr/bin/python3");
        if (run({"/usr/bin/python3", "-c", "import jsonschema, yaml"}).status != 0) {
            print_skip("python3-jsonschema or python3-yaml is not installed");
            return;
        }
        const CityByHand demo(small_city(60), "5s");
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const Finished done =
            run({"/usr/bin/python3", PANTAU_SOURCE_DIR "/tests/daemon/check_api.py",
                 PANTAU_SOURCE_DIR "/docs/api/openapi.yaml",
                 "http://127.0.0.1:" + std::to_string(demo.port), demo.city->name_of(3)});
        INFO(done.out);
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out.find("asked ") != std::string::npos);
    }
}

}  // namespace pantau::test
