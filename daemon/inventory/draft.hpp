#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "inventory/columns.hpp"
#include "inventory/row.hpp"
#include "model/device.hpp"

namespace pantau::inventory {

/// A Device on its way: built-in values, then `defaults:`, then groups, then its own row.
struct Draft {
    Device device;
    std::vector<std::optional<config::Node>> nodes;  ///< By collector: what was said so far.
    const Row* parents_from = nullptr;               ///< Who named its parents.
    const Row* controllers_from = nullptr;           ///< Who named its controllers.
    bool is_faulty = false;  ///< Something of it was reported: what follows from that is not.
};

/// Reads the keys that defaults, groups and devices share. Keeps equal collector settings once.
class DraftReader {
public:
    /// All of them outlive the reader. `profile_names` empty: any name is taken.
    DraftReader(const config::Settings& settings, const DeviceColumns& columns,
                std::span<const std::string> profile_names, Report& report);

    /// What every device begins with.
    [[nodiscard]] Draft built_in() const;
    /// Lays one row over what was said before.
    void apply(const Row& row, Draft& draft);

private:
    void read_poll(const Row& row, Draft& draft);
    void read_poll_node(const config::Node& node, Draft& draft);
    void read_profile(const Row& row, Draft& draft);
    void read_credentials(const Row& row, Draft& draft);
    [[nodiscard]] std::shared_ptr<const Credential> credential_named(const Row& row,
                                                                     std::string_view name);
    void read_parents_of(const Row& row, Draft& draft);
    void read_controllers_of(const Row& row, Draft& draft);
    void read_collectors(const Row& row, Draft& draft);
    void read_collector_node(const config::Node& node, std::size_t kind, Draft& draft);
    void read_collector_column(const Row& row, std::size_t kind, Draft& draft);
    void keep(Draft& draft, std::size_t kind, std::shared_ptr<const CollectorSettings> settings);

    template <class Value>
    std::optional<Value> accept(tl::expected<Value, struct Refusal> reading, const Row& row,
                                std::size_t column, Draft& draft);

    const config::Settings& settings_;
    const DeviceColumns& columns_;
    std::span<const std::string> profile_names_;
    Report& report_;
    /// The last few settings of each collector: devices of one sort stand together in a file.
    std::vector<std::deque<std::shared_ptr<const CollectorSettings>>> recent_;
};

}  // namespace pantau::inventory
