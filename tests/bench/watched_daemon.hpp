#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "tests/fakes/city/layout.hpp"

namespace pantau::bench {

/// What is measured needs its time.
void let_pass(Duration time);

/// So many ports one after the other, free for UDP and TCP a moment ago.
[[nodiscard]] std::uint16_t free_ports(unsigned count);

/// Resident memory in kB and CPU in seconds of a process.
struct Usage {
    double resident_kb = 0;
    double cpu = 0;
};
[[nodiscard]] Usage usage_of(pid_t pid);

/// A folder that goes with this object.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& content, bool is_secret = false) const;

private:
    std::filesystem::path path_;
};

/// A program that ends with this object.
class Program {
public:
    explicit Program(const std::vector<std::string>& words);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();
    [[nodiscard]] Usage usage() const { return usage_of(pid_); }
    [[nodiscard]] bool is_running() const;

private:
    pid_t pid_ = -1;
};

/// What a client says it takes. The bytes are given as they come.
enum class Encoding : std::uint8_t { identity, gzip };

/// The body of a page of this machine; empty when it does not come with 200. The first call of a
/// process is made before its second thread.
[[nodiscard]] std::string get_page(std::uint16_t port, const std::string& path,
                                   Encoding encoding = Encoding::identity);

/// pantaud as it is with these access points.
class WatchedDaemon {
public:
    struct Options {
        std::string pantaud;
        std::string profiles;
        int interval = 30;  ///< Seconds.
    };
    WatchedDaemon(const Options& options, const std::vector<city::Site>& sites);

    [[nodiscard]] Usage usage() const { return program_.usage(); }
    /// The body; empty when it does not answer with 200.
    [[nodiscard]] std::string get(const std::string& path,
                                  Encoding encoding = Encoding::identity) const {
        return get_page(port_, path, encoding);
    }
    /// Waits for its first full cycle. Gives the seconds since its start.
    [[nodiscard]] double wait_until_ready(Duration most) const;

    /// The one that was built beside the running program.
    [[nodiscard]] static std::string built();

private:
    [[nodiscard]] std::vector<std::string> prepare(const Options& options,
                                                   const std::vector<city::Site>& sites) const;

    Folder folder_;
    std::uint16_t port_;
    MonoTime started_;
    Program program_;
};

}  // namespace pantau::bench
