// One program per target: PANTAU_FUZZ_TARGET is the function that gets libFuzzer's bytes.
#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pantau::fuzz::PANTAU_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
