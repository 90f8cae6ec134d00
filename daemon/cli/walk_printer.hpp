#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/verbs.hpp"
#include "collectors/snmp/message.hpp"

namespace pantau::cli {

/// The values of a walk on stdout, each as soon as it is there, in the format asked for.
class WalkPrinter {
public:
    enum class Names : unsigned char { known, numeric };

    WalkPrinter(const Invocation& call, Names names) : call_(call), names_(names) {}

    void print(const snmp::Varbind& varbind);
    /// What stands behind the last value.
    void finish();

private:
    const Invocation& call_;
    const Names names_;
    bool is_first_ = true;
};

/// Octets as text when they are some: valid UTF-8, beside line ends and NULs at the end nothing
/// that cannot be seen. Line ends become spaces, so one line stays one line.
[[nodiscard]] std::optional<std::string> text_in(std::string_view octets);

/// 1/100 s as "3:25:45.00", "12d 3:25:45.00".
[[nodiscard]] std::string shown_ticks(std::uint64_t ticks);

/// A value as a person reads it, with its type: "STRING: eth0", "Timeticks: 500 (0:00:05.00)".
[[nodiscard]] std::string shown_value(const snmp::Value& value, bool is_binary);

}  // namespace pantau::cli
