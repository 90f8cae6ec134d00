#include <sys/stat.h>

#include "collectors/registry.hpp"
#include "fuzz/observing.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

constexpr std::string_view walk = R"(1.3.6.1.2.1.1.1.0|4|A device 5.43 of make X
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.41112
1.3.6.1.2.1.1.3.0|67|12345
1.3.7.1.0|2|17
1.3.7.2.0|4|-62 dBm
1.3.8.1.1|66|3
1.3.8.1.2|66|4294967295
1.3.8.2.1|4|ng
1.3.8.2.2|4|na
)";

}  // namespace

/// A file of the operator's own profiles, beside none of ours; whatever of it loads is used.
void profile(std::string_view bytes) {
    static const auto recording =
        std::make_shared<const snmp::Recording>(snmp::Recording::parse(walk));
    ::mkdir((folder() + "/profiles").c_str(), 0700);
    put_file("profiles/own.yml", bytes);
    config::Diagnostics said;
    const auto set = ProfileSet::load({folder() + "/profiles"}, collector_kinds(), said);
    const std::string words = shown(said);
    PROMISE(set != nullptr);
    for (const std::string& name : set->names()) {
        PROMISE_ABOUT(!said.has_errors(), words);  // there is one file: with errors it is left out
        const auto found = set->find(name);
        PROMISE_ABOUT(found != nullptr && found->name() == name, name);
        PROMISE_ABOUT(is_plain(name) && !name.empty(), name);
        if (const auto ask = found->ask("snmp")) {
            for (const Field& field : ask->fields)
                PROMISE_ABOUT(Oid::parse(field.address).has_value(), field.address);
        }
        observe(set, name, recording);
    }
    observe(set, "auto", recording);
}

}  // namespace pantau::fuzz
