#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "config/yaml_reader.hpp"
#include "model/device.hpp"

namespace pantau::config {

using Credentials = std::map<std::string, std::shared_ptr<const Credential>, std::less<>>;

/// The path a file names, seen from the folder of that file.
[[nodiscard]] std::string joined(const std::string& folder, std::string_view path);

/// Reads `credentials:` and the files it names. `folder` is where relative ones start.
/// What an error message shows of a credential with unknown keys is masked: the key may be a
/// misspelt name of a secret.
[[nodiscard]] Credentials read_credentials(const std::optional<Node>& node,
                                           const std::string& folder, Diagnostics& diagnostics);

}  // namespace pantau::config
