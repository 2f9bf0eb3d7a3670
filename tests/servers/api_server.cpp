#include "servers/api_server.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <trifle/stats/drivers/process.hpp>

namespace trifle::stats::test {
namespace {

using nlohmann::json;

constexpr std::string_view kBase = "/api/v1";

HttpAnswer told(int status, const json& body) { return {.status = status, .body = body.dump()}; }
HttpAnswer refused(int status, const std::string& detail) { return told(status, {{"errors", {{"detail", detail}}}}); }

Options stored_with(const ApiServer::Config& config) {
  return {.time_zone = config.time_zone, .granularities = config.granularities, .buffer = {.enabled = false}};
}

/// A nested map of numbers; names are paths, as the family's server reads them.
void collect(const json& map, const std::string& prefix, Payload& payload) {
  for (const auto& [name, value] : map.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    if (value.is_object()) {
      collect(value, path, payload);
    } else if (value.is_number_integer()) {
      payload.add(path, value.get<std::int64_t>());
    } else {
      payload.add(path, value.get<double>());
    }
  }
}

std::map<std::string, std::string> parameters_of(const std::string& query) {
  std::map<std::string, std::string> parameters;
  std::string name;
  std::string text;
  for (std::size_t i = 0; i <= query.size(); ++i) {
    if (i == query.size() || query[i] == '&') {
      parameters[name] = text;
      name.clear();
      text.clear();
    } else if (query[i] == '=' && name.empty()) {
      name.swap(text);
    } else if (query[i] == '%') {
      text += static_cast<char>(std::stoi(query.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += query[i];
    }
  }
  return parameters;
}

}  // namespace

ApiServer::ApiServer(Config config)
    : config_(std::move(config)),
      stats_(drivers::process(), stored_with(config_)),
      server_([this](const HttpRequest& request) { return handle(request); }, config_.tls) {}

void ApiServer::plan(Plan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = std::move(plan);
}

std::vector<HttpRequest> ApiServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::uint64_t ApiServer::stored() const {
  const std::lock_guard lock(mutex_);
  return stored_;
}

Number ApiServer::sum(const std::string& key, const std::string& path, Instant at) {
  return stats_.values(key, at, at, "1d").sum(path).value_or(Number(0));
}

HttpAnswer ApiServer::handle(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  const Fault fault = plan_ ? plan_(request) : Fault();
  if (fault.kind == Fault::Before) return {.cut = 0};
  if (fault.kind == Fault::Answered) return fault.answer;
  HttpAnswer given = answer(request);
  if (fault.kind == Fault::After) given.cut = 0;
  given.gzip = request.headers.contains("accept-encoding");
  return given;
}

HttpAnswer ApiServer::answer(const HttpRequest& request) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  const auto question = std::min(request.target.find('?'), request.target.size());
  const std::string path = request.target.substr(0, question);
  if (header("authorization") != "Bearer " + config_.token) return refused(401, "Bad token");
  if (!config_.source_id.empty()) {
    if (header("x-trifle-source-id").empty()) return refused(400, "Missing X-Trifle-Source-Id header");
    if (header("x-trifle-source-id") != config_.source_id) return refused(400, "Invalid X-Trifle-Source-Id header");
  }
  if (path == std::string(kBase) + "/source") return source();
  if (path != std::string(kBase) + "/metrics") return refused(404, "Page not found");
  if (request.method == "POST") return store(request);
  return read(request.target.substr(std::min(question + 1, request.target.size())));
}

HttpAnswer ApiServer::store(const HttpRequest& request) {
  if (config_.type != "project") return refused(403, "Forbidden");
  try {
    const json body = json::parse(request.body);
    Payload payload;
    collect(body.at("values"), "", payload);
    const auto at = Instant::parse(body.at("at").get<std::string>());
    const auto key = body.at("key").get<std::string>();
    const TrackOptions options{.untracked = body.value("untracked", false)};
    if (body.value("operation", "track") == "assert") {
      stats_.assert_values(key, at, payload, options);
    } else {
      stats_.track(key, at, payload, options);
    }
  } catch (const std::exception&) {
    return refused(400, "Bad request");
  }
  ++stored_;
  return told(201, {{"data", {{"created", "ok"}}}});
}

HttpAnswer ApiServer::read(const std::string& query) {
  auto parameters = parameters_of(query);
  try {
    const auto& granularity = parameters.at("granularity");
    const auto& known = config_.granularities;
    if (std::find(known.begin(), known.end(), granularity) == known.end()) return refused(400, "Bad request");
    const auto key = parameters.contains("key") ? parameters["key"] : "__system__key__";
    const auto series =
        stats_.values(key, Instant::parse(parameters.at("from")), Instant::parse(parameters.at("to")), granularity);
    return {.status = 200, .body = "{\"data\":" + series.to_json() + "}"};
  } catch (const std::exception&) {
    return refused(400, "Bad request");
  }
}

HttpAnswer ApiServer::source() const {
  return told(200, {{"data",
                     {{"api_version", "v1"},
                      {"server_version", config_.version},
                      {"id", config_.source_id},
                      {"type", config_.type},
                      {"display_name", "Tests"},
                      {"default_timeframe", "24h"},
                      {"default_granularity", config_.default_granularity},
                      {"available_granularities", config_.granularities},
                      {"time_zone", config_.time_zone}}}});
}

}  // namespace trifle::stats::test
