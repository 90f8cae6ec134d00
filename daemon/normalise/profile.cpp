#include "normalise/profile.hpp"

#include "normalise/mapping.hpp"

namespace pantau {

std::shared_ptr<const Ask> Profile::ask(std::string_view collector) const {
    for (const mapping::MappedCollector& mapped : mapping_->collectors) {
        if (mapped.name == collector) return mapped.ask;
    }
    return nullptr;
}

}  // namespace pantau
