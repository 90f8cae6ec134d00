#include "cli/daemon_call.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <sstream>

#include "config/credentials.hpp"
#include "config/yaml_reader.hpp"
#include "control/client.hpp"

namespace pantau::cli {
namespace {

/// Only that one setting is read: who asks the daemon need not be able to read its secrets.
OrExit<std::string> socket_of_config(const Invocation& call, const std::string& path) {
    config::Diagnostics diagnostics;
    const auto root = config::read_yaml(path, diagnostics);
    if (!root) {
        std::ostringstream words;
        diagnostics.print(words, call.console.color_err);
        call.console.err(words.str());
        return tl::unexpected(exit_failed);
    }
    const auto control = root->find("control");
    const auto socket = control ? control->find("socket") : std::nullopt;
    if (!socket || socket->scalar().empty() || socket->is_null()) return std::string();
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    return config::joined(folder, socket->scalar());
}

void tell_unreachable(const Invocation& call, const Error& error, Duration timeout) {
    const std::string& path = error.where;
    switch (error.reason) {
        case Reason::refused:
            return call.tell(text::daemon_refused, path);
        case Reason::auth:
            return call.tell(text::daemon_auth, path);
        case Reason::timeout:
            return call.tell(text::daemon_timeout, path, to_seconds(timeout));
        case Reason::malformed:
            return call.tell(text::daemon_malformed, path, error.detail);
        default:
            return call.tell(text::daemon_local, path, error.detail);
    }
}

/// The sentence of {"error": "…"}, or the answer as it is.
std::string words_of_refusal(std::string_view body) {
    boost::json::error_code broken;
    const boost::json::value document = boost::json::parse(body, broken);
    const auto* const object = document.if_object();
    const auto* const error = object != nullptr ? object->if_contains("error") : nullptr;
    return !broken && error != nullptr && error->is_string() ? std::string(error->get_string())
                                                             : std::string(body);
}

}  // namespace

OrExit<std::string> control_socket(const Invocation& call) {
    if (const auto given = call.arguments.text("socket")) return *given;
    if (const auto config = call.arguments.text("config")) {
        auto socket = socket_of_config(call, *config);
        if (!socket || !socket->empty()) return socket;
    }
    const char* const directory = std::getenv("RUNTIME_DIRECTORY");
    if (directory != nullptr && *directory != '\0') return std::string(directory) + "/control.sock";
    return "/run/pantau/control.sock";
}

OrExit<DaemonAnswer> ask_daemon(const Invocation& call, std::string_view method,
                                const std::string& target, Duration timeout,
                                std::initializer_list<unsigned> expected) {
    const auto socket = control_socket(call);
    if (!socket) return tl::unexpected(socket.error());
    const auto response =
        control::control_call(*socket, method, "/control/v1/" + target, "", timeout);
    if (!response) {
        tell_unreachable(call, response.error(), timeout);
        return tl::unexpected(exit_unreachable);
    }
    DaemonAnswer answer{response->status, response->body ? *response->body : std::string()};
    if (std::ranges::find(expected, answer.status) != expected.end()) return answer;
    call.tell(text::daemon_error, words_of_refusal(answer.body));
    return tl::unexpected(answer.status == 400 ? exit_usage : exit_failed);
}

}  // namespace pantau::cli
