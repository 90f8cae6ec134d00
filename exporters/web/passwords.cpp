#include "exporters/web/passwords.hpp"

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "base/assert.hpp"
#include "config/web_config.hpp"

namespace pantau::web {
namespace {

/// Longer is no password: bcrypt looks at 72 bytes.
constexpr std::size_t password_bytes_most = 512;
/// More than any city has scrapers and people.
constexpr std::size_t remembered_most = 64;

bool is_basic(std::string_view scheme) {
    constexpr std::string_view lower = "basic ";
    return std::ranges::equal(scheme, lower, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 2048) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const auto filling = text.size() - 1 - text.find_last_not_of('=');
    if (filling > 2) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size) - filling);
    return bytes;
}

void random_bytes(unsigned char* bytes, std::size_t size) {
    PANTAU_ASSERT(::RAND_bytes(bytes, static_cast<int>(size)) == 1);
}

/// A well-formed hash of nothing that anybody knows.
std::string hash_of_nobody(int cost) {
    constexpr std::string_view signs =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::array<unsigned char, 53> random{};
    random_bytes(random.data(), random.size());
    std::string hash = fmt::format("$2b${:02}$", cost);
    for (const unsigned char byte : random)
        hash += signs[byte % signs.size()];
    // The last sign of the salt holds only two bits; others are no valid salt for some libraries.
    hash[28] = 'u';
    return hash;
}

}  // namespace

std::optional<Login> parse_basic_auth(std::string_view header) {
    constexpr std::size_t scheme = 6;
    if (header.size() <= scheme || !is_basic(header.substr(0, scheme))) return std::nullopt;
    std::string_view coded = header.substr(scheme);
    coded.remove_prefix(std::min(coded.find_first_not_of(' '), coded.size()));
    auto bytes = from_base64(coded);
    if (!bytes) return std::nullopt;
    const std::size_t colon = bytes->find(':');
    if (colon == std::string::npos) return std::nullopt;
    Login login{bytes->substr(0, colon), Secret(bytes->substr(colon + 1))};
    ::OPENSSL_cleanse(bytes->data(), bytes->size());
    return login;
}

bool fits_hash(const Secret& password, const std::string& hash) {
    const std::string_view value = password.reveal();
    // crypt_r would read no further than a NUL.
    if (value.size() > password_bytes_most || value.find('\0') != std::string_view::npos)
        return false;
    const auto work = std::make_unique<crypt_data>();
    std::array<char, password_bytes_most + 1> phrase{};
    std::ranges::copy(value, phrase.begin());
    const char* made = ::crypt_r(phrase.data(), hash.c_str(), work.get());
    ::OPENSSL_cleanse(phrase.data(), phrase.size());
    const bool fits = made != nullptr && std::string_view(made).size() == hash.size() &&
                      ::CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
    ::OPENSSL_cleanse(work.get(), sizeof *work);
    return fits;
}

Passwords::Passwords(std::map<std::string, std::string, std::less<>> users)
    : users_(std::move(users)) {
    int cost = config::bcrypt_cost_least;
    for (const auto& [name, hash] : users_)
        cost = std::max(cost, config::bcrypt_cost(hash).value_or(cost));
    nobody_ = hash_of_nobody(cost);
    random_bytes(key_.data(), key_.size());
}

Passwords::Tag Passwords::tag_of(const Login& login) const {
    // No user of a file has a NUL in the name: no two logins that can be right look the same.
    std::string text = login.user;
    text += '\0';
    text += login.password.reveal();
    Tag tag{};
    ::HMAC(::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), tag.data(), nullptr);
    ::OPENSSL_cleanse(text.data(), text.size());
    return tag;
}

bool Passwords::remembers(const Tag& tag) const {
    bool found = false;
    for (const Tag& each : seen_)
        found |= ::CRYPTO_memcmp(each.data(), tag.data(), tag.size()) == 0;
    return found;
}

void Passwords::remember(const Tag& tag) {
    if (remembers(tag)) return;
    if (seen_.size() == remembered_most) seen_.pop_front();
    seen_.push_back(tag);
}

bool Passwords::verify(const Login& login) const {
    const auto user = users_.find(login.user);
    const bool fits = fits_hash(login.password, user == users_.end() ? nobody_ : user->second);
    return fits && user != users_.end();
}

PasswordThread::~PasswordThread() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool PasswordThread::post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_most) return false;
    waiting_.push_back(std::move(work));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_one();
    return true;
}

void PasswordThread::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        const auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

}  // namespace pantau::web
