#pragma once

#include "collectors_snmp/visit.hpp"
#include "fakes/snmpd.hpp"

namespace pantau::snmp::test {

using pantau::test::SnmpdV3;
using User = pantau::test::SnmpUser;

/// How we speak in a user's name.
inline std::shared_ptr<Credential> credential_of(const User& user) {
    auto made = std::make_shared<Credential>();
    made->name = "c-" + user.name;
    made->version = Credential::Version::v3;
    made->user = user.name;
    made->auth_protocol = user.auth;
    if (!user.auth.empty()) made->auth_password = Secret(user.auth_password);
    made->priv_protocol = user.priv;
    if (!user.priv.empty()) made->priv_password = Secret(user.priv_password);
    return made;
}

}  // namespace pantau::snmp::test
