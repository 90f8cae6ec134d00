#include "dashboard_files.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>

#include "support/process.hpp"

namespace pantau::test {

namespace json = boost::json;

std::vector<DashboardFile> dashboard_files() {
    std::vector<DashboardFile> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(PANTAU_SOURCE_DIR "/etc/grafana/dashboards"))
        files.push_back({entry.path().stem().string(),
                         json::parse(read_file(entry.path().string())).as_object()});
    std::ranges::sort(files, {}, &DashboardFile::name);
    return files;
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* const found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

std::vector<json::object> objects_of(const json::object& object, std::string_view key) {
    std::vector<json::object> objects;
    if (const json::value* const found = object.if_contains(key); found && found->is_array())
        for (const json::value& entry : found->as_array())
            objects.push_back(entry.as_object());
    return objects;
}

std::vector<std::string> expressions(const json::object& panel) {
    std::vector<std::string> all;
    for (const json::object& target : objects_of(panel, "targets"))
        all.push_back(text_of(target, "expr"));
    return all;
}

std::set<std::string> metric_names(std::string_view text) {
    static const RE2 name(R"(\b((?:[a-z]+:)?(?:pantau|process|scrape)_[a-z0-9_]+(?::[a-z0-9]+)?))");
    std::set<std::string> names;
    re2::StringPiece rest(text.data(), text.size());
    for (std::string found; RE2::FindAndConsume(&rest, name, &found);)
        names.insert(found);
    return names;
}

}  // namespace pantau::test
