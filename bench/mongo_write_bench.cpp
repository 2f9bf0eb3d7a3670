// The MongoDB driver against the plainest bulk write of as many bytes, which adds nothing, is no transaction and
// doesn't know a batch again. The server is the one that TRIFLE_TEST_MONGO_URL names; without it there are no figures.

#include <mongoc/mongoc.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <trifle/stats/drivers/mongo.hpp>

#include "batches.hpp"
#include "driver/row_driver.hpp"
#include "drivers/mongo/document.hpp"
#include "drivers/mongo/library.hpp"
#include "harness.hpp"

namespace {

namespace detail = trifle::stats::detail;
using detail::mongo::Document;
using detail::mongo::Within;

/// A program that does without this library.
class Plain {
 public:
  explicit Plain(const std::string& url)
      : client_(nullptr, mongoc_client_destroy), collection_(nullptr, mongoc_collection_destroy) {
    detail::mongo::start_library();
    client_.reset(mongoc_client_new(url.c_str()));
    if (!client_) throw std::runtime_error("no client of MongoDB");
    database_ = mongoc_uri_get_database(mongoc_client_get_uri(client_.get()));
    collection_.reset(mongoc_client_get_collection(client_.get(), database_.c_str(), "plain"));
    Document command;
    detail::mongo::add(command.get(), "createIndexes", "plain");
    {
      Within indexes(command.get(), "indexes", Within::Kind::Array);
      Within index(indexes.get(), "0");
      {
        Within key(index.get(), "key");
        detail::mongo::add(key.get(), "key", 1);
      }
      detail::mongo::add(index.get(), "name", "key_1");
      detail::mongo::add(index.get(), "unique", true);
    }
    run(command);
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  ~Plain() {
    try {
      Document command;
      detail::mongo::add(command.get(), "dropDatabase", 1);
      run(command);
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
  }

  /// Sets the same paths of the same rows, which must be there, to numbers that no other round has.
  void overwrite(const detail::Rows& rows, std::int64_t round) {
    const std::unique_ptr<mongoc_bulk_operation_t, void (*)(mongoc_bulk_operation_t*)> bulk(
        mongoc_collection_create_bulk_operation_with_opts(collection_.get(), nullptr), mongoc_bulk_operation_destroy);
    Document upsert;
    detail::mongo::add(upsert.get(), "upsert", true);
    std::string path;
    for (const auto& row : rows.rows()) {
      Document filter;
      detail::mongo::add(filter.get(), "key", row.stored_key);
      Document update;
      {
        Within set(update.get(), "$set");
        for (const auto& field : row.increments) {
          path.assign("data.").append(field.name);
          if (field.number.is_integer()) {
            detail::mongo::add(set.get(), path, round);
          } else {
            detail::mongo::add(set.get(), path, static_cast<double>(round) * 1.25);
          }
        }
      }
      bson_error_t error{};
      if (!mongoc_bulk_operation_update_one_with_opts(bulk.get(), filter.get(), update.get(), upsert.get(), &error))
        throw std::runtime_error(error.message);
    }
    bson_t reply;
    bson_error_t error{};
    const auto server = mongoc_bulk_operation_execute(bulk.get(), &reply, &error);
    bson_destroy(&reply);
    if (server == 0) throw std::runtime_error(error.message);
  }

 private:
  void run(const Document& command) {
    bson_error_t error{};
    if (!mongoc_client_command_simple(client_.get(), database_.c_str(), command.get(), nullptr, nullptr, &error))
      throw std::runtime_error(error.message);
  }

  std::unique_ptr<mongoc_client_t, void (*)(mongoc_client_t*)> client_;
  std::unique_ptr<mongoc_collection_t, void (*)(mongoc_collection_t*)> collection_;
  std::string database_;
};

void write_bench(bench::Report& report, const std::string& url, const std::string& name, double goal, std::size_t paths,
                 std::size_t rows_in_batch, bool transactions) {
  if (!report.wants(name)) return;
  Plain plain(url);
  const auto ours = trifle::stats::drivers::mongo(url, {.transactions = transactions}).release();
  ours->setup(trifle::stats::Setup::Create);
  constexpr std::size_t kTable = 1'000;  // rows that are there, and that batches go round
  const std::size_t writes = 3'000 / rows_in_batch;
  std::int64_t round = 0;
  const auto rows_at = [&](std::size_t i) {
    const auto places = kTable / rows_in_batch;
    return bench::rows_of(ours->layout(), paths, i % places * rows_in_batch, rows_in_batch, false);
  };
  const auto batches_of = [&] {
    std::vector<detail::Rows> batches;  // each with an id of its own
    for (std::size_t i = 0; i < writes; ++i) batches.push_back(rows_at(i));
    return batches;
  };
  const auto numbers = static_cast<double>(writes * rows_in_batch);
  report.compare(
      name, goal,
      [&] {
        const auto batches = batches_of();
        return numbers / bench::seconds_of([&] {
                 for (const auto& rows : batches) ours->write(rows);
               });
      },
      [&] {
        const auto batches = batches_of();
        return numbers / bench::seconds_of([&] {
                 for (const auto& rows : batches) plain.overwrite(rows, ++round);
               });
      },
      7);
}

}  // namespace

void mongo_write_bench(bench::Report& report) {
  const char* const server = std::getenv("TRIFLE_TEST_MONGO_URL");
  if (!server) {
    if (report.wants("mongo")) std::cerr << "mongo: no figures, for TRIFLE_TEST_MONGO_URL is not set\n";
    return;
  }
  const auto url = std::string(server) + "/trifle_bench_" + std::to_string(::getpid());
  write_bench(report, url, "mongo, 5 paths x 1000 rows / plain bulk of $set", 0.8, 5, 1'000, true);
  write_bench(report, url, "mongo, 5 paths x 14 rows / plain bulk of $set", 0.6, 5, 14, true);
  write_bench(report, url, "mongo row by row, 5 paths x 1000 rows / plain bulk of $set", 0.6, 5, 1'000, false);
}
