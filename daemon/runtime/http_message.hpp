#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pantau {

/// A request as a handler sees it: already bounded, decoded and known to be well-formed.
struct HttpRequest {
    std::string method;  ///< "GET", "HEAD", "POST" …
    std::string path;    ///< Percent-decoded, without the query.
    std::vector<std::pair<std::string, std::string>> query;    ///< Decoded, in order.
    std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
    std::string body;
    /// Who asks: "127.0.0.1:40222", or "uid=1000 gid=1000 pid=4711" on a unix socket. For logs.
    std::string peer;

    /// Value of the first parameter with that name, or null.
    [[nodiscard]] const std::string* parameter(std::string_view name) const;
    /// Value of the first header with that name (lower case), or null.
    [[nodiscard]] const std::string* header(std::string_view name) const;
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    /// Shared, so that many answers can send one rendering.
    std::shared_ptr<const std::string> body;
    std::vector<std::pair<std::string, std::string>> headers;

    [[nodiscard]] static HttpResponse text(unsigned status, std::string words);
    [[nodiscard]] static HttpResponse json(unsigned status, std::string document);
};

/// Answers a request: calls `reply` exactly once, from any thread, at once or later.
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(const HttpRequest& request, HttpReply reply)>;

/// One row of a router. HEAD is answered where GET is.
struct HttpRoute {
    std::string method;  ///< "GET", "POST" or "PUT"
    std::string path;    ///< Exact, or its last part is anything: "/devices/{id}".
    HttpHandler handler;
};

}  // namespace pantau
