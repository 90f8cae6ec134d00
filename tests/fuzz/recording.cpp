#include "collectors/snmp/recording.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using snmp::Recording;
using snmp::ValueType;

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes)
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

/// The line that says the same.
std::string line_of(const Recording::Entry& entry) {
    const auto type = static_cast<unsigned>(entry.type);
    switch (entry.type) {
        case ValueType::integer:
            return fmt::format("{}|{}|{}\n", entry.oid.to_string(), type, entry.integer);
        case ValueType::octets:
        case ValueType::opaque:
        case ValueType::nsap_address:
        case ValueType::ip_address:
            return fmt::format("{}|{}x|{}\n", entry.oid.to_string(), type, hex(entry.bytes));
        case ValueType::oid:
            return fmt::format("{}|{}|{}\n", entry.oid.to_string(), type,
                               entry.value_oid.to_string());
        default:
            return fmt::format("{}|{}|{}\n", entry.oid.to_string(), type, entry.natural);
    }
}

bool is_same(const Recording::Entry& a, const Recording::Entry& b) {
    return a.oid == b.oid && a.type == b.type && a.integer == b.integer && a.natural == b.natural &&
           a.bytes == b.bytes && a.value_oid == b.value_oid;
}

}  // namespace

void recording(std::string_view bytes) {
    const Recording read = Recording::parse(bytes);
    const auto lines = static_cast<std::size_t>(std::ranges::count(bytes, '\n')) + 1;
    PROMISE(read.entries().size() + read.skipped().size() <= lines);
    for (const auto& skipped : read.skipped()) {
        PROMISE(skipped.line >= 1 && skipped.line <= lines);
        PROMISE_ABOUT(!skipped.why.empty() && is_plain(skipped.why), skipped.why);
    }
    PROMISE(std::ranges::is_sorted(read.skipped(), {}, &Recording::Skipped::line));
    std::string rewritten;
    for (std::size_t i = 0; i < read.entries().size(); ++i) {
        PROMISE(!read.entries()[i].oid.empty());
        if (i > 0) PROMISE(read.entries()[i - 1].oid < read.entries()[i].oid);
        rewritten += line_of(read.entries()[i]);
    }
    const Recording again = Recording::parse(rewritten);
    PROMISE_ABOUT(again.skipped().empty(), rewritten);
    PROMISE_ABOUT(std::ranges::equal(read.entries(), again.entries(), is_same), rewritten);
}

}  // namespace pantau::fuzz
