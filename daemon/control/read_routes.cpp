#include "control/read_routes.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "control/documents.hpp"
#include "control/pages.hpp"
#include "schedule/schedule.hpp"

namespace pantau::control {
namespace {

constexpr std::string_view device_prefix = "/api/v1/devices/";

/// A document with its ETag, or 304 for who has it already.
HttpResponse tagged(const HttpRequest& request, std::string document) {
    const std::string etag = fmt::format("\"{:016x}\"", stable_hash(document));
    const std::string* const known = request.header("if-none-match");
    HttpResponse response;
    if (known != nullptr && is_named_in(*known, etag))
        response = HttpResponse::json(304, "");
    else
        response = HttpResponse::json(200, std::move(document));
    response.headers.emplace_back("ETag", etag);
    // May be kept, if it is asked for each time whether it still holds.
    response.headers.emplace_back("Cache-Control", "no-cache");
    return response;
}

HttpResponse takes_no_parameters() {
    return refusal(400, "this address takes no parameters");
}

HttpResponse summary_answer(const Readable& from, const HttpRequest& request) {
    if (!request.query.empty()) return takes_no_parameters();
    return tagged(request, status_document(*from.snapshot(), from.extras()));
}

HttpResponse devices_answer(const Readable& from, const HttpRequest& request) {
    const auto snapshot = from.snapshot();
    Query query = request.query;
    const auto page = take_page(query);
    if (!page) return refusal(400, page.error().detail);
    const auto filter = parse_device_filter(query, snapshot->inventory->hierarchy, page_parameters);
    if (!filter) return refusal(400, filter.error().detail);
    return tagged(request, devices_page(*snapshot, *filter, *page));
}

HttpResponse device_answer(const Readable& from, const HttpRequest& request) {
    if (!request.query.empty()) return takes_no_parameters();
    const std::string id = request.path.substr(device_prefix.size());
    auto document = device_document(*from.snapshot(), id);
    // No guess at what was meant, as the control socket makes it: strangers may ask here, and
    // a long word against 50,000 names takes 1.8 s.
    if (!document)
        return refusal(404, "no device '" + Text::from_network(id).str() + "' in the inventory");
    return tagged(request, std::move(*document));
}

HttpResponse areas_answer(const Readable& from, const HttpRequest& request) {
    const auto snapshot = from.snapshot();
    Query query = request.query;
    const auto page = take_page(query);
    if (!page) return refusal(400, page.error().detail);
    const auto filter = parse_area_filter(query, snapshot->inventory->hierarchy);
    if (!filter) return refusal(400, filter.error().detail);
    return tagged(request, areas_page(*snapshot, *filter, *page));
}

HttpResponse incidents_answer(const Readable&, const HttpRequest& request) {
    Query query = request.query;
    const auto page = take_page(query);
    if (!page) return refusal(400, page.error().detail);
    if (!query.empty()) return refusal(400, "known parameters are limit, after");
    return tagged(request, incidents_page());
}

}  // namespace

bool is_named_in(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        std::string_view one = if_none_match.substr(0, comma);
        const std::size_t first = one.find_first_not_of(" \t");
        one.remove_prefix(first == std::string_view::npos ? one.size() : first);
        one = one.substr(0, one.find_last_not_of(" \t") + 1);
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
        if_none_match = comma == std::string_view::npos ? "" : if_none_match.substr(comma + 1);
    }
    return false;
}

std::vector<HttpRoute> read_routes(Readable from) {
    const auto shared = std::make_shared<const Readable>(std::move(from));
    const auto get = [&shared](std::string path, Answer answer) {
        return document_route("/api/v1/" + std::move(path), shared, answer);
    };
    return {get("summary", summary_answer), get("devices", devices_answer),
            get("devices/{id}", device_answer), get("areas", areas_answer),
            get("incidents", incidents_answer)};
}

}  // namespace pantau::control
