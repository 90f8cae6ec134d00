#pragma once

#include <boost/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::test {

/// A dashboard as it is shipped.
struct DashboardFile {
    std::string name;  ///< Of the file, without its ending.
    boost::json::object content;
};
[[nodiscard]] std::vector<DashboardFile> dashboard_files();

/// The queries of a panel, of all that draw something.
[[nodiscard]] std::vector<std::string> expressions(const boost::json::object& panel);
/// A text of an object; empty when there is none.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::vector<boost::json::object> objects_of(const boost::json::object& object,
                                                          std::string_view key);

/// Names of metrics, recorded ones included, in a query or a file of rules.
[[nodiscard]] std::set<std::string> metric_names(std::string_view text);

}  // namespace pantau::test
