#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "base/guarded.hpp"
#include "control/client.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using namespace std::chrono_literals;

/// A socket that answers whatever is asked with the bytes it is given, then closes.
class Impostor {
public:
    Impostor() : path_(folder() + "/control.sock") {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        PROMISE(path_.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, path_.data(), path_.size());
        fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        PROMISE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        PROMISE(::listen(fd_, 8) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    Impostor(const Impostor&) = delete;
    Impostor& operator=(const Impostor&) = delete;
    ~Impostor() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    /// To the next client. The last one's answer may still be on its way.
    void answers(std::string_view bytes) {
        answer_.with([&](std::string& answer) { answer.assign(bytes); });
    }

private:
    void serve() {
        for (;;) {
            const int client = ::accept(fd_, nullptr, nullptr);
            if (client < 0) return;
            char request[4096];
            static_cast<void>(::recv(client, request, sizeof request, 0));
            const std::string answer = answer_.with([](const std::string& kept) { return kept; });
            static_cast<void>(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL));
            ::close(client);
        }
    }

    const std::string path_;
    Guarded<std::string> answer_;
    int fd_ = -1;
    std::thread thread_;
};

}  // namespace

/// What listens on the control socket need not be pantaud.
void control_answer(std::string_view bytes) {
    static Impostor impostor;
    impostor.answers(bytes);
    const auto answer =
        control::control_call(impostor.path(), "GET", "/control/v1/status", "", 20s);
    if (answer) {
        PROMISE(answer->status >= 100 && answer->status <= 599);
        PROMISE(answer->body != nullptr && answer->body->size() <= bytes.size());
        return;
    }
    PROMISE_ABOUT(answer.error().reason == Reason::malformed, to_string(answer.error()));
    PROMISE_ABOUT(is_plain(answer.error().detail), answer.error().detail);
}

}  // namespace pantau::fuzz
