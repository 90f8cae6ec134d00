#include "config/settings.hpp"

#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using namespace std::chrono_literals;

std::size_t occurrences(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1))
        ++count;
    return count;
}

/// A secret that stands once in the file stands in no message.
void stays_secret(const Secret& secret, std::string_view file, const std::string& words) {
    if (secret.reveal().size() < 12 || occurrences(file, secret.reveal()) != 1) return;
    PROMISE_ABOUT(words.find(secret.reveal()) == std::string::npos, words);
}

}  // namespace

void settings(std::string_view bytes) {
    const std::string path = put_file("pantau.yml", bytes);
    config::Diagnostics said;
    const auto read = config::load_settings(path, said);
    const std::string words = shown(said);
    PROMISE_ABOUT(read.has_value() || said.has_errors(), words);
    if (!read) return;
    for (const auto& [name, credential] : read->credentials) {
        PROMISE(credential != nullptr && credential->name == name);
        stays_secret(credential->community, bytes, words);
        stays_secret(credential->auth_password, bytes, words);
        stays_secret(credential->priv_password, bytes, words);
    }
    if (said.has_errors()) return;
    PROMISE(read->poll.interval >= 1s);
    PROMISE(read->poll.timeout > 0s);
    PROMISE(!read->web.listen.empty());
    PROMISE(!read->state_dir.empty());
    PROMISE(read->inventory.size() == read->inventory_places.size());
    for (const std::string& level : read->hierarchy)
        PROMISE_ABOUT(is_plain(level) && !level.empty(), level);
}

}  // namespace pantau::fuzz
