#include "tests/fakes/city/population.hpp"

#include <array>
#include <span>
#include <utility>

#include "tests/fakes/city/malang.hpp"

namespace pantau::city {

namespace {

constexpr std::uint64_t salt_model = 10;
constexpr std::uint64_t salt_popularity = 11;
constexpr std::uint64_t salt_channel = 12;
constexpr std::uint64_t salt_period = 13;
constexpr std::uint64_t salt_address = 14;
constexpr std::size_t text_max = 2000;

struct Product {
    const char* model;
    const char* firmware;
    const char* description;
};

constexpr std::array<Product, 4> unifi_products{
    {{"UAP-AC-Pro", "6.6.77.15402", "UAP-AC-Pro 6.6.77.15402"},
     {"UAP-nanoHD", "6.6.77.15402", "UAP-nanoHD 6.6.77.15402"},
     {"U6-Lite", "6.6.65.15248", "U6-Lite 6.6.65.15248"},
     {"UAP-AC-Mesh", "6.5.28.14491", "UAP-AC-Mesh 6.5.28.14491"}}};
constexpr std::array<Product, 3> routeros_products{
    {{"hAP ac^2", "6.49.10", "RouterOS RBD52G-5HacD2HnD"},
     {"wAP ac", "6.49.10", "RouterOS RBwAPG-5HacD2HnD"},
     {"hAP ac lite", "6.48.6", "RouterOS RB952Ui-5ac2nD"}}};
constexpr std::array<Product, 2> openwrt_products{
    {{"TP-Link Archer C7 v5", "OpenWrt 22.03.5", "Linux OpenWrt 5.10.176 #0 mips"},
     {"Linksys WRT1200AC", "OpenWrt 21.02.3", "Linux OpenWrt 5.4.188 #0 SMP armv7l"}}};
constexpr std::array<Product, 1> ruckus_products{
    {{"R500", "104.0.0.0.1347", "Ruckus Wireless Inc (C) 2006"}}};
constexpr std::array<Product, 1> uplink_products{
    {{"CRS326-24G-2S+", "6.49.10", "RouterOS CRS326-24G-2S+"}}};

std::span<const Product> products_of(Vendor vendor) {
    switch (vendor) {
        case Vendor::unifi:
            return unifi_products;
        case Vendor::routeros:
            return routeros_products;
        case Vendor::openwrt:
            return openwrt_products;
        case Vendor::ruckus:
            return ruckus_products;
        case Vendor::uplink:
            return uplink_products;
    }
    return {};
}

/// First three bytes that the vendor's devices have.
std::array<std::uint8_t, 3> maker_of(Vendor vendor) {
    switch (vendor) {
        case Vendor::unifi:
            return {0x78, 0x8A, 0x20};
        case Vendor::ruckus:
            return {0x2C, 0x5D, 0x93};
        case Vendor::openwrt:
            return {0x50, 0xC7, 0xBF};
        case Vendor::routeros:
        case Vendor::uplink:
            return {0x6C, 0x3B, 0x6B};
    }
    return {};
}

/// A device boots every 3 to 60 days at moments of its own, so that a simulator started again
/// finds it with the same uptime.
std::int64_t boot_before(std::int64_t now, std::uint64_t seed) {
    constexpr std::int64_t day = 8'640'000;
    const std::int64_t period = 3 * day + static_cast<std::int64_t>(share(seed, salt_period) * 57 *
                                                                    static_cast<double>(day));
    const auto phase = static_cast<std::int64_t>(mix(seed, salt_period + 100) %
                                                 static_cast<std::uint64_t>(period));
    std::int64_t since = (now - phase) % period;
    if (since < 0) since += period;
    return now - since;
}

/// One in eight serves nobody; the others 2 to 20 people on their busiest network.
double popularity_of(std::uint64_t seed) {
    const double dice = share(seed, salt_popularity);
    if (dice < 0.125) return 0;
    return 2 + 18 * (dice - 0.125) / 0.875;
}

}  // namespace

Population::Population(const Layout& layout, const CityOptions& options,
                       std::int64_t now_centiseconds)
    : count_(layout.access_points.size() + layout.switches.size()),
      devices_(std::make_unique<Device[]>(count_)) {
    for (std::size_t i = 0; i < count_; ++i) {
        const bool is_access_point = i < layout.access_points.size();
        const Site& site = is_access_point ? layout.access_points[i]
                                           : layout.switches[i - layout.access_points.size()];
        Device& device = devices_[i];
        const std::uint64_t seed = mix(options.seed, is_access_point ? i : (1ULL << 32) + i);
        device.vendor = site.vendor;
        device.shape = &Shape::of(site.vendor);
        device.seed = seed;
        device.popularity = is_access_point ? popularity_of(seed) : 12;
        device.boot = boot_before(now_centiseconds, seed);
        device.conditions = site.conditions;
        device.latency_microseconds = site.latency_microseconds;
        describe(device, site, seed);
    }
}

void Population::describe(Device& device, const Site& site, std::uint64_t seed) {
    static constexpr std::array<std::uint8_t, 3> low_channels{1, 6, 11};
    static constexpr std::array<std::uint8_t, 8> high_channels{36, 40, 44, 48, 149, 153, 157, 161};
    const std::uint64_t dice = mix(seed, salt_channel);
    device.channels = {low_channels[dice % 3], high_channels[dice / 3 % 8]};

    const auto maker = maker_of(site.vendor);
    const std::uint64_t tail = mix(seed, salt_address);
    for (std::size_t i = 0; i < 3; ++i)
        device.hardware_address[i] = static_cast<char>(maker[i]);
    device.hardware_address[3] = static_cast<char>(tail & 0xFF);
    device.hardware_address[4] = static_cast<char>(tail >> 8 & 0xFF);
    device.hardware_address[5] = static_cast<char>(tail >> 16 & 0xC0);

    const auto products = products_of(site.vendor);
    const Product& product = products[mix(seed, salt_model) % products.size()];
    const Kelurahan& home = malang()[site.kelurahan];
    Texts texts;
    const auto put = [&](TextOf which, std::string_view text) {
        texts[static_cast<std::size_t>(which)] = text;
    };
    put(TextOf::name, keep(site.name));
    const std::string place = "Kel. " + home.name + ", Kec. " + home.kecamatan;
    put(TextOf::location,
        keep(site.rw > 0 ? "Balai RW " + two_digits(site.rw) + ", " + place : place));
    put(TextOf::contact, "Diskominfo Kota Malang");
    put(TextOf::description, product.description);
    put(TextOf::model, product.model);
    put(TextOf::firmware, product.firmware);
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string serial;
    for (int i = 0; i < 12; ++i)
        serial.push_back(hex[tail >> (4 * i) & 0x0F]);
    put(TextOf::serial, keep(std::move(serial)));
    put(TextOf::ssid, "Malang-WiFi");
    put(TextOf::staff_ssid, "Pemkot-Staf");
    put(TextOf::address, keep(dotted(site.address)));
    device.texts = &texts_.emplace_back(texts);
}

void Population::set_text(std::size_t device, TextOf which, std::string text) {
    if (text.size() > text_max) text.resize(text_max);
    const std::lock_guard lock(mutex_);
    Texts texts = *devices_[device].texts.load();
    texts[static_cast<std::size_t>(which)] = keep(std::move(text));
    devices_[device].texts.store(&texts_.emplace_back(texts), std::memory_order_release);
}

}  // namespace pantau::city
