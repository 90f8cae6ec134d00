#include "exporters/prometheus/process_stats.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace pantau {
namespace {

std::string read_all(const char* path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Fields of /proc/self/stat from the third on, as proc(5) numbers them: fields[0] is field 3. The
/// second is the program's name, which may hold blanks and brackets.
std::vector<double> stat_fields() {
    const std::string stat = read_all("/proc/self/stat");
    const std::size_t name_end = stat.rfind(')');
    std::vector<double> fields;
    if (name_end == std::string::npos || name_end + 3 >= stat.size()) return fields;
    std::istringstream in(stat.substr(name_end + 3));  // ") S": the state is a letter.
    fields.push_back(0);
    for (double value = 0; in >> value;)
        fields.push_back(value);
    return fields;
}

std::optional<double> boot_time() {
    std::istringstream in(read_all("/proc/stat"));
    for (std::string word; in >> word;) {
        double value = 0;
        if (word == "btime" && in >> value) return value;
    }
    return std::nullopt;
}

}  // namespace

ProcessStats read_process_stats() {
    ProcessStats stats;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    const std::vector<double> fields = stat_fields();
    const auto field = [&](std::size_t number) { return fields[number - 3]; };
    if (fields.size() > 24 - 3 && ticks > 0) {
        stats.cpu_seconds = (field(14) + field(15)) / ticks;
        stats.threads = field(20);
        stats.virtual_bytes = field(23);
        stats.resident_bytes = field(24) * page;
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        stats.max_fds = static_cast<double>(limit.rlim_cur);
    return stats;
}

std::optional<double> read_start_time() {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const std::vector<double> fields = stat_fields();
    const auto boot = boot_time();
    if (fields.size() <= 22 - 3 || ticks <= 0 || !boot) return std::nullopt;
    return *boot + fields[22 - 3] / ticks;
}

std::optional<double> count_open_fds() {
    std::error_code error;
    const std::filesystem::directory_iterator first("/proc/self/fd", error);
    if (error) return std::nullopt;
    // The one that lists them is open, too.
    return static_cast<double>(std::distance(begin(first), end(first))) - 1;
}

}  // namespace pantau
