#include "config/credentials.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "base/edit_distance.hpp"
#include "config/secrets.hpp"
#include "config/settings_table.hpp"

namespace pantau::config {
namespace {

constexpr std::array auth_protocols = {
    ProtocolWord{"SHA-256", "SHA-256"}, ProtocolWord{"SHA-512", "SHA-512"},
    ProtocolWord{"SHA-384", "SHA-384"}, ProtocolWord{"SHA-224", "SHA-224"},
    ProtocolWord{"SHA", "SHA"},         ProtocolWord{"SHA-1", "SHA"},
    ProtocolWord{"MD5", "MD5", true}};
constexpr std::array priv_protocols = {
    ProtocolWord{"AES-128", "AES-128"},     ProtocolWord{"AES", "AES-128"},
    ProtocolWord{"AES-192", "AES-192"},     ProtocolWord{"AES-256", "AES-256"},
    ProtocolWord{"AES-192-C", "AES-192-C"}, ProtocolWord{"AES-256-C", "AES-256-C"},
    ProtocolWord{"DES", "DES", true}};

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

/// Letters in capitals: "sha-256" is meant as SHA-256.
std::string upper(std::string_view text) {
    std::string capitals(text);
    std::ranges::transform(capitals, capitals.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return capitals;
}

/// A node whose line must not be shown: its value may be a secret in the wrong place.
void complain_hidden(const Node& node, Diagnostics& diagnostics, std::string message,
                     std::string help) {
    Location location = node.location();
    location.hidden = true;
    diagnostics.error(std::move(location), std::move(message), std::move(help), node.path());
}

/// Reads one credential. Owner: the thread that reads the configuration.
class CredentialReader {
public:
    CredentialReader(const Node& node, const std::string& folder, Diagnostics& diagnostics)
        : section_(node, "credentials.<name>.", diagnostics),
          folder_(folder),
          diagnostics_(diagnostics) {}

    std::shared_ptr<const Credential> read(const std::string& name) {
        Credential credential;
        credential.name = name;
        if (const std::optional<Node> weak = section_.value("allow_weak"))
            allow_weak_ = weak->flag(diagnostics_).value_or(false);
        const std::optional<Credential::Version> version = read_version();
        if (version == Credential::Version::v3) {
            read_v3(credential);
        } else if (version) {
            read_community(credential);
        }
        section_.finish();
        credential.version = version.value_or(Credential::Version::v2c);
        return std::make_shared<const Credential>(std::move(credential));
    }

private:
    std::optional<Credential::Version> read_version() {
        const std::optional<Node> node = section_.value("version");
        const std::optional<std::string> word = node->text(diagnostics_);
        if (!word) return std::nullopt;
        if (*word == "1") return Credential::Version::v1;
        if (*word == "2c") return Credential::Version::v2c;
        if (*word == "3") return Credential::Version::v3;
        const bool means_2c = *word == "2" || *word == "v2c" || *word == "v2" || *word == "2C";
        node->complain(diagnostics_, "this is no version of SNMP",
                       means_2c ? "did you mean 2c? allowed: 1, 2c, 3" : "allowed: 1, 2c, 3");
        return std::nullopt;
    }

    void read_community(Credential& credential) {
        for (const std::string_view key :
             {"user", "auth", "auth_file", "priv", "priv_file", "context"}) {
            if (const std::optional<Node> node = section_.given(key)) {
                complain_at_key(*node, fmt::format("\"{}\" is for version 3", key),
                                "write version: 3, or remove it");
            }
        }
        const std::optional<Node> text = section_.given("community");
        const std::optional<Node> file = section_.given("community_file");
        if (text && file) {
            complain_at_key(*file, "both \"community\" and \"community_file\" are given",
                            "keep one of them; the file is the safer place");
        } else if (file) {
            credential.community =
                read_secret_file(*file, folder_, diagnostics_).value_or(Secret{});
        } else if (text) {
            credential.community = read_inline(*text);
        } else {
            section_.self().complain(diagnostics_, "this credential has no community",
                                     "add community_file: NAME, a file that holds it");
        }
    }

    Secret read_inline(const Node& node) {
        const std::optional<std::string> text = node.text(diagnostics_);
        if (!text) return {};
        Secret secret(*text);
        if (const std::string_view why = why_no_secret(secret.reveal()); !why.empty()) {
            node.complain(diagnostics_, fmt::format("this is no community: {}", why));
            return {};
        }
        if (secret.reveal().size() > secret_bytes_most)
            node.complain(diagnostics_, "this community is longer than 4 KiB");
        if (secret.reveal() != "public") refuse_readable_by_all(node);
        return secret;
    }

    /// A secret in a file that everybody may read is none.
    void refuse_readable_by_all(const Node& node) {
        const Location location = node.location();
        struct stat status {};
        if (!location.source || ::stat(location.source->name.c_str(), &status) != 0) return;
        if ((status.st_mode & S_IROTH) == 0) return;
        node.complain(
            diagnostics_, "a community stands in a file that every user may read",
            fmt::format("put it into a file of its own (community_file), or: chmod o-r {}",
                        location.source->name));
    }

    void read_v3(Credential& credential) {
        for (const std::string_view key : {"community", "community_file"}) {
            if (const std::optional<Node> node = section_.given(key)) {
                complain_at_key(*node, fmt::format("\"{}\" is for versions 1 and 2c", key),
                                "version 3 has user, auth, auth_file, priv and priv_file");
            }
        }
        credential.user = read_name("user");
        if (!section_.given("user")) {
            section_.self().complain(diagnostics_, "this credential of version 3 has no user",
                                     "add user: NAME");
        }
        credential.context = read_name("context");
        read_part("auth", auth_protocols, credential.auth_protocol, credential.auth_password);
        read_part("priv", priv_protocols, credential.priv_protocol, credential.priv_password);
        const std::optional<Node> auth = section_.given("auth");
        const std::optional<Node> priv = section_.given("priv");
        if (priv && !auth) {
            complain_at_key(*priv, "\"priv\" needs \"auth\"",
                            "SNMPv3 encrypts only what is signed; add auth and auth_file");
        }
        if (auth && credential.auth_protocol == "SHA") {
            auth->warn(diagnostics_, "SHA is SHA-1, which is no longer considered safe",
                       "use SHA-256 where the device can");
        }
        if (!auth && !priv) {
            const std::string words = "this credential neither signs nor encrypts its messages";
            const std::string help = "add auth, auth_file, priv and priv_file";
            if (allow_weak_) {
                section_.self().warn(diagnostics_, words, help);
            } else {
                section_.self().complain(diagnostics_, words,
                                         help + ", or allow_weak: true when that is meant");
            }
        }
    }

    std::string read_name(std::string_view key) {
        const std::optional<Node> node = section_.value(key);
        if (!node) return {};
        std::string text = node->text(diagnostics_).value_or(std::string{});
        if (node->is_scalar() && text.empty() && key == "user")
            node->complain(diagnostics_, "the user is empty");
        if (text.size() > name_bytes_most)
            node->complain(diagnostics_, fmt::format("longer than {} bytes", name_bytes_most));
        if (std::ranges::any_of(text, is_control))
            node->complain(diagnostics_, "control bytes do not belong here");
        return text;
    }

    /// A protocol and the file with its password: both or none.
    void read_part(std::string_view key, std::span<const ProtocolWord> protocols,
                   std::string& protocol, Secret& password) {
        const std::string file_key = fmt::format("{}_file", key);
        const std::optional<Node> node = section_.given(key);
        const std::optional<Node> file = section_.given(file_key);
        if (node) protocol = read_protocol(*node, protocols);
        if (node && !file) {
            complain_at_key(*node, fmt::format("\"{}\" needs \"{}\"", key, file_key),
                            "a file that holds the password");
        }
        if (!file) return;
        if (!node) {
            complain_at_key(*file, fmt::format("\"{}\" needs \"{}\"", file_key, key),
                            fmt::format("add {}: {}", key, protocols.front().name));
        }
        const std::optional<Secret> secret = read_secret_file(*file, folder_, diagnostics_);
        if (!secret) return;
        if (secret->reveal().size() < password_bytes_least) {
            file->complain(diagnostics_,
                           fmt::format("the password in this file is shorter than {} bytes",
                                       password_bytes_least),
                           "SNMPv3 does not allow that");
        }
        password = *secret;
    }

    std::string read_protocol(const Node& node, std::span<const ProtocolWord> protocols) {
        const std::optional<std::string> text = node.text(diagnostics_);
        if (!text) return {};
        const std::string word = upper(*text);
        const ProtocolWord* const found = find_protocol(protocols, *text);
        if (found == nullptr) {
            std::vector<std::string_view> words;
            for (const ProtocolWord& known : protocols)
                words.push_back(known.written);
            const std::string allowed = fmt::format("allowed: {}", fmt::join(words, ", "));
            if (const std::optional<std::string> meant = did_you_mean(word, words)) {
                node.complain(diagnostics_, fmt::format("unknown protocol \"{}\"", *text),
                              fmt::format("did you mean {}? {}", *meant, allowed));
            } else {
                complain_hidden(node, diagnostics_, "unknown protocol", allowed);
            }
            return {};
        }
        if (found->is_weak && !allow_weak_) {
            node.complain(diagnostics_,
                          fmt::format("{} is broken and not used without being asked", found->name),
                          fmt::format("use {}, or add allow_weak: true for devices that know "
                                      "nothing better",
                                      protocols.front().name));
        }
        return std::string(found->name);
    }

    void complain_at_key(const Node& node, std::string message, std::string help) {
        diagnostics_.error(node.key_location(), std::move(message), std::move(help),
                           section_.self().path());
    }

    Section section_;
    const std::string& folder_;
    Diagnostics& diagnostics_;
    bool allow_weak_ = false;
};

/// The inventory lists names with spaces between them, and `none` means no SNMP.
void check_name(const std::string& name, const Node& node, Diagnostics& diagnostics) {
    const bool has_space = std::ranges::any_of(
        name, [](char c) { return c == ' ' || is_control(c) || c == ',' || c == ';'; });
    if (!name.empty() && !has_space && name != "none") return;
    diagnostics.error(node.key_location(),
                      name == "none" ? "a credential cannot be called \"none\""
                                     : "the name of a credential is a word without spaces, commas "
                                       "and semicolons",
                      name == "none" ? "in the inventory it means: no SNMP" : "", node.path());
}

}  // namespace

std::span<const ProtocolWord> auth_protocol_words() {
    return auth_protocols;
}

std::span<const ProtocolWord> priv_protocol_words() {
    return priv_protocols;
}

const ProtocolWord* find_protocol(std::span<const ProtocolWord> words, std::string_view written) {
    const auto found = std::ranges::find(words, upper(written), &ProtocolWord::written);
    return found == words.end() ? nullptr : &*found;
}

Credentials read_credentials(const std::optional<Node>& node, const std::string& folder,
                             Diagnostics& diagnostics) {
    Credentials credentials;
    if (!node) return credentials;
    Diagnostics found;
    const MapReader is_a_map(*node, found);
    bool may_show_secret = !node->is_map();
    for (const auto& [name, entry] : node->entries()) {
        check_name(name, entry, found);
        if (!entry.is_map() && !entry.is_null()) {
            complain_hidden(entry, found, "a credential is a map, not a value or a list",
                            "for example: {version: 2c, community_file: NAME}");
            continue;
        }
        may_show_secret =
            may_show_secret || Section(entry, "credentials.<name>.", found).has_unknown_key();
        credentials[name] = CredentialReader(entry, folder, found).read(name);
    }
    // Two of them may share a line: what one must not show, the other must not show either.
    may_show_secret =
        may_show_secret || std::ranges::any_of(found.entries(), [](const Diagnostic& entry) {
            return entry.location.hidden;
        });
    if (!may_show_secret) {
        diagnostics.append(std::move(found));
        return credentials;
    }
    for (const Diagnostic& entry : found.entries()) {
        Location location = entry.location;
        location.hidden = true;
        const bool is_error = entry.severity == Diagnostic::Severity::error;
        (diagnostics.*(is_error ? &Diagnostics::error : &Diagnostics::warning))(
            std::move(location), entry.message, entry.help, entry.path);
    }
    return credentials;
}

}  // namespace pantau::config
