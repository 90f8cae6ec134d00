#include "tests/fakes/city/shape.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace pantau::city {

namespace {

void append_base128(std::string& out, std::uint32_t number) {
    char digits[5];
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>(number & 0x7F);
        number >>= 7;
    } while (number != 0);
    while (count-- > 0)
        out.push_back(static_cast<char>(digits[count] | (count > 0 ? 0x80 : 0)));
}

std::string encode_name(const std::vector<std::uint32_t>& oid) {
    std::string content;
    append_base128(content, oid[0] * 40 + oid[1]);
    for (std::size_t i = 2; i < oid.size(); ++i)
        append_base128(content, oid[i]);
    return content;
}

bool is_before(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    return std::ranges::lexicographical_compare(a, b);
}

}  // namespace

Shape::Shape(std::vector<Row> rows) : rows_(std::move(rows)) {
    std::ranges::sort(rows_, {}, &Row::oid);
    std::size_t slots = 8;
    while (slots < rows_.size() * 4)
        slots *= 2;
    slots_.assign(slots, 0);
    slot_mask_ = slots - 1;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const std::string content = encode_name(rows_[i].oid);
        head_at_.push_back(static_cast<std::uint32_t>(heads_.size()));
        heads_.push_back(static_cast<char>(wire::sequence));
        heads_.push_back(0);
        heads_.push_back(static_cast<char>(wire::oid));
        char length[4];
        heads_.append(length,
                      static_cast<std::size_t>(wire::put_length(length, content.size()) - length));
        name_at_.push_back(static_cast<std::uint32_t>(heads_.size()));
        heads_ += content;
        std::size_t slot = hash_of(content) & slot_mask_;
        while (slots_[slot] != 0)
            slot = (slot + 1) & slot_mask_;
        slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
    head_at_.push_back(static_cast<std::uint32_t>(heads_.size()));
}

std::uint64_t Shape::hash_of(std::string_view name) noexcept {
    std::uint64_t hash = name.size() * 0x9E3779B97F4A7C15ULL;
    while (!name.empty()) {
        std::uint64_t chunk = 0;
        const std::size_t size = std::min<std::size_t>(8, name.size());
        std::memcpy(&chunk, name.data(), size);
        name.remove_prefix(size);
        hash = (hash ^ chunk) * 0xD6E8FEB86659FD93ULL;
        hash ^= hash >> 32;
    }
    return hash;
}

Shape::Place Shape::find(std::string_view encoded) const noexcept {
    for (std::size_t slot = hash_of(encoded) & slot_mask_; slots_[slot] != 0;
         slot = (slot + 1) & slot_mask_) {
        const std::size_t row = slots_[slot] - 1;
        if (name(row) == encoded) return {row, true, false};
    }
    wire::ObjectId id;
    if (!wire::decode_oid(encoded, id)) return {rows_.size(), false, true};
    const std::span<const std::uint32_t> parts(id.parts.data(), id.size);
    const auto place = std::ranges::lower_bound(
        rows_, parts, [](const auto& a, const auto& b) { return is_before(a, b); },
        [](const Row& row) { return std::span<const std::uint32_t>(row.oid); });
    const auto row = static_cast<std::size_t>(place - rows_.begin());
    const bool is_exact =
        place != rows_.end() && !is_before(parts, std::span<const std::uint32_t>(place->oid));
    return {row, is_exact, false};
}

bool Shape::has_object_of(std::string_view encoded, std::size_t next) const noexcept {
    wire::ObjectId id;
    if (!wire::decode_oid(encoded, id)) return false;
    const auto covers = [&](std::size_t row) {
        if (row >= rows_.size() || id.size < rows_[row].object_size) return false;
        return std::equal(
            rows_[row].oid.begin(),
            rows_[row].oid.begin() + static_cast<std::ptrdiff_t>(rows_[row].object_size),
            id.parts.begin());
    };
    return covers(next) || (next > 0 && covers(next - 1));
}

const Shape& Shape::of(Vendor vendor) {
    static const std::array<Shape, vendor_count> shapes{
        Shape(rows_of(Vendor::unifi)), Shape(rows_of(Vendor::routeros)),
        Shape(rows_of(Vendor::openwrt)), Shape(rows_of(Vendor::ruckus)),
        Shape(rows_of(Vendor::uplink))};
    return shapes[static_cast<std::size_t>(vendor)];
}

}  // namespace pantau::city
