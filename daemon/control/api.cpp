#include "control/api.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/edit_distance.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "control/documents.hpp"

namespace pantau::control {
namespace {

namespace json = boost::json;

HttpResponse version_answer(const Readable&, const HttpRequest&) {
    return HttpResponse::json(
        200, json::serialize(json::object{
                 {"version", version()}, {"revision", revision()}, {"compiler", compiler()}}));
}

HttpResponse status_answer(const Readable& api, const HttpRequest&) {
    return HttpResponse::json(200, status_document(*api.snapshot(), api.extras()));
}

HttpResponse devices_answer(const Readable& api, const HttpRequest& request) {
    const auto snapshot = api.snapshot();
    const auto filter = parse_device_filter(request.query, snapshot->inventory->hierarchy);
    if (!filter) return refusal(400, filter.error().detail);
    return HttpResponse::json(200, devices_document(*snapshot, *filter));
}

/// Takes the parameter out of the query; empty when it is not there.
std::string taken(std::vector<std::pair<std::string, std::string>>& query, std::string_view name) {
    const auto found = std::find_if(query.begin(), query.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    if (found == query.end()) return {};
    std::string value = std::move(found->second);
    query.erase(found);
    return value;
}

HttpResponse no_such_device(const Snapshot& snapshot, const std::string& id) {
    std::vector<std::string_view> known;
    known.reserve(snapshot.devices.size());
    for (const auto& state : snapshot.devices)
        known.emplace_back(state->device->id);
    std::string words = "no device '" + Text::from_network(id).str() + "' in the inventory";
    if (const auto meant = did_you_mean(id, known)) words += ", perhaps '" + *meant + "'";
    return refusal(404, std::move(words));
}

HttpResponse unassigned_answer(const Readable& api, const HttpRequest& request) {
    const auto snapshot = api.snapshot();
    auto query = request.query;
    const std::string controller = taken(query, "controller");
    if (!controller.empty() && snapshot->inventory->find(controller) == nullptr)
        return no_such_device(*snapshot, controller);
    const auto filter = parse_device_filter(query, snapshot->inventory->hierarchy);
    if (!filter) return refusal(400, filter.error().detail);
    return HttpResponse::json(200, unassigned_document(*snapshot, *filter, controller));
}

HttpResponse device_answer(const Readable& api, const HttpRequest& request) {
    const std::string* id = request.parameter("id");
    if (id == nullptr || request.query.size() != 1) return refusal(400, "give one parameter: id");
    const auto snapshot = api.snapshot();
    if (auto document = device_document(*snapshot, *id))
        return HttpResponse::json(200, std::move(*document));
    return no_such_device(*snapshot, *id);
}

void reload(const Api& api, const HttpRequest& request, HttpReply reply) {
    api.reload([reply = std::move(reply), peer = request.peer](const ReloadResult& result) {
        log(msg::control_request,
            {{"verb", "reload"}, {"peer", peer}, {"result", result.ok ? "ok" : "refused"}});
        reply(HttpResponse::json(result.ok ? 200 : 409, reload_document(result)));
    });
}

}  // namespace

void PollFigures::add(const PollStats& stats) {
    constexpr auto relaxed = std::memory_order_relaxed;
    polls += stats.polls.load(relaxed);
    for (std::size_t i = 0; i < reason_count; ++i)
        failures[i] += stats.failures[i].load(relaxed);
    in_flight += stats.in_flight.load(relaxed);
    shed += stats.shed.load(relaxed);
    const auto bounds = stats.lateness.bounds();
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
        if (i == bounds.size() || bounds[i] > 1.0) late += stats.lateness.count(i);
    }
}

HttpResponse refusal(unsigned status, std::string words) {
    return HttpResponse::json(status, json::serialize(json::object{{"error", std::move(words)}}));
}

HttpRoute document_route(std::string path, std::shared_ptr<const Readable> from, Answer answer) {
    return {"GET", std::move(path),
            [from = std::move(from), answer](const HttpRequest& request, HttpReply reply) {
                if (!from->elsewhere) return reply(answer(*from, request));
                from->elsewhere([from, answer, request, reply = std::move(reply)] {
                    reply(answer(*from, request));
                });
            }};
}

std::vector<HttpRoute> control_routes(Api api) {
    const auto shared = std::make_shared<const Api>(std::move(api));
    const auto get = [&shared](std::string path, Answer answer) {
        return document_route("/control/v1/" + std::move(path), shared, answer);
    };
    return {get("version", version_answer),
            get("status", status_answer),
            get("devices", devices_answer),
            get("unassigned", unassigned_answer),
            get("device", device_answer),
            HttpRoute{"POST", "/control/v1/reload",
                      [shared](const HttpRequest& request, HttpReply reply) {
                          reload(*shared, request, std::move(reply));
                      }}};
}

}  // namespace pantau::control
