#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/web_config.hpp"
#include "exporters/web/front_door.hpp"

namespace pantau {

/// Keeps the web port's door at what the web config file and its certificates say. A file that
/// cannot be used changes nothing: the rules in force are better than none, or than a closed door.
class WebAccess {
public:
    /// `gate` leads to the web loop. The error says which file, what is wrong and what to do.
    [[nodiscard]] static Result<std::unique_ptr<WebAccess>> open(
        const std::optional<config::WebConfig>& config, std::shared_ptr<web::LoopGate> gate);

    /// Others can reach a server behind the door: rules that ask nobody are then refused.
    void must_ask() { must_ask_ = true; }

    /// Reads the file anew if it, or a file it names, is another than last time. Files thread.
    void look();

    [[nodiscard]] const std::shared_ptr<web::FrontDoor>& door() const { return door_; }
    /// Whether the last change could be used. Any thread.
    [[nodiscard]] bool is_good() const { return is_good_; }

private:
    WebAccess(const std::optional<config::WebConfig>& config,
              std::shared_ptr<const web::DoorRules> rules, std::shared_ptr<web::LoopGate> gate);
    void read();
    void refuse(const std::string& why);

    const std::string path_;  ///< Empty: no file.
    std::shared_ptr<web::FrontDoor> door_;
    std::vector<std::string> files_;  ///< What is looked at: also those a bad file named.
    std::string seen_;                ///< How they looked last.
    std::atomic<bool> is_good_{true};
    std::atomic<bool> must_ask_{false};
};

}  // namespace pantau
