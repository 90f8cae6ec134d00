#pragma once

#include "collectors/http/page.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::http {

/// Reads the keys of one page into `page`, which holds what it takes over when they say nothing.
/// Does not finish the map: `http:` itself has more keys than a page.
void read_page(config::MapReader& map, config::Diagnostics& diagnostics, Page& page);

}  // namespace pantau::http
