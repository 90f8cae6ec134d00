#include "runtime/http_message.hpp"

namespace pantau {
namespace {

const std::string* find(const std::vector<std::pair<std::string, std::string>>& list,
                        std::string_view name) {
    for (const auto& [key, value] : list) {
        if (key == name) return &value;
    }
    return nullptr;
}

}  // namespace

const std::string* HttpRequest::parameter(std::string_view name) const {
    return find(query, name);
}
const std::string* HttpRequest::header(std::string_view name) const {
    return find(headers, name);
}

HttpResponse HttpResponse::text(unsigned status, std::string words) {
    HttpResponse response;
    response.status = status;
    response.body = std::make_shared<const std::string>(std::move(words));
    return response;
}

HttpResponse HttpResponse::json(unsigned status, std::string document) {
    HttpResponse response = text(status, std::move(document));
    response.content_type = "application/json";
    return response;
}

}  // namespace pantau
