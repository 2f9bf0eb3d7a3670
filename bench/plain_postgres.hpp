#pragma once

#include <libpq-fe.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness.hpp"

// PostgreSQL without this library: what the driver is measured against.
namespace bench {

/// A connection of a program that does without this library.
class Plain {
 public:
  explicit Plain(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
    run("SET client_min_messages = warning");
  }

  void run(const std::string& sql) { take(PQexec(connection_.get(), sql.c_str())); }
  void prepare(const char* name, const std::string& sql) {
    take(PQprepare(connection_.get(), name, sql.c_str(), 0, nullptr));
  }
  void run_prepared(const char* name, const std::vector<std::string>& parameters) {
    send(parameters, [&](int count, const char* const* values, const int* lengths, const int* formats) {
      take(PQexecPrepared(connection_.get(), name, count, values, lengths, formats, 1));
    });
  }

  /// Rows fetched one by one, as they come; returns how many.
  std::size_t stream_prepared(const char* name, const std::vector<std::string>& parameters) {
    send(parameters, [&](int count, const char* const* values, const int* lengths, const int* formats) {
      PQsendQueryPrepared(connection_.get(), name, count, values, lengths, formats, 1);
    });
    PQsetSingleRowMode(connection_.get());
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (PGresult* const result = PQgetResult(connection_.get())) {
      if (PQntuples(result) > 0) {
        ++rows;
        bytes += static_cast<std::size_t>(PQgetlength(result, 0, 1));
      }
      PQclear(result);
    }
    keep(bytes);
    return rows;
  }

 private:
  template <class Call>
  static void send(const std::vector<std::string>& parameters, Call&& call) {
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const auto& parameter : parameters) {
      values.push_back(parameter.data());
      lengths.push_back(static_cast<int>(parameter.size()));
      formats.push_back(1);
    }
    call(static_cast<int>(values.size()), values.data(), lengths.data(), formats.data());
  }
  void take(PGresult* result) {
    const auto status = PQresultStatus(result);
    const std::string message = PQresultErrorMessage(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(message);
  }

  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

/// A schema of its own for one figure.
class Schema {
 public:
  explicit Schema(std::string url) : server_(std::move(url)), name_("trifle_bench_" + std::to_string(::getpid())) {
    Plain(server_).run("DROP SCHEMA IF EXISTS " + name_ + " CASCADE; CREATE SCHEMA " + name_);
  }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  ~Schema() {
    try {
      Plain(server_).run("DROP SCHEMA " + name_ + " CASCADE");
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
  }
  std::string url() const { return server_ + "?options=-csearch_path%3D" + name_; }

 private:
  std::string server_;
  std::string name_;
};

}  // namespace bench
