#pragma once

#include "collectors/http/page.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::http {

/// Reads the keys of a page that say how one gets there and in: `address`, `via`, `auth`,
/// `http_version`. A URL that is the page's own takes over neither address nor login.
void read_access(config::MapReader& map, config::Diagnostics& diagnostics, Page& page);

}  // namespace pantau::http
