#pragma once

#include <functional>
#include <string>

namespace pantau::test {

/// Runs `body` on a thread with a network of its own: the loopback interface alone. Programs that
/// it starts are in that network, too. Says so loudly and gives false where that needs a privilege
/// we do not have.
bool in_own_network(const std::function<void()>& body);

/// Writes a setting of this thread's network: "net/ipv4/icmp_echo_ignore_all".
void set_kernel(const std::string& name, const std::string& value);

/// One more network, beside the one of a thread that `in_own_network` runs.
class FarNetwork {
public:
    FarNetwork();
    FarNetwork(const FarNetwork&) = delete;
    FarNetwork& operator=(const FarNetwork&) = delete;
    ~FarNetwork();

    /// As iproute2 takes it: `ip link … netns PATH`.
    [[nodiscard]] std::string path() const;
    /// What is made in `body` belongs there.
    void inside(const std::function<void()>& body) const;

private:
    int near_;
    int far_ = -1;
};

}  // namespace pantau::test
