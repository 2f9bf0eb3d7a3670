#include "drivers/mysql/statement.hpp"

#include <errmsg.h>
#include <mysql.h>

#include <algorithm>
#include <utility>

#include "drivers/mysql/bucket_time.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::size_t kFirstRoom = 4'096;

}  // namespace

/// Where rows are put: what Connector/C points at must not move.
struct Statement::Results {
  struct Cell {
    std::vector<char> room;
    unsigned long size = 0;
    my_bool is_null = 0;
    MYSQL_TIME time{};
    long long integer = 0;
  };
  Results(std::initializer_list<Column> kinds) : columns(kinds), cells(kinds.size()), binds(kinds.size()) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto& cell = cells[i];
      auto& bind = binds[i];
      bind = MYSQL_BIND{};
      bind.length = &cell.size;
      bind.is_null = &cell.is_null;
      switch (columns[i]) {
        case Column::Text:
          cell.room.resize(kFirstRoom);
          bind.buffer_type = MYSQL_TYPE_STRING;
          bind.buffer = cell.room.data();
          bind.buffer_length = cell.room.size();
          break;
        case Column::Time:
          bind.buffer_type = MYSQL_TYPE_DATETIME;
          bind.buffer = &cell.time;
          bind.buffer_length = sizeof cell.time;
          break;
        case Column::Integer:
          bind.buffer_type = MYSQL_TYPE_LONGLONG;
          bind.buffer = &cell.integer;
          bind.buffer_length = sizeof cell.integer;
          break;
      }
    }
  }

  std::vector<Column> columns;
  std::vector<Cell> cells;
  std::vector<MYSQL_BIND> binds;
  bool bound = false;
  bool pending = false;  // rows may be on their way
};

Statement::Statement(st_mysql* db, std::string_view sql, std::initializer_list<Column> columns,
                     std::string_view operation)
    : db_(db), statement_(mysql_stmt_init(db)) {
  if (!statement_) raise(CR_OUT_OF_MEMORY, mysql_error(db), Phase::Statement, operation);
  try {
    if (mysql_stmt_prepare(statement_, sql.data(), sql.size()) != 0) raise_failed(operation);
    parameters_ = mysql_stmt_param_count(statement_);
    binds_.reserve(parameters_);
    if (columns.size() > 0) results_ = std::make_unique<Results>(columns);
  } catch (...) {
    mysql_stmt_close(std::exchange(statement_, nullptr));
    throw;
  }
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      parameters_(other.parameters_),
      binds_(std::move(other.binds_)),
      starts_(std::move(other.starts_)),
      sizes_(std::move(other.sizes_)),
      results_(std::move(other.results_)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(db_, other.db_);
  std::swap(statement_, other.statement_);
  std::swap(parameters_, other.parameters_);
  std::swap(binds_, other.binds_);
  std::swap(starts_, other.starts_);
  std::swap(sizes_, other.sizes_);
  std::swap(results_, other.results_);
  return *this;
}

Statement::~Statement() {
  if (statement_) mysql_stmt_close(statement_);
}

void Statement::add(std::string_view text) {
  MYSQL_BIND bind{};
  bind.buffer_type = MYSQL_TYPE_STRING;
  bind.buffer = const_cast<char*>(text.data());  // Connector/C only reads it
  bind.buffer_length = text.size();
  binds_.push_back(bind);
}

void Statement::add_bytes(std::string_view bytes) {
  add(bytes);
  binds_.back().buffer_type = MYSQL_TYPE_BLOB;
}

void Statement::execute(std::string_view operation) {
  if (!binds_.empty()) mysql_stmt_bind_param(statement_, binds_.data());
  run(operation);
}

void Statement::execute_array(std::size_t rows, std::string_view operation) {
  // What was added row by row is wanted column by column.
  starts_.resize(rows * parameters_);
  sizes_.resize(rows * parameters_);
  std::vector<MYSQL_BIND> columns(parameters_);
  for (std::size_t column = 0; column < parameters_; ++column) {
    auto* const starts = starts_.data() + column * rows;
    auto* const sizes = sizes_.data() + column * rows;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto& bind = binds_[row * parameters_ + column];
      starts[row] = static_cast<const char*>(bind.buffer);
      sizes[row] = bind.buffer_length;
    }
    columns[column].buffer_type = MYSQL_TYPE_STRING;
    columns[column].buffer = static_cast<void*>(starts);
    columns[column].length = sizes;
  }
  auto size = static_cast<unsigned>(rows);
  mysql_stmt_attr_set(statement_, STMT_ATTR_ARRAY_SIZE, &size);
  mysql_stmt_bind_param(statement_, columns.data());
  run(operation);
}

void Statement::run(std::string_view operation) {
  binds_.clear();
  if (mysql_stmt_execute(statement_) != 0) raise_failed(operation);
  if (!results_) return;
  results_->pending = true;
  if (!results_->bound && mysql_stmt_bind_result(statement_, results_->binds.data()) != 0) raise_failed(operation);
  results_->bound = true;
}

std::uint64_t Statement::affected_rows() const noexcept { return mysql_stmt_affected_rows(statement_); }

bool Statement::next_row(std::string_view operation) {
  const int fetched = mysql_stmt_fetch(statement_);
  if (fetched == MYSQL_NO_DATA) {
    results_->pending = false;
    mysql_stmt_free_result(statement_);
    return false;
  }
  if (fetched != 0 && fetched != MYSQL_DATA_TRUNCATED) raise_failed(operation);
  for (std::size_t i = 0; i < results_->cells.size(); ++i) {
    auto& cell = results_->cells[i];
    if (results_->columns[i] != Column::Text || cell.is_null || cell.size <= cell.room.size()) continue;
    cell.room.resize(std::max<std::size_t>(cell.size, cell.room.size() * 2));
    results_->binds[i].buffer = cell.room.data();
    results_->binds[i].buffer_length = cell.room.size();
    if (mysql_stmt_fetch_column(statement_, &results_->binds[i], static_cast<unsigned>(i), 0) != 0 ||
        mysql_stmt_bind_result(statement_, results_->binds.data()) != 0)
      raise_failed(operation);
  }
  return true;
}

bool Statement::is_null(std::size_t column) const { return results_->cells[column].is_null != 0; }

std::string_view Statement::text(std::size_t column) const {
  const auto& cell = results_->cells[column];
  if (cell.is_null) return {};
  return {cell.room.data(), cell.size};
}

std::int64_t Statement::integer(std::size_t column) const { return results_->cells[column].integer; }

std::optional<std::int64_t> Statement::time(std::size_t column) const {
  const auto& cell = results_->cells[column];
  if (cell.is_null) return std::nullopt;
  return unix_seconds(cell.time);
}

std::optional<std::int64_t> Statement::time_floor(std::size_t column) const {
  const auto& cell = results_->cells[column];
  if (cell.is_null) return std::nullopt;
  auto time = cell.time;
  time.second_part = 0;
  return unix_seconds(time);
}

void Statement::forget_rows() noexcept {
  binds_.clear();
  if (!statement_ || !results_ || !results_->pending) return;
  results_->pending = false;
  mysql_stmt_free_result(statement_);
}

void Statement::raise_failed(std::string_view operation) const {
  if (const unsigned native = mysql_stmt_errno(statement_); native != 0)
    raise(native, mysql_stmt_error(statement_), Phase::Statement, operation);
  // A row that was cut off is a failure to which the library gives no number.
  if (const unsigned native = mysql_errno(db_); native != 0)
    raise(native, mysql_error(db_), Phase::Statement, operation);
  raise(CR_SERVER_LOST, "the result was cut off", Phase::Statement, operation);
}

}  // namespace trifle::stats::detail::mysql
