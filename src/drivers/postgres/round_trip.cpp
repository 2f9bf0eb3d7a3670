#include "drivers/postgres/round_trip.hpp"

#include <libpq-fe.h>

#include <array>
#include <atomic>
#include <optional>
#include <utility>

namespace trifle::stats::detail::postgres {
namespace {

constexpr int kBinary = 1;

/// Parameters as libpq takes them.
struct Arrays {
  explicit Arrays(const Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      values[i] = parameters[i].data();
      lengths[i] = static_cast<int>(parameters[i].size());
      formats[i] = kBinary;
    }
  }
  static constexpr std::size_t kMost = 8;
  std::array<const char*, kMost> values{};
  std::array<int, kMost> lengths{};
  std::array<int, kMost> formats{};
};

bool send(PGconn* connection, const std::string& name, const Parameters& parameters) {
  const Arrays arrays(parameters);
  return PQsendQueryPrepared(connection, name.c_str(), static_cast<int>(parameters.size()), arrays.values.data(),
                             arrays.lengths.data(), arrays.formats.data(), kBinary) != 0;
}

bool is_error(const Result& result) {
  const auto status = PQresultStatus(result.get());
  return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE;
}

}  // namespace

Statement::Statement(std::string sql) : sql_(std::move(sql)) {
  static std::atomic<unsigned> count{0};
  name_ = "trifle_stats_" + std::to_string(++count);
}

RoundTrip::RoundTrip(Connection& connection, std::string_view operation)
    : connection_(connection), operation_(operation), unblocked_(connection) {
  if (PQenterPipelineMode(connection_.get()) == 0)
    raise({}, PQerrorMessage(connection_.get()), Phase::Statement, operation_);
}

RoundTrip::~RoundTrip() {
  if (PQexitPipelineMode(connection_.get()) == 0) connection_.give_up();
}

void RoundTrip::sent(bool succeeded) {
  if (!succeeded) raise({}, PQerrorMessage(connection_.get()), Phase::Statement, operation_);
}

void RoundTrip::prepare(Statement& statement) {
  if (statement.prepared_) return;
  sent(PQsendPrepare(connection_.get(), statement.name_.c_str(), statement.sql_.c_str(), 0, nullptr) != 0);
  statement.prepared_ = true;  // for what follows; run() takes it back where it fails
  queued_.push_back({.prepares = &statement});
}

std::size_t RoundTrip::add(Statement& statement, const Parameters& parameters, bool commits) {
  prepare(statement);
  sent(send(connection_.get(), statement.name_, parameters));
  queued_.push_back({.commits = commits});
  commits_ = commits_ || commits;
  return added_++;
}

std::vector<Result> RoundTrip::run() {
  const Phase phase = commits_ ? Phase::Commit : Phase::Statement;
  auto results = take_all(phase);
  if (failed_) connection_.fail(*failed_, phase, failed_in_, operation_);
  return results;
}

void RoundTrip::abandon(Statement& rollback) {
  add(rollback);
  take_all(Phase::Statement);
}

std::vector<Result> RoundTrip::take_all(Phase phase) {
  sent(PQpipelineSync(connection_.get()) != 0);
  connection_.flush(phase, operation_);

  std::vector<Result> results;
  results.reserve(queued_.size());
  for (const auto& queued : queued_) {
    auto result = take(queued, phase);
    if (!connection_.is_alive()) break;
    if (queued.prepares) {
      queued.prepares->prepared_ = !failed_;
    } else if (result) {
      results.push_back(std::move(*result));
    }
  }
  failed_at_ = results.size();
  if (connection_.is_alive()) take_end(phase);
  return results;
}

/// The end of the pipeline, where the server commits what had no BEGIN.
void RoundTrip::take_end(Phase phase) {
  auto end = connection_.next(phase, operation_);
  while (connection_.is_alive() && PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) {
    if (end.get() && !failed_) {
      failed_ = std::move(end);
      failed_in_ = Phase::Commit;
    }
    end = connection_.next(phase, operation_);
  }
}

/// Nothing where it failed, or wasn't run because another did.
std::optional<Result> RoundTrip::take(const Queued& queued, Phase phase) {
  Result result = connection_.next(phase, operation_);
  if (result.get()) {
    while (connection_.is_alive() && connection_.next(phase, operation_).get()) {
    }
  }
  if (failed_) return std::nullopt;
  if (result.get() && !is_error(result)) return result;
  failed_ = std::move(result);
  failed_in_ = queued.commits ? Phase::Commit : Phase::Statement;
  return std::nullopt;
}

RowStream::RowStream(Connection& connection, std::string_view operation, Statement& statement,
                     const Parameters& parameters)
    : connection_(connection), operation_(operation), unblocked_(connection) {
  if (!statement.prepared_) {
    RoundTrip preparing(connection_, operation_);
    preparing.prepare(statement);
    preparing.run();
  }
  if (!send(connection_.get(), statement.name_, parameters))
    raise({}, PQerrorMessage(connection_.get()), Phase::Statement, operation_);
  PQsetSingleRowMode(connection_.get());
  connection_.flush(Phase::Statement, operation_);
}

RowStream::~RowStream() {
  try {
    while (!at_end_ && connection_.is_alive() && connection_.next(Phase::Statement, operation_).get()) {
    }
  } catch (const Error&) {  // the connection is noted as lost
  }
}

const Result* RowStream::next() {
  while (!at_end_) {
    row_ = connection_.next(Phase::Statement, operation_);
    if (!row_.get()) {
      at_end_ = true;
      break;
    }
    if (is_error(row_)) connection_.fail(row_, Phase::Statement, Phase::Statement, operation_);
    if (row_.rows() > 0) return &row_;
  }
  return nullptr;
}

}  // namespace trifle::stats::detail::postgres
