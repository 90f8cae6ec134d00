#include "web_access.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "base/log.hpp"
#include "reload.hpp"

namespace pantau {
namespace {

/// Another text when a file was written, replaced, or its link leads elsewhere.
std::string look_of(const std::vector<std::string>& files) {
    std::string look;
    for (const std::string& file : files) {
        struct stat now {};
        if (::stat(file.c_str(), &now) != 0)
            look += "-;";
        else
            look += fmt::format("{} {} {} {}.{} {}.{};", now.st_dev, now.st_ino, now.st_size,
                                now.st_mtim.tv_sec, now.st_mtim.tv_nsec, now.st_ctim.tv_sec,
                                now.st_ctim.tv_nsec);
    }
    return look;
}

}  // namespace

Result<std::unique_ptr<WebAccess>> WebAccess::open(const std::optional<config::WebConfig>& config,
                                                   std::shared_ptr<web::LoopGate> gate) {
    auto rules = web::make_door_rules(config);
    if (!rules) return tl::unexpected(std::move(rules.error()));
    return std::unique_ptr<WebAccess>(new WebAccess(config, std::move(*rules), std::move(gate)));
}

WebAccess::WebAccess(const std::optional<config::WebConfig>& config,
                     std::shared_ptr<const web::DoorRules> rules,
                     std::shared_ptr<web::LoopGate> gate)
    : path_(config ? config->path : ""),
      door_(std::make_shared<web::FrontDoor>(std::move(rules), std::move(gate))),
      files_(config ? config->files() : std::vector<std::string>{}),
      seen_(look_of(files_)) {}

void WebAccess::look() {
    if (path_.empty()) return;
    std::string now = look_of(files_);
    if (now == seen_) return;
    seen_ = std::move(now);
    read();
}

void WebAccess::read() {
    config::Diagnostics diagnostics;
    const auto config = config::read_web_config(path_, diagnostics);
    if (!config) {
        const auto errors = printed_errors(diagnostics);
        return refuse(errors.empty() ? "it cannot be read" : errors.front());
    }
    // From now on these files count, whether or not they can be used already.
    files_ = config->files();
    seen_ = look_of(files_);
    auto rules = web::make_door_rules(config);
    if (!rules) return refuse(rules.error().detail);
    if (must_ask_ && !config->asks_who())
        return refuse("others can reach the web port, and the file asks nobody who he is");
    door_->set(std::move(*rules));
    is_good_ = true;
    log(msg::web_config_changed, {{"file", path_}});
}

void WebAccess::refuse(const std::string& why) {
    is_good_ = false;
    log(msg::web_config_refused, {{"file", path_}, {"detail", why}});
}

}  // namespace pantau
