#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::config {

/// No community or password is longer; a larger file is the wrong file.
inline constexpr std::size_t secret_bytes_most = 4096;

/// What is wrong with the bytes of a secret; empty when nothing is.
[[nodiscard]] std::string_view why_no_secret(std::string_view bytes);

/// The path a file names, seen from the folder of that file.
[[nodiscard]] std::string joined(const std::string& folder, std::string_view path);

/// Reads the secret in the file that the node names: one line and nothing else. Relative names
/// start at `folder`; `${CREDENTIALS_DIRECTORY}/` may stand before a name. Nothing when there is
/// none, which is told then.
[[nodiscard]] std::optional<Secret> read_secret_file(const Node& node, const std::string& folder,
                                                     Diagnostics& diagnostics);

}  // namespace pantau::config
