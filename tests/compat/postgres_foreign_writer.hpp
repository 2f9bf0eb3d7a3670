#pragma once

#include "compat/server_foreign_writer.hpp"
#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {

/// What they run on PostgreSQL.
class PostgresForeignWriter final : public ServerForeignWriter {
 public:
  PostgresForeignWriter(const std::string& url, Identity identity);

  void create_tables() override;
  void drop_tables() override;
  std::vector<std::vector<std::string>> rows() override;
  void beam(const std::string& key, std::int64_t at, const std::string& json) override;
  std::string number(const std::string& key, const std::string& granularity, std::int64_t at,
                     const std::string& name) override;
  std::pair<std::string, std::string> scan(const std::string& key) override;
  std::string status_member(const std::string& name) override;

 private:
  void run(const std::string& sql) override { db_.run(sql); }
  void begin() override { db_.run("BEGIN"); }
  void insert(const std::vector<std::string>& columns) override;
  bool deadlocked(const std::exception& error) const override;
  void upsert(const std::string& key, const std::string& granularity, std::int64_t at, const Fields& fields) override;
  std::string time_of(std::int64_t at) const override;

  PostgresConnection db_;
};

}  // namespace trifle::stats::test
