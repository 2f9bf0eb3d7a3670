#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/mysql/failure.hpp"

struct st_mysql;
struct st_mysql_stmt;
struct st_mysql_bind;

namespace trifle::stats::detail::mysql {

/// A prepared statement whose parameters are all texts (or bytes) and whose rows are taken one by one as they come.
class Statement {
 public:
  enum class Column { Text, Time, Integer };

  /// Prepares; throws where the server refuses it.
  Statement(st_mysql* db, std::string_view sql, std::initializer_list<Column> columns, std::string_view operation);
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  /// Binds the next parameter; the text must live until `execute`.
  void add(std::string_view text);
  /// The same for bytes that have no character set.
  void add_bytes(std::string_view bytes);

  /// Sends the statement with what was added since the last time. Of one that has rows the rows before are forgotten.
  void execute(std::string_view operation);

  /// Sends `rows` rows of parameters at once (MariaDB's array binding); one must have been added for each.
  void execute_array(std::size_t rows, std::string_view operation);

  /// What the server counted the last time: 1 for a row that was inserted or changed, 2 for one that an INSERT met and
  /// changed.
  std::uint64_t affected_rows() const noexcept;

  /// Takes the next row; false at the end.
  bool next_row(std::string_view operation);

  bool is_null(std::size_t column) const;
  std::string_view text(std::size_t column) const;
  std::int64_t integer(std::size_t column) const;
  /// Unix seconds; nothing for what isn't a whole second.
  std::optional<std::int64_t> time(std::size_t column) const;
  /// The same with a fraction left out.
  std::optional<std::int64_t> time_floor(std::size_t column) const;

  /// Whatever way the scope is left, rows that weren't taken are.
  class Use {
   public:
    explicit Use(Statement& statement) noexcept : statement_(statement) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { statement_.forget_rows(); }

   private:
    Statement& statement_;
  };

 private:
  struct Results;

  void run(std::string_view operation);
  void forget_rows() noexcept;
  [[noreturn]] void raise_failed(std::string_view operation) const;

  st_mysql* db_ = nullptr;
  st_mysql_stmt* statement_ = nullptr;
  std::size_t parameters_ = 0;
  std::vector<st_mysql_bind> binds_;
  std::vector<const char*> starts_;  // of an array: the texts of each column
  std::vector<unsigned long> sizes_;
  std::unique_ptr<Results> results_;  // binds point into it
};

}  // namespace trifle::stats::detail::mysql
