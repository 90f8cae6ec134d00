#pragma once

namespace pantau::cli {

struct Verb;

// One per file of this folder; the table in cli/verbs.cpp puts them in order.
const Verb& completion_verb();
const Verb& config_check_verb();
const Verb& demo_verb();
const Verb& help_verb();
const Verb& list_verb();
const Verb& probe_verb();
const Verb& reload_verb();
const Verb& simulate_verb();
const Verb& status_verb();
const Verb& version_verb();

}  // namespace pantau::cli
