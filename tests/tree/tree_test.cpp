// Checks on the source itself: who may include whom, and shapes that must not be written.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Folders = std::set<std::string>;

/// Which folders of the product a folder may include, beside itself. docs/architecture.md draws it.
const std::map<std::string, Folders>& allowed() {
    static const Folders ground{"base", "model"};
    static const Folders shared{"base", "model", "config", "runtime", "collectors"};
    const auto with = [](Folders folders, std::initializer_list<std::string> more) {
        folders.insert(more);
        return folders;
    };
    static const std::map<std::string, Folders> rules{
        {"base", {}},
        {"model", {"base"}},
        {"config", ground},
        {"runtime", ground},
        {"collectors", with(ground, {"config"})},  // the seam alone
        {"inventory", shared},
        {"schedule", shared},
        {"normalise", shared},
        {"state", shared},
        {"storage", with(shared, {"state"})},
        {"control", with(shared, {"state", "inventory", "schedule"})},
        {"collectors/snmp", shared},
        {"collectors/http", shared},
        {"collectors/icmp", shared},
        {"collectors/citizen", shared},
        {"exporters/prometheus", with(shared, {"state"})},
        {"exporters/web", with(shared, {"state"})},
        {"collectors/registry", with(shared, {"collectors/snmp", "collectors/http",
                                              "collectors/icmp", "collectors/citizen"})},
        {"daemon", {"*"}},
        {"cli", {"*"}},
    };
    return rules;
}

/// The folder a path of the tree (or an include of ours) belongs to; nothing for other files.
std::optional<std::string> folder_of(std::string path) {
    if (path.starts_with("daemon/")) path = path.substr(7);
    const auto slash = path.rfind('/');
    if (path.starts_with("collectors/registry")) return "collectors/registry";
    if (slash == std::string::npos) return std::nullopt;
    const std::string folder = path.substr(0, slash);
    if (allowed().contains(folder)) return folder;
    const std::string first = folder.substr(0, folder.find('/'));
    if (folder.starts_with("exporters/web")) return "exporters/web";
    return allowed().contains(first) && first != "collectors" ? std::optional(first) : std::nullopt;
}

std::optional<std::string> folder_of_file(const std::string& path) {
    if (path.starts_with("daemon/") && std::ranges::count(path, '/') == 1) return "daemon";
    return folder_of(path);
}

const std::array<std::string_view, 5> loop_headers{"boost/asio", "boost/beast", "curl/",
                                                   "net-snmp/", "sqlite3.h"};
const Folders without_loops{"base", "model", "config", "inventory", "normalise", "state"};

std::vector<std::string> include_faults(const std::string& path, const std::string& text) {
    std::vector<std::string> faults;
    const auto folder = folder_of_file(path);
    if (!folder) return faults;
    static const std::regex include(R"rx(^\s*#\s*include\s*(["<])([^">]+)[">])rx",
                                    std::regex::ECMAScript | std::regex::multiline);
    for (std::sregex_iterator at(text.begin(), text.end(), include), end; at != end; ++at) {
        const std::string target = (*at)[2];
        if ((*at)[1] == "\"") {
            const auto other = folder_of(target);
            const Folders& may = allowed().at(*folder);
            if (other && *other != *folder && !may.contains("*") && !may.contains(*other))
                faults.push_back(path + " includes " + target + ": " + *folder + " may not see " +
                                 *other);
            if (other == "state" && folder->starts_with("exporters/") &&
                target != "state/snapshot.hpp" && target != "state/area_sums.hpp")
                faults.push_back(path + " includes " + target +
                                 ": exporters read Snapshots and what they add up to");
            continue;
        }
        const bool is_loop = std::ranges::any_of(
            loop_headers, [&](std::string_view prefix) { return target.starts_with(prefix); });
        if (!is_loop) continue;
        if (without_loops.contains(*folder))
            faults.push_back(path + " includes " + target + ": this folder works without loops");
        else if (path.ends_with(".hpp") && *folder != "runtime" && *folder != "daemon")
            faults.push_back(path + " includes " + target + ": keep it in the .cpp");
    }
    return faults;
}

struct Shape {
    const char* name;
    std::regex pattern;
};

/// Shapes that g++ 12 translates wrongly without a word, and some that no reviewer wants.
const std::vector<Shape>& forbidden() {
    const auto flags = std::regex::ECMAScript | std::regex::multiline;
    static const std::vector<Shape> shapes{
        {"co_await inside a condition: name its value first",
         std::regex(R"((if|while|switch)\s*(constexpr\s*)?\([^;{}]*co_await)", flags)},
        {"a braced temporary inside a co_await call: name it first",
         std::regex(R"(co_await\s+[\w:.\->]+\s*\((?:[^;(){}]|\([^;(){}]*\))*\{)", flags)},
        {"a coroutine lambda called at once: its captures die early",
         std::regex(R"(co_await\s*\[)", flags)},
        {"a range algorithm that answers with a range: clang 14 cannot read libstdc++'s; use the "
         "one with iterators",
         std::regex(R"(ranges::(unique|equal_range|partition|stable_partition|remove|remove_if|)"
                    R"(rotate|search|find_end)\s*\()",
                    flags)},
    };
    return shapes;
}

const std::vector<Shape>& forbidden_in_tests() {
    static const std::vector<Shape> shapes{
        {"a sleep in a test: wait for the event or move the clock",
         std::regex(R"(sleep_for|sleep_until|\busleep\s*\(|\bnanosleep\s*\()")}};
    return shapes;
}

std::vector<std::string> shape_faults(const std::string& path, const std::string& text,
                                      const std::vector<Shape>& shapes) {
    std::vector<std::string> faults;
    for (const Shape& shape : shapes) {
        std::smatch found;
        if (!std::regex_search(text, found, shape.pattern)) continue;
        const auto line = 1 + std::count(text.begin(), text.begin() + found.position(), '\n');
        faults.push_back(path + ":" + std::to_string(line) + ": " + shape.name);
    }
    return faults;
}

std::map<std::string, std::string> sources(std::initializer_list<const char*> folders) {
    std::map<std::string, std::string> files;
    const fs::path root = PANTAU_SOURCE_DIR;
    for (const char* folder : folders) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            std::ifstream in(entry.path(), std::ios::binary);
            files[fs::relative(entry.path(), root).string()] = {std::istreambuf_iterator<char>(in),
                                                                {}};
        }
    }
    return files;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines)
        all += line + "\n";
    return all;
}

}  // namespace

TEST_SUITE("tree") {
    TEST_CASE("folders include only what lies before them in the flow") {
        std::vector<std::string> faults;
        const auto files = sources({"daemon", "collectors", "exporters"});
        REQUIRE(files.size() > 20);
        for (const auto& [path, text] : files)
            std::ranges::move(include_faults(path, text), std::back_inserter(faults));
        CHECK_MESSAGE(faults.empty(), joined(faults));
    }

    TEST_CASE("no shape that the compiler breaks, no sleep in a test") {
        std::vector<std::string> faults;
        for (const auto& [path, text] : sources({"daemon", "collectors", "exporters"}))
            std::ranges::move(shape_faults(path, text, forbidden()), std::back_inserter(faults));
        for (const auto& [path, text] : sources({"tests"})) {
            if (path.starts_with("tests/tree/") || path.starts_with("tests/fakes/")) continue;
            std::ranges::move(shape_faults(path, text, forbidden()), std::back_inserter(faults));
            std::ranges::move(shape_faults(path, text, forbidden_in_tests()),
                              std::back_inserter(faults));
        }
        CHECK_MESSAGE(faults.empty(), joined(faults));
    }

    TEST_CASE("the include rule finds what breaks it") {
        const auto faults = [](const char* path, const char* text) {
            return include_faults(path, text).size();
        };
        CHECK(faults("daemon/base/a.cpp", "#include \"model/device.hpp\"\n") == 1);
        CHECK(faults("daemon/model/a.cpp", "#include \"base/text.hpp\"\n") == 0);
        CHECK(faults("daemon/state/a.cpp", "#include \"normalise/profile.hpp\"\n") == 1);
        CHECK(faults("daemon/state/a.cpp", "#include <boost/asio/post.hpp>\n") == 1);
        CHECK(faults("collectors/snmp/a.hpp", "#include <boost/asio/post.hpp>\n") == 1);
        CHECK(faults("collectors/snmp/a.cpp", "#include <boost/asio/post.hpp>\n") == 0);
        CHECK(faults("collectors/snmp/a.cpp", "#include \"collectors/http/check.hpp\"\n") == 1);
        CHECK(faults("collectors/snmp/a.cpp", "#include \"state/fleet.hpp\"\n") == 1);
        CHECK(faults("exporters/prometheus/a.cpp", "#include \"state/fleet.hpp\"\n") == 1);
        CHECK(faults("exporters/prometheus/a.cpp", "#include \"state/snapshot.hpp\"\n") == 0);
        CHECK(faults("exporters/prometheus/a.cpp", "#include \"state/area_sums.hpp\"\n") == 0);
        CHECK(faults("collectors/registry.cpp", "#include \"collectors/snmp/kind.hpp\"\n") == 0);
        CHECK(faults("daemon/pipeline.cpp",
                     "#include \"state/fleet.hpp\"\n#include <boost/asio/post.hpp>\n") == 0);
    }

    TEST_CASE("the shapes are found, and their harmless neighbours are not") {
        const auto faults = [](const char* text) {
            return shape_faults("a.cpp", text, forbidden()).size();
        };
        CHECK(faults("if (co_await stop()) return;") == 1);
        CHECK(faults("while (!(co_await next())) {}") == 1);
        CHECK(faults("auto a = co_await collect(device, f(x), Ask{});") == 1);
        CHECK(faults("auto a = co_await collect(Ask{.limit = 1});") == 1);
        CHECK(faults("auto a = co_await collect({1, 2});") == 1);
        CHECK(faults("co_await [x]() -> awaitable<void> {}();") >= 1);
        CHECK(faults("std::ranges::stable_partition(all, is_good);") == 1);
        CHECK(faults("std::ranges::remove(all, 0);") == 1);
        CHECK(faults("std::ranges::remove_copy(all, to, 0);") == 0);
        CHECK(faults("std::stable_partition(all.begin(), all.end(), is_good);") == 0);
        CHECK(faults("const bool stop = co_await stop_requested();\nif (stop) { co_return; }") ==
              0);
        CHECK(faults("auto a = co_await collect(device, ask);\nif (a) { use(a); }") == 0);
    }
}
