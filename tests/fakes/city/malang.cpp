#include "tests/fakes/city/malang.hpp"

#include <cctype>
#include <charconv>
#include <string_view>
#include <vector>

#include "base/assert.hpp"

namespace pantau::city {

extern const char* const malang_csv;

namespace {

std::string_view cut(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return part;
}

template <class Number>
Number number_in(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    PANTAU_ASSERT(error == std::errc() && end == text.data() + text.size());
    return number;
}

std::vector<Kelurahan> read_facts() {
    std::vector<Kelurahan> all;
    std::string_view rest = malang_csv;
    while (!rest.empty()) {
        std::string_view line = cut(rest, '\n');
        if (line.empty() || line.front() == '#' || line.starts_with("kecamatan,")) continue;
        Kelurahan one;
        one.kecamatan = cut(line, ',');
        one.name = cut(line, ',');
        one.rw_count = number_in<int>(cut(line, ','));
        one.is_rw_count_known = cut(line, ',') == "yes";
        one.lat = number_in<double>(cut(line, ','));
        one.lon = number_in<double>(cut(line, ','));
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace

std::span<const Kelurahan> malang() {
    static const std::vector<Kelurahan> all = read_facts();
    return all;
}

std::string slug_of(std::string_view place) {
    std::string slug;
    for (const char c : place) {
        const auto byte = static_cast<unsigned char>(c);
        slug.push_back(std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-');
    }
    return slug;
}

}  // namespace pantau::city
