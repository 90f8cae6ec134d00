#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "model/answer.hpp"
#include "model/device.hpp"
#include "model/health.hpp"
#include "model/number.hpp"
#include "model/quantity.hpp"

namespace pantau {

/// One Quantity of one Component with its value. A fleet keeps 150 of them for each access point:
/// what is small lies where the Number ends.
struct Reading {
    [[no_unique_address]] Number value;
    bool wraps_at_32_bits = false;  ///< A counter the device keeps in 32 bits.
    QuantityId quantity = 0;
};
static_assert(sizeof(Reading) == 12);

/// A Quantity of kind text. Its bytes lie in the Observation, one text behind the other, like ones
/// shared: as a string each of an access point's 34 texts took 40 bytes, and an allocation when it
/// was long. See `text_of`.
struct TextReading {
    std::uint32_t first_byte = 0;
    std::uint16_t byte_count = 0;
    QuantityId quantity = 0;
};

/// A part of what was observed. Its readings lie in the Observation; see `readings_of`.
struct Component {
    std::uint32_t parent = no_parent;  ///< Radio and ssid: number of their access point; none for
                                       ///< a network as a whole controller has it.
    std::uint32_t first_reading = 0;
    std::uint32_t first_text = 0;
    std::uint16_t reading_count = 0;  ///< At most one of each Quantity, like the next.
    std::uint16_t text_count = 0;
    ComponentKind kind = ComponentKind::system;

    static constexpr std::uint32_t no_parent = 0xFFFFFFFF;
};

/// How one Collector's visit went.
struct CollectorReport {
    const CollectorInfo* collector = nullptr;
    bool ok = false;
    std::optional<Reason> reason;
    std::string detail;
    Duration duration{};
    std::vector<Fact> facts;
    std::shared_ptr<const Ladder> ladder;  ///< As in the Answer.
};

/// All Readings of one Poll, or the Reasons there are none. Immutable once made.
///
/// Flat: all readings in one list, each Component a stretch of it; four allocations a Poll instead
/// of one per Component. Order of components: system, then each access point followed by its radios
/// and ssids, then interfaces. Absent knowledge is an absent Reading.
struct Observation {
    DeviceId device;
    WallTime time{};
    MonoTime mono{};
    Role role = Role::other;
    std::vector<CollectorReport> collectors;
    std::vector<Component> components;
    std::vector<Reading> readings;
    std::vector<TextReading> texts;
    std::string text_bytes;  ///< Each as a Text let it through.
    std::vector<Problem> problems;

    [[nodiscard]] std::span<const Reading> readings_of(const Component& component) const {
        return {readings.data() + component.first_reading, component.reading_count};
    }
    [[nodiscard]] std::span<const TextReading> texts_of(const Component& component) const {
        return {texts.data() + component.first_text, component.text_count};
    }
    [[nodiscard]] std::string_view text_of(const TextReading& reading) const {
        return std::string_view(text_bytes).substr(reading.first_byte, reading.byte_count);
    }
    /// The component of that kind, if there is exactly one of its kind to be expected (system).
    [[nodiscard]] const Component* system() const;
    [[nodiscard]] std::optional<Number> number(const Component& component, QuantityId id) const;
    /// Good as long as the Observation.
    [[nodiscard]] std::optional<std::string_view> text(const Component& component,
                                                       QuantityId id) const;
    /// Whether any collector got an answer.
    [[nodiscard]] bool any_answer() const;
};

/// Builds an Observation component by component. One component is open at a time.
class ObservationBuilder {
public:
    explicit ObservationBuilder(Observation& into) : out_(into) {}

    /// Opens a component and closes the one before. Returns its number.
    std::uint32_t begin(ComponentKind kind, std::uint32_t parent = Component::no_parent);
    /// Adds a Reading unless the value lies outside the catalogue's range (then false).
    bool add(QuantityId id, Number value, bool wraps_at_32_bits = false);
    void add(QuantityId id, const Text& value);
    /// A text as another Observation has it.
    void add(QuantityId id, const Observation& from, const TextReading& text);

private:
    void add_text(QuantityId id, std::string_view harmless);
    [[nodiscard]] std::uint32_t place_of(std::string_view harmless);

    Observation& out_;
};

}  // namespace pantau
