#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::test {

/// What the sister libraries run on a server, statement for statement.
class ServerForeignWriter {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;  // a name, and a decimal number

  virtual ~ServerForeignWriter() = default;

  /// As their setup makes them.
  virtual void create_tables() = 0;
  /// Theirs and ours.
  virtual void drop_tables() = 0;

  /// `track` of one key at some buckets, all rows, system rows included, in one transaction, which is run again where
  /// it met a deadlock.
  void track(const std::string& key, const std::string& granularity, const std::vector<std::int64_t>& buckets,
             const Fields& fields);
  virtual void beam(const std::string& key, std::int64_t at, const std::string& json) = 0;

  /// Makes these the rows of the table: columns as they are, times as RFC 3339, the JSON last. Throws, and leaves it as
  /// it is, where the server can't hold one.
  void fill(const std::vector<std::vector<std::string>>& rows);
  /// Every row of the table in that form.
  virtual std::vector<std::vector<std::string>> rows() = 0;

  /// One number as a sister reads it, as a decimal; empty where there is none.
  virtual std::string number(const std::string& key, const std::string& granularity, std::int64_t at,
                             const std::string& name) = 0;
  /// The time and the JSON of a status.
  virtual std::pair<std::string, std::string> scan(const std::string& key) = 0;
  /// One member, as JSON, of the only status there is.
  virtual std::string status_member(const std::string& name) = 0;

 protected:
  explicit ServerForeignWriter(Identity identity) : identity_(identity) {}

  virtual void run(const std::string& sql) = 0;
  virtual void begin() = 0;
  virtual void insert(const std::vector<std::string>& columns) = 0;
  virtual bool deadlocked(const std::exception& error) const = 0;
  virtual void upsert(const std::string& key, const std::string& granularity, std::int64_t at,
                      const Fields& fields) = 0;
  virtual std::string time_of(std::int64_t at) const = 0;

  Identity identity() const { return identity_; }
  bool has_time() const { return identity_ != Identity::Full; }
  /// The columns that say which row it is, and what is in them.
  std::vector<std::pair<std::string, std::string>> columns_of(const std::string& key, const std::string& granularity,
                                                              std::int64_t at) const;
  /// The JSON of a new row.
  static std::string packed(const Fields& fields);

 private:
  Identity identity_;
};

}  // namespace trifle::stats::test
