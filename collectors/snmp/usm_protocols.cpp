#include "collectors/snmp/usm_protocols.hpp"

#include <algorithm>
#include <array>

namespace pantau::snmp {
namespace {

/// In the order of AuthProtocol. Octets of the MAC: RFC 3414 6.3.1 and 7.3.1, RFC 7860 4.1.
constexpr std::array<AuthTraits, 7> auth_table{{{"", "", 0, 0},
                                                {"MD5", "MD5", 16, 12},
                                                {"SHA", "SHA1", 20, 12},
                                                {"SHA-224", "SHA2-224", 28, 16},
                                                {"SHA-256", "SHA2-256", 32, 24},
                                                {"SHA-384", "SHA2-384", 48, 32},
                                                {"SHA-512", "SHA2-512", 64, 48}}};

/// In the order of PrivProtocol.
constexpr std::array<PrivTraits, 7> priv_table{
    {{"", "", 0, KeyExtension::none},
     {"DES", "DES-CBC", 16, KeyExtension::none},
     {"AES-128", "AES-128-CFB", 16, KeyExtension::none},
     {"AES-192", "AES-192-CFB", 24, KeyExtension::blumenthal},
     {"AES-256", "AES-256-CFB", 32, KeyExtension::blumenthal},
     {"AES-192-C", "AES-192-CFB", 24, KeyExtension::reeder},
     {"AES-256-C", "AES-256-CFB", 32, KeyExtension::reeder}}};

template <class Protocol, class Table>
std::optional<Protocol> named(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
    if (found == table.end()) return std::nullopt;
    return static_cast<Protocol>(found - table.begin());
}

}  // namespace

const AuthTraits& traits_of(AuthProtocol protocol) {
    return auth_table[static_cast<std::size_t>(protocol)];
}

const PrivTraits& traits_of(PrivProtocol protocol) {
    return priv_table[static_cast<std::size_t>(protocol)];
}

std::optional<AuthProtocol> auth_protocol_named(std::string_view name) {
    return named<AuthProtocol>(auth_table, name);
}

std::optional<PrivProtocol> priv_protocol_named(std::string_view name) {
    return named<PrivProtocol>(priv_table, name);
}

}  // namespace pantau::snmp
