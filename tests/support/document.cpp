#include "support/document.hpp"

#include <cstdlib>
#include <fstream>

#include "support/process.hpp"

namespace pantau::test {
namespace {

std::string_view line_at(std::string_view text, std::size_t place) {
    const std::size_t before = text.substr(0, place).rfind('\n');
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    return text.substr(start, text.find('\n', start) - start);
}

std::string first_difference(std::string_view is, std::string_view should) {
    std::size_t place = 0;
    while (place < is.size() && place < should.size() && is[place] == should[place])
        ++place;
    return "it says   '" + std::string(line_at(is, place)) + "'\nshould be '" +
           std::string(line_at(should, place)) + "'\n";
}

}  // namespace

std::string document_fault(const std::string& path, std::string_view content) {
    if (const char* const renew = std::getenv("PANTAU_RENEW_DOCS");
        renew != nullptr && std::string_view(renew) == "1") {
        std::ofstream(path, std::ios::binary) << content;
    }
    const std::string is = read_file(path);
    if (is == content) return "";
    return path + " is out of date:\n" + first_difference(is, content) +
           "to renew it, run this test with PANTAU_RENEW_DOCS=1 in the environment";
}

}  // namespace pantau::test
