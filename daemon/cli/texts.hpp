#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pantau::cli {

enum class Language : std::uint8_t { en, id };

/// The language of LC_ALL, LC_MESSAGES or LANG, whichever is set first: Indonesian for "id…", else
/// English.
[[nodiscard]] Language language_of_environment();

/// Whether both texts are there and have the same gaps ("{0}", "{1}"): otherwise one of them says
/// something else, or ends in an error when it is shown.
[[nodiscard]] constexpr bool are_both_complete(std::string_view en, std::string_view id) {
    if (en.empty() != id.empty()) return false;
    for (char gap = '0'; gap <= '9'; ++gap) {
        const auto has = [gap](std::string_view text) {
            for (std::size_t i = 0; i + 1 < text.size(); ++i)
                if (text[i] == '{' && text[i + 1] == gap) return true;
            return false;
        };
        if (has(en) != has(id)) return false;
    }
    return true;
}

/// One text in both languages. Does not compile when one of them is missing or lacks a gap.
class Words {
public:
    consteval Words(std::string_view en, std::string_view id) : en_(en), id_(id) {
        if (!are_both_complete(en, id)) throw "a text is not complete in both languages";
    }
    [[nodiscard]] constexpr std::string_view in(Language language) const {
        return language == Language::id ? id_ : en_;
    }

private:
    std::string_view en_;
    std::string_view id_;
};

/// The text with its gaps filled.
template <class... Values>
[[nodiscard]] std::string say(Language language, const Words& words, const Values&... values) {
    return fmt::format(fmt::runtime(words.in(language)), values...);
}

/// What more than one part of the program says. What only one verb says stands with that verb.
namespace text {

#define PANTAU_CLI_TEXTS(X)                                                                      \
    X(unknown_verb, "there is no verb '{0}'", "tidak ada perintah '{0}'")                        \
    X(verb_needs_second, "'{0}' needs a second word: {1}", "'{0}' perlu kata kedua: {1}")        \
    X(unknown_option, "there is no option {0}", "tidak ada opsi {0}")                            \
    X(perhaps, "{0}; did you mean {1}?", "{0}; maksudnya {1}?")                                  \
    X(needs_value, "{0} needs a value", "{0} perlu sebuah nilai")                                \
    X(takes_no_value, "{0} takes no value", "{0} tidak memakai nilai")                           \
    X(given_twice, "{0} is given twice", "{0} diberikan dua kali")                               \
    X(not_a_choice, "{0} cannot be '{1}'; it is one of {2}",                                     \
      "{0} tidak bisa '{1}'; pilihannya {2}")                                                    \
    X(bad_number, "{0} must be a whole number from {1} to {2}, not '{3}'",                       \
      "{0} harus bilangan bulat dari {1} sampai {2}, bukan '{3}'")                               \
    X(bad_share, "{0} must be a share from 0 to 1, not '{1}'",                                   \
      "{0} harus bagian dari 0 sampai 1, bukan '{1}'")                                           \
    X(bad_duration, "{0} must be a time such as 250ms, 2s, 5m or 1h, not '{1}'",                 \
      "{0} harus berupa waktu seperti 250ms, 2s, 5m atau 1h, bukan '{1}'")                       \
    X(missing_operand, "{0} is missing", "{0} belum disebutkan")                                 \
    X(extra_operand, "'{0}' is one word too many", "'{0}' kata yang berlebih")                   \
    X(try_help, "See '{0}'.", "Lihat '{0}'.")                                                    \
    X(options, "options", "opsi")                                                                \
    X(usage_line, "usage: pantau {0} [options]", "pemakaian: pantau {0} [opsi]")                 \
    X(options_everywhere, "options of every verb", "opsi untuk semua perintah")                  \
    X(verbs, "verbs", "perintah")                                                                \
    X(no_profile_folder, "no profiles found; name their folder in $PANTAU_PROFILES",             \
      "profil tidak ditemukan; sebutkan foldernya di $PANTAU_PROFILES")                          \
    X(examples, "examples", "contoh")                                                            \
    X(program_line, "pantau - looks at a city's Wi-Fi access points, one by one or all at once", \
      "pantau - melihat titik akses Wi-Fi sebuah kota, satu per satu atau semuanya")             \
    X(more_help, "'pantau help VERB' tells the options of a verb; the manual is pantau(1).",     \
      "'pantau help PERINTAH' menjelaskan opsinya; buku petunjuknya pantau(1).")                 \
    X(cannot_write, "cannot write the output: {0}", "keluaran tidak bisa ditulis: {0}")          \
    X(bug, "something went wrong that should not: {0}",                                          \
      "terjadi kesalahan yang tidak semestinya: {0}")                                            \
    X(daemon_refused,                                                                            \
      "cannot reach pantaud at {0}: it is not running or uses another socket; see 'systemctl "   \
      "status pantaud', or name the socket with --socket",                                       \
      "pantaud tidak terjangkau di {0}: sedang tidak berjalan atau memakai soket lain; lihat "   \
      "'systemctl status pantaud', atau sebutkan soketnya dengan --socket")                      \
    X(daemon_auth,                                                                               \
      "you may not talk to pantaud at {0}; use sudo, or join the group of the socket ('sudo "    \
      "adduser $USER pantau') and log in again",                                                 \
      "Anda tidak berhak memakai pantaud di {0}; pakai sudo, atau masuk ke grup soket itu "      \
      "('sudo adduser $USER pantau') lalu login ulang")                                          \
    X(daemon_timeout, "pantaud at {0} gave no answer within {1} s",                              \
      "pantaud di {0} tidak menjawab dalam {1} detik")                                           \
    X(daemon_malformed, "what listens at {0} does not answer like pantaud: {1}",                 \
      "yang mendengarkan di {0} tidak menjawab seperti pantaud: {1}")                            \
    X(daemon_local, "cannot reach pantaud at {0}: {1}", "pantaud tidak terjangkau di {0}: {1}")  \
    X(daemon_error, "pantaud says: {0}", "pantaud menjawab: {0}")                                \
    X(health_up, "up", "hidup")                                                                  \
    X(health_degraded, "degraded", "terganggu")                                                  \
    X(health_down, "down", "mati")                                                               \
    X(health_maintenance, "maintenance", "perawatan")                                            \
    X(health_unknown, "unknown", "belum diketahui")                                              \
    X(health_unreachable, "unreachable", "tak terjangkau")                                       \
    X(role_access_point, "access point", "titik akses")                                          \
    X(role_controller, "controller", "pengendali")                                               \
    X(role_radio, "radio link", "tautan radio")                                                  \
    X(role_router, "router", "router")                                                           \
    X(role_switch, "switch", "switch")                                                           \
    X(role_other, "of another kind", "jenis lain")                                               \
    X(reason_timeout, "no answer in time", "tidak menjawab tepat waktu")                         \
    X(reason_refused, "nothing listens there", "tidak ada yang mendengarkan di sana")            \
    X(reason_unreachable, "the network knows no way there", "jaringan tidak tahu jalan ke sana") \
    X(reason_auth, "the credential was not accepted", "kredensial tidak diterima")               \
    X(reason_malformed, "an answer that breaks the rules", "jawabannya melanggar aturan")        \
    X(reason_unsupported, "not offered", "tidak disediakan")                                     \
    X(reason_too_large, "more than allowed", "melebihi batas")                                   \
    X(reason_status, "another status than expected", "statusnya bukan yang diharapkan")          \
    X(reason_redirect, "a redirect that was not expected",                                       \
      "dialihkan ke tempat yang tidak diharapkan")                                               \
    X(reason_content, "another content than expected", "isinya bukan yang diharapkan")           \
    X(reason_certificate, "the certificate is not valid", "sertifikatnya tidak sah")             \
    X(reason_name_resolution, "the name has no address", "nama itu tidak punya alamat")          \
    X(reason_silent, "serves nobody", "tidak melayani siapa pun")                                \
    X(reason_overload, "this machine has too much to do", "mesin ini kewalahan")                 \
    X(reason_cancelled, "ended before its time", "dihentikan sebelum selesai")                   \
    X(reason_local, "a fault of this machine", "kesalahan di mesin ini sendiri")                 \
    X(reason_reported, "its controller says so", "menurut pengendalinya")                        \
    X(reason_unlisted, "not listed by its controller", "tidak ada di daftar pengendalinya")

#define PANTAU_CLI_TEXT(name, en, id) inline constexpr Words name{en, id};
PANTAU_CLI_TEXTS(PANTAU_CLI_TEXT)
#undef PANTAU_CLI_TEXT

}  // namespace text

struct NamedText {
    std::string_view name;
    Words words;
};

/// All of the table above.
[[nodiscard]] std::span<const NamedText> all_texts();

}  // namespace pantau::cli
