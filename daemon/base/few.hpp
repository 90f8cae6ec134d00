#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

namespace pantau {

/// A list of few plain values, kept ten thousand times: one pointer, and where there is something
/// in it one piece of memory without room to spare. What grows by many belongs into a vector.
template <class T>
class Few {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignof(std::max_align_t));

public:
    Few() = default;
    explicit Few(std::span<const T> values) { assign(values); }
    Few(const Few& other) { assign(other); }
    Few& operator=(const Few& other) {
        if (this != &other) assign(other);
        return *this;
    }
    Few(Few&&) noexcept = default;
    Few& operator=(Few&&) noexcept = default;
    ~Few() = default;

    void assign(std::span<const T> values) {
        if (values.size() != size()) memory_ = of_size(values.size());
        std::ranges::copy(values, begin());
    }

    void push_back(const T& value) {
        const T added = value;  // It may be one of ours.
        auto more = of_size(size() + 1);
        T* const to = std::ranges::copy(*this, values_in(more)).out;
        *to = added;
        memory_ = std::move(more);
    }

    [[nodiscard]] std::size_t size() const {
        std::uint32_t count = 0;
        if (memory_ != nullptr) std::memcpy(&count, memory_.get(), sizeof count);
        return count;
    }
    [[nodiscard]] bool empty() const { return memory_ == nullptr; }
    [[nodiscard]] T* begin() { return values_in(memory_); }
    [[nodiscard]] T* end() { return begin() + size(); }
    [[nodiscard]] const T* begin() const { return values_in(memory_); }
    [[nodiscard]] const T* end() const { return begin() + size(); }
    [[nodiscard]] T& back() { return *(end() - 1); }
    [[nodiscard]] const T& back() const { return *(end() - 1); }

    bool operator==(const Few& other) const { return std::ranges::equal(*this, other); }

private:
    using Memory = std::unique_ptr<std::byte[]>;
    /// The count comes first.
    static constexpr std::size_t values_at = std::max(sizeof(std::uint32_t), alignof(T));

    static Memory of_size(std::size_t size) {
        if (size == 0) return nullptr;
        Memory memory(new std::byte[values_at + size * sizeof(T)]);
        const auto count = static_cast<std::uint32_t>(size);
        std::memcpy(memory.get(), &count, sizeof count);
        return memory;
    }
    static T* values_in(const Memory& memory) {
        return memory == nullptr ? nullptr : reinterpret_cast<T*>(memory.get() + values_at);
    }

    Memory memory_;  ///< Null: nothing in it.
};

}  // namespace pantau
