#pragma once

#include <cstdint>
#include <span>

#include "collectors/snmp/message.hpp"
#include "model/answer.hpp"

namespace pantau::snmp {

/// Puts a value into an Answer as the rest of pantau reads it. NULL and the exceptions are nothing.
void add_cell(Answer& answer, std::uint16_t field, std::span<const std::uint32_t> row,
              const Value& value);

}  // namespace pantau::snmp
