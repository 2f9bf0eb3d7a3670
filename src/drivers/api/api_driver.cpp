#include "drivers/api/api_driver.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <trifle/stats/error.hpp>

#include "driver/asked_buckets.hpp"
#include "driver/raise.hpp"
#include "drivers/api/failure.hpp"
#include "drivers/api/gzip.hpp"
#include "drivers/api/measurement_json.hpp"
#include "drivers/api/options.hpp"
#include "drivers/api/replies.hpp"

namespace trifle::stats::detail::api {
namespace {

constexpr std::size_t kBucketsPerRequest = 10'000;

drivers::ApiOptions checked(drivers::ApiOptions options) {
  check_options(options);
  return options;
}

[[noreturn]] void raise_answer(const Verdict& verdict, std::string_view operation, const HttpSession::Reply& reply) {
  raise(verdict, operation, reply.status, reply.body, reply.retry_after);
}

drivers::ApiSource ask_source(HttpSession& session, std::string_view operation) {
  const auto reply = session.get("/source", operation);
  if (const auto verdict = verdict_of_read(reply.answer())) raise_answer(*verdict, operation, reply);
  auto source = read_source_reply(reply.body);
  if (!source) throw CorruptData("the server's answer is not a source", details_of(kBackend, operation, true));
  return std::move(*source);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

/// The server says "Bad request" and no more.
void explain_bad_request(HttpSession& session, std::string_view granularity) {
  const auto known = ask_source(session, "read").granularities;
  if (known.empty() || std::find(known.begin(), known.end(), granularity) != known.end()) return;
  throw InvalidArgument("the source has no granularity " + std::string(granularity) + "; it has " + joined(known),
                        details_of(kBackend, "read", false));
}

[[noreturn]] void refuse_bucket(HttpSession& session, std::int64_t at, std::string_view granularity) {
  throw InvalidArgument("the source has a bucket of " + std::string(granularity) + " at " +
                            Instant::from_unix(at).to_string() +
                            ", where the time zone and the first weekday of this Stats have none; the source's time "
                            "zone is " +
                            ask_source(session, "read").time_zone + ", which Options must name to read it",
                        details_of(kBackend, "read", false));
}

}  // namespace

ApiDriver::ApiDriver(drivers::ApiOptions options)
    : options_(checked(std::move(options))),
      endpoint_(options_),
      traits_{.backend = std::string(kBackend),
              .identity = Identity::Separated,
              .atomicity = Atomicity::Measurement,
              .exact_integers = false,  // as far as the server goes, nobody promises it
              .own_buckets = false,
              .statuses = false},
      sessions_([this](Use) { return std::make_unique<HttpSession>(endpoint_, options_); }, options_.max_readers,
                false) {}

MeasurementDriver::Maker ApiDriver::maker() const {
  return [options = options_] { return std::make_unique<ApiDriver>(options); };
}

SetupReport ApiDriver::setup(Setup) {
  SetupReport report;
  with_reader([&](HttpSession& session) {
    const auto source = ask_source(session, "setup");
    if (source.type == "database")
      report.differences.emplace_back("the source is a database, which can be read through the API and not written to");
    if (knows_no_operation(source.server_version)) {
      report.differences.push_back("the server " + source.server_version +
                                   " is older than assert_values, untracked and gzip through the API");
    }
  });
  return report;
}

void ApiDriver::write(const Measurement& measurement) {
  constexpr std::string_view kWrite = "write";
  const std::string json = measurement_json(measurement);
  with_writer([&](HttpSession& session) {
    if (measurement.change == Change::Set) must_know_assert(session);
    const auto reply = session.post("/metrics", options_.compress ? gzipped(json) : json, options_.compress, kWrite);
    if (const auto verdict = verdict_of_write(reply.answer())) raise_answer(*verdict, kWrite, reply);
  });
}

/// A server that doesn't know the word would add the numbers, and answer that all is well.
void ApiDriver::must_know_assert(HttpSession& session) {
  if (knows_assert_.load(std::memory_order_relaxed)) return;
  const auto reply = session.get("/source", "write");
  const bool is_unknown = reply.status == 404 || reply.status == 405;  // not every server has it
  if (!is_unknown) {
    if (const auto verdict = verdict_of_read(reply.answer())) raise_answer(*verdict, "write", reply);
    const auto source = read_source_reply(reply.body);
    if (source && knows_no_operation(source->server_version)) {
      throw InvalidArgument("the server " + source->server_version +
                                " can't set values, it would add them; assert_values needs a newer one",
                            details_of(kBackend, "write", false));
    }
  }
  knows_assert_.store(true, std::memory_order_relaxed);
}

void ApiDriver::read(const RowRange& range, RowSink& sink) {
  with_reader([&](HttpSession& session) {
    for (auto rest = range.buckets; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kBucketsPerRequest));
      read_some(session, range, some, sink);
      rest = rest.subspan(some.size());
    }
  });
}

void ApiDriver::read_some(HttpSession& session, const RowRange& range, std::span<const std::int64_t> buckets,
                          RowSink& sink) {
  std::string path = "/metrics?from=" + HttpSession::escaped(Instant::from_unix(buckets.front()).to_string()) +
                     "&granularity=" + HttpSession::escaped(range.granularity);
  if (range.key != kSystemKey) path += "&key=" + HttpSession::escaped(range.key);
  path += "&to=" + HttpSession::escaped(Instant::from_unix(buckets.back()).to_string());
  const auto reply = session.get(path, "read");
  if (const auto verdict = verdict_of_read(reply.answer())) {
    if (reply.status == 400 && !verdict->retry_is_safe) explain_bad_request(session, range.granularity);
    raise_answer(*verdict, "read", reply);
  }
  const auto series = read_series_reply(reply.body);
  if (!series) throw CorruptData("the server's answer is not a series", details_of(kBackend, "read", true));
  AskedBuckets asked(buckets);
  BucketReader reader;
  for (std::size_t i = 0; i < series->at.size(); ++i) {
    const auto fields = reader.read(series->values[i]);
    if (!fields) throw CorruptData("a bucket of the server's answer is no object", details_of(kBackend, "read", true));
    if (fields->empty()) continue;
    if (!asked.contains(series->at[i])) refuse_bucket(session, series->at[i], range.granularity);
    sink.fields(series->at[i], *fields);
  }
}

void ApiDriver::beam(std::string_view, const StoredStatus&) { refuse_status("beam"); }

std::optional<StoredStatus> ApiDriver::scan(std::string_view) { refuse_status("scan"); }

void ApiDriver::refuse_status(std::string_view operation) const {
  throw InvalidArgument("the HTTP API has no statuses; " + std::string(operation) + " needs a database's driver",
                        details_of(kBackend, operation, false));
}

void ApiDriver::with_writer(const Work& work) {
  sessions_.with_writer(work, [](HttpSession&, const Error&) {});
}

void ApiDriver::with_reader(const Work& work) {
  sessions_.with_reader(work, [](HttpSession&, const Error&) {});
}

}  // namespace trifle::stats::detail::api

namespace trifle::stats::drivers {

Driver api(ApiOptions options) { return Driver(std::make_unique<detail::api::ApiDriver>(std::move(options))); }

ApiSource api_source(const ApiOptions& options) {
  detail::api::check_options(options);
  const detail::api::Endpoint endpoint(options);
  detail::api::HttpSession session(endpoint, options);
  return detail::api::ask_source(session, "source");
}

}  // namespace trifle::stats::drivers
