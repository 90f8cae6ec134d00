#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/http_message.hpp"

namespace pantau::web {

/// Finds who answers a request. Immutable.
class Router {
public:
    explicit Router(std::vector<HttpRoute> routes) : routes_(std::move(routes)) {}

    struct Match {
        const HttpHandler* handler = nullptr;  ///< Null: nobody; then `refusal` says why.
        HttpResponse refusal;                  ///< 404, or 405 with Allow.
    };
    [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

private:
    std::vector<HttpRoute> routes_;
};

}  // namespace pantau::web
