#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pantau {

/// One thing a Collector can tell about its own visit (status code, phases, round trip).
/// A row of the collector's table of facts: JSON and metrics are made from it.
struct FactKind {
    /// Inside `collectors.<name>`; one dot at most: "phases.connect". Empty: a metric alone.
    /// The rows of a kind with a label but no `label_value` are an object there, by their labels.
    std::string_view json_path;
    std::string_view metric;       ///< Metric name, or empty: not exposed.
    std::string_view label_name;   ///< Extra label of the metric ("phase"), or empty.
    std::string_view label_value;  ///< Its value ("connect"); empty: each Fact says its own.
    std::string_view help;
};

/// What a collector's success proves about a device.
enum class Witness : std::uint8_t {
    work,   ///< A part of it that serves somebody does its work (its agent, its page).
    reach,  ///< It can be reached; what serves people there may be dead all the same.
    /// People are served through it, as they meet it. A failure lies anywhere on their way, also
    /// far behind the device.
    service,
};

/// A collector as others see it: its word and what it can tell.
struct CollectorInfo {
    std::string_view name;            ///< "snmp", "http", "icmp": JSON key, label, profile node.
    std::span<const FactKind> facts;  ///< All of them, in the order of the JSON.
    Witness witness = Witness::work;
};

/// One fact of one visit: a number, or a text. Absent knowledge is an absent Fact. A fleet keeps a
/// dozen for each access point, most of them plain numbers.
class Fact {
public:
    /// `label`: value of the label where the kind has none: a word of the configuration, never of a
    /// device, unlike those of the other Facts of that kind. Null: there is none.
    Fact(std::uint16_t kind, double number, std::shared_ptr<const std::string> label = nullptr)
        : number_(number), words_(std::move(label)), kind_(kind) {}
    Fact(std::uint16_t kind, std::string text)
        : words_(std::make_shared<const std::string>(std::move(text))),
          kind_(kind),
          is_text_(true) {}

    /// A text of ours that all devices share; never null.
    Fact(std::uint16_t kind, std::shared_ptr<const std::string> text)
        : words_(std::move(text)), kind_(kind), is_text_(true) {}

    /// Row in CollectorInfo::facts.
    [[nodiscard]] std::uint16_t kind() const { return kind_; }
    /// Null: it is a text.
    [[nodiscard]] const double* number() const { return is_text_ ? nullptr : &number_; }
    /// Empty where it is a number.
    [[nodiscard]] std::string_view text() const { return is_text_ ? *words_ : std::string_view(); }
    /// Empty: it has none of its own.
    [[nodiscard]] std::string_view label() const {
        return !is_text_ && words_ ? *words_ : std::string_view();
    }

private:
    double number_ = 0;
    std::shared_ptr<const std::string> words_;  ///< The text, or the label of a number.
    std::uint16_t kind_;
    bool is_text_ = false;
};

}  // namespace pantau
