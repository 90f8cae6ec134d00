#include "model/inventory.hpp"

#include <doctest/doctest.h>

using namespace pantau;

namespace {

std::shared_ptr<const Device> device(const char* id, const char* address) {
    auto made = std::make_shared<Device>();
    made->id = id;
    made->address = address;
    return made;
}

}  // namespace

TEST_SUITE("model/inventory") {
    TEST_CASE("a reload tells what was added, changed and removed, and shares the rest") {
        Inventory before;
        before.devices = {device("a", "127.1.0.1"), device("b", "127.1.0.2"),
                          device("c", "127.1.0.3")};
        Inventory next;
        next.devices = {device("b", "127.1.0.2"), device("c", "127.1.9.9"),
                        device("d", "127.1.0.4")};

        const InventoryChange change = compare(before, next);

        REQUIRE(change.removed.size() == 1);
        CHECK(change.removed[0]->id == "a");
        REQUIRE(change.changed.size() == 1);
        CHECK(change.changed[0]->address == "127.1.9.9");
        REQUIRE(change.added.size() == 1);
        CHECK(change.added[0]->id == "d");
        CHECK(next.devices[0] == before.devices[1]);
        CHECK(next.find("c")->address == "127.1.9.9");
        CHECK(next.find("zz") == nullptr);
    }
}
