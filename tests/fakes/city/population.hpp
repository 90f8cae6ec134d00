#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/fakes/city/device.hpp"
#include "tests/fakes/city/layout.hpp"

namespace pantau::city {

/// The devices of a layout with what they say about themselves.
class Population {
public:
    Population(const Layout& layout, const CityOptions& options, std::int64_t now_centiseconds);

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] Device& operator[](std::size_t i) noexcept { return devices_[i]; }
    [[nodiscard]] const Device& operator[](std::size_t i) const noexcept { return devices_[i]; }

    /// Replaces one text of a device. What was there stays in memory: a reader may be at it.
    void set_text(std::size_t device, TextOf which, std::string text);

private:
    void describe(Device& device, const Site& site, std::uint64_t seed);
    std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

    std::size_t count_;
    std::unique_ptr<Device[]> devices_;
    std::mutex mutex_;  // guards both deques while the city runs
    std::deque<std::string> kept_;
    std::deque<Texts> texts_;
};

}  // namespace pantau::city
