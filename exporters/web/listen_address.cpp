#include "exporters/web/listen_address.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

#include "base/text.hpp"

namespace pantau::web {
namespace {

/// Connections the kernel keeps for us while we are busy; it cuts this to net.core.somaxconn.
constexpr int backlog = 512;

std::string words_of(int error) {
    return std::generic_category().message(error);
}

tl::unexpected<Error> cannot_listen(std::string_view address, std::string why) {
    return fail(Reason::local, "cannot listen on " + Text::from_network(address, 200).str() + ": " +
                                   std::move(why));
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size();
}

// --- TCP ---

std::string why_not_bound(int error, const std::string& port) {
    switch (error) {
        case EADDRINUSE:
            return "the port is already in use, perhaps by another pantaud; 'ss -ltnp sport = :" +
                   port + "' shows by whom. Stop that program or choose another port";
        case EACCES:
            return "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE. Choose a port "
                   "from 1024 up";
        case EADDRNOTAVAIL:
            return "this machine does not have that address; 'ip address' lists those it has";
        case EAFNOSUPPORT:
            return "this machine does not speak that kind of address (is IPv6 switched off?)";
        default:
            return words_of(error);
    }
}

struct AddressInfo {
    addrinfo* list = nullptr;
    AddressInfo() = default;
    AddressInfo(const AddressInfo&) = delete;
    AddressInfo& operator=(const AddressInfo&) = delete;
    ~AddressInfo() {
        if (list != nullptr) ::freeaddrinfo(list);
    }
};

/// A bound socket, or the errno.
struct Attempt {
    Descriptor socket;
    int error = 0;
};

Attempt try_to_bind(const addrinfo& info) {
    Attempt attempt{Descriptor(::socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                        IPPROTO_TCP)),
                    0};
    const int fd = attempt.socket.get();
    const int on = 1;
    const int off = 0;
    if (fd < 0 || ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
        attempt.error = errno;
        return attempt;
    }
    // "[::]" means every address, IPv4 included, whatever the machine's default is.
    if (info.ai_family == AF_INET6)
        static_cast<void>(::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
    if (::bind(fd, info.ai_addr, info.ai_addrlen) != 0 || ::listen(fd, backlog) != 0)
        attempt.error = errno;
    return attempt;
}

std::string printed(const sockaddr_storage& address) {
    char host[INET6_ADDRSTRLEN] = {};
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        ::inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
        return "[" + std::string(host) + "]:" + std::to_string(ntohs(six.sin6_port));
    }
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    ::inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(four.sin_port));
}

bool is_loopback(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    }
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return ntohl(four.sin_addr.s_addr) >> 24 == 127;
}

Result<Listening> open_tcp(const ListenAddress& address, std::string_view text) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    AddressInfo found;
    const std::string host = address.host.empty() ? "::" : address.host;
    int problem = ::getaddrinfo(host.c_str(), address.port.c_str(), &hints, &found.list);
    if (problem != 0)
        return cannot_listen(text, "'" + address.host + "' is no address of this machine (" +
                                       ::gai_strerror(problem) + ")");
    Attempt attempt = try_to_bind(*found.list);
    if (address.host.empty() && attempt.error == EAFNOSUPPORT) {
        ListenAddress four = address;
        four.host = "0.0.0.0";
        return open_tcp(four, text);
    }
    if (attempt.error != 0) return cannot_listen(text, why_not_bound(attempt.error, address.port));

    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(attempt.socket.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0)
        return cannot_listen(text, words_of(errno));
    Listening listening;
    listening.socket = std::move(attempt.socket);
    listening.address = printed(bound);
    listening.is_exposed = !is_loopback(bound);
    return listening;
}

// --- unix socket ---

Result<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return cannot_listen(path, "the path is longer than the " +
                                       std::to_string(sizeof address.sun_path - 1) +
                                       " bytes a unix socket may have; choose a shorter one");
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

constexpr const char* already_running =
    "another pantaud is running and uses it; stop that one or choose another --control-socket";

/// Whoever holds this lock owns the path. The kernel lets go of it when the process ends, however
/// it ends, so two daemons that start in the same moment cannot both take a stale socket for
/// theirs.
Result<Descriptor> lock_path(const std::string& path) {
    const std::string lock_file = path + ".lock";
    Descriptor lock(
        ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!lock.is_open()) {
        const int error = errno;
        const std::string directory = directory_of(path);
        if (error == ENOENT || error == ENOTDIR)
            return cannot_listen(path, "there is no directory " + directory +
                                           "; make it ('install -d -m 0750 " + directory +
                                           "') or choose another --control-socket");
        return cannot_listen(path, "cannot write in " + directory + ": " + words_of(error));
    }
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return cannot_listen(path, errno == EWOULDBLOCK ? already_running : words_of(errno));
    return lock;
}

/// Makes the path free: a socket that nobody serves is left over from a process that died.
Result<void> clear_stale_socket(const std::string& path, const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return cannot_listen(path, words_of(errno));
    }
    if (!S_ISSOCK(found.st_mode))
        return cannot_listen(path, "there is something there that is no socket; it was left alone");
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe.is_open()) return cannot_listen(path, words_of(errno));
    const int answer =
        ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = answer == 0 ? 0 : errno;
    if (error == 0 || error == EAGAIN) return cannot_listen(path, already_running);
    if (error != ECONNREFUSED && error != ENOENT) return cannot_listen(path, words_of(error));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return cannot_listen(path,
                             "cannot remove the socket of a dead process: " + words_of(errno));
    return {};
}

Result<Listening> open_unix(const std::string& path) {
    const auto address = unix_address(path);
    if (!address) return tl::unexpected(address.error());
    auto lock = lock_path(path);
    if (!lock) return tl::unexpected(std::move(lock.error()));
    if (auto cleared = clear_stale_socket(path, *address); !cleared)
        return tl::unexpected(std::move(cleared.error()));

    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.is_open()) return cannot_listen(path, words_of(errno));
    // Linux takes the mode of the new file from the socket, minus the umask: with this the file is
    // never wider than 0660, not even for a moment. chmod then adds what the umask took away.
    constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;
    if (::fchmod(socket.get(), mode) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return cannot_listen(path, words_of(errno));
    struct stat made {};
    if (::lstat(path.c_str(), &made) != 0) return cannot_listen(path, words_of(errno));
    Listening listening;
    listening.file = SocketFile(path, made.st_dev, made.st_ino);
    if (::chmod(path.c_str(), mode) != 0 || ::listen(socket.get(), backlog) != 0)
        return cannot_listen(path, words_of(errno));
    listening.socket = std::move(socket);
    listening.lock = std::move(*lock);
    listening.address = "unix:" + path;
    listening.is_unix = true;
    return listening;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(device_, other.device_);
    std::swap(inode_, other.inode_);
    return *this;
}

void SocketFile::remove() noexcept {
    if (path_.empty()) return;
    struct stat now {};
    if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_)
        ::unlink(path_.c_str());
    path_.clear();
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const auto wrong = [text](std::string why) {
        return fail(Reason::malformed, "'" + Text::from_network(text, 200).str() +
                                           "' is no listen address: " + std::move(why) +
                                           " (as in 127.0.0.1:8551, [::1]:8551, :8551 or "
                                           "unix:/run/pantau/control.sock)");
    };
    if (text.starts_with("unix:")) {
        const std::string_view path = text.substr(5);
        if (path.empty()) return wrong("the path is missing");
        if (path.find('\0') != std::string_view::npos) return wrong("the path holds a NUL");
        return ListenAddress{std::string(path), {}, {}};
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong("the port is missing");
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (!is_port(port)) return wrong("the port must be a number from 0 to 65535");
    const bool has_brackets = host.starts_with('[') && host.ends_with(']');
    if (has_brackets) host = host.substr(1, host.size() - 2);
    if (!has_brackets && host.find(':') != std::string_view::npos)
        return wrong("an IPv6 address needs brackets");
    if (has_brackets && host.empty()) return wrong("the address in the brackets is missing");
    if (host.find_first_of(std::string_view("[] \t\0/", 6)) != std::string_view::npos)
        return wrong("the host holds a sign that cannot be there");
    return ListenAddress{{}, std::string(host), std::string(port)};
}

Result<Listening> open_listener(std::string_view text) {
    const auto address = parse_listen_address(text);
    if (!address) return tl::unexpected(address.error());
    return address->is_unix() ? open_unix(address->path) : open_tcp(*address, text);
}

}  // namespace pantau::web
