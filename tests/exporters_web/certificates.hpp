#pragma once

#include <doctest/doctest.h>

#include <string>

#include "support/process.hpp"

namespace pantau::test {

/// An authority and the certificates it signs, made by the real openssl.
class Certificates {
public:
    Certificates() {
        tool({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
              "-days", "30", "-subj", "/CN=city authority", "-keyout", in("ca.key"), "-out",
              in("ca.pem")});
    }

    /// NAME.pem and NAME.key. `san` as "DNS:prometheus.example.id"; `days` may be negative.
    void sign(const std::string& name, const std::string& san, int days = 30) const {
        tool({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
              "-subj", "/CN=" + name, "-keyout", in(name + ".key"), "-out", in(name + ".csr")});
        const std::string extensions = files.write(name + ".ext", "subjectAltName=" + san + "\n");
        tool({"x509", "-req", "-in", in(name + ".csr"), "-CA", in("ca.pem"), "-CAkey", in("ca.key"),
              "-CAcreateserial", "-days", std::to_string(days), "-extfile", extensions, "-out",
              in(name + ".pem")});
    }
    [[nodiscard]] std::string in(const std::string& name) const {
        return files.path() + "/" + name;
    }

    TemporaryDirectory files;

private:
    static void tool(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        const Finished done = run(std::move(arguments));
        INFO(done.err);
        REQUIRE(done.status == 0);
    }
};

}  // namespace pantau::test
