#include "cli/installation.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace pantau::cli {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

}  // namespace

std::string own_path() {
    std::error_code error;
    const fs::path path = fs::read_symlink("/proc/self/exe", error);
    return error ? std::string() : path.string();
}

std::vector<std::string> profile_folders() {
    const char* const named = std::getenv("PANTAU_PROFILES");
    if (named != nullptr && *named != '\0') {
        std::vector<std::string> folders;
        std::istringstream parts{named};
        for (std::string folder; std::getline(parts, folder, ':');)
            if (!folder.empty()) folders.push_back(folder);
        return folders;
    }
    const fs::path bin = fs::path(own_path()).parent_path();
    // Installed below any prefix; a build tree (build/bin of the release preset, build/NAME/bin of
    // the others); installed in the usual place.
    for (const fs::path& folder :
         {bin / "../share/pantau/profiles", bin / "../../etc/profiles",
          bin / "../../../etc/profiles", fs::path("/usr/share/pantau/profiles")}) {
        if (!is_folder(folder)) continue;
        std::vector<std::string> folders{folder.lexically_normal().string()};
        const bool is_installed = folder.string().find("share") != std::string::npos;
        if (is_installed && is_folder("/etc/pantau/profiles"))
            folders.emplace_back("/etc/pantau/profiles");
        return folders;
    }
    return {};
}

}  // namespace pantau::cli
