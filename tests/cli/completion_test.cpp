// The completion script in a real bash.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/completion.hpp"
#include "cli/verbs.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::cli;

namespace {

/// What bash offers at the end of `words`; the last one is what is being typed.
std::vector<std::string> offered(const std::vector<std::string>& words) {
    const test::TemporaryDirectory folder;
    folder.write("pantau.yml", "");
    folder.write("my city.yml", "");
    std::string script = bash_completion();
    script += "\ncd '" + folder.path() + "'; COMP_WORDS=(";
    for (const std::string& word : words)
        script += "'" + word + "' ";
    script += ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
              "\n_pantau\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const test::Finished done = test::run({"bash", "-u", folder.write("script.bash", script)});
    CHECK(done.status == 0);
    CHECK(done.err == "");
    std::vector<std::string> offers;
    std::istringstream lines(done.out);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) offers.push_back(line);
    std::ranges::sort(offers);
    return offers;
}

using Offers = std::vector<std::string>;

bool has(const Offers& offers, const std::string& word) {
    return std::ranges::find(offers, word) != offers.end();
}

}  // namespace

TEST_SUITE("cli/completion") {
    TEST_CASE("verbs, options, choices and files are offered where they can stand") {
        CHECK(offered({"pantau", "sta"}) == Offers{"status"});
        CHECK(has(offered({"pantau", ""}), "list"));
        CHECK(offered({"pantau", "list", "--sta"}) == Offers{"--state"});
        CHECK(offered({"pantau", "list", "--sock"}) == Offers{"--socket"});
        CHECK(offered({"pantau", "list", "--state", "unr"}) == Offers{"unreachable"});
        CHECK(offered({"pantau", "list", "-o", ""}) ==
              Offers{"csv", "json", "name", "table", "wide", "yaml"});
        CHECK(offered({"pantau", "list", "--output", "=", "j"}) == Offers{"json"});
        CHECK(offered({"pantau", "list", "--output", "="}).size() == 6);
        CHECK(offered({"pantau", "-o", "json", "sta"}) == Offers{"status"});
        CHECK(offered({"pantau", "--output", "=", "json", "sta"}) == Offers{"status"});
        CHECK(offered({"pantau", "list", "--config", "pan"}) == Offers{"pantau.yml"});
        CHECK(offered({"pantau", "list", "--config", "my"}) == Offers{"my city.yml"});
        CHECK(offered({"pantau", "completion", ""}) == Offers{"bash"});
        CHECK(offered({"pantau", "help", "rel"}) == Offers{"reload"});
        CHECK(offered({"pantau", "status", "x"}).empty());
    }

    TEST_CASE("every verb and every option is offered") {
        for (const Verb* const verb : verbs()) {
            CAPTURE(verb->name);
            Offers words{"pantau"};
            std::istringstream parts{std::string(verb->name)};
            for (std::string part; parts >> part;) {
                Offers typed = words;
                typed.push_back("");
                CHECK(has(offered(typed), part));
                words.push_back(part);
            }
            words.push_back("--");
            const Offers offers = offered(words);
            for (const Option& option : verb->options)
                CHECK(has(offers, "--" + std::string(option.name)) == !option.is_hidden);
            for (const Option& option : global_options())
                CHECK(has(offers, "--" + std::string(option.name)));
        }
    }
}
