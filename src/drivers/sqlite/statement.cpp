#include "drivers/sqlite/statement.hpp"

#include <sqlite3.h>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {

Statement::Statement(sqlite3* db, std::string_view sql, std::string_view operation) {
  sqlite3_stmt* prepared = nullptr;
  const int native =
      sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  statement_.reset(prepared);
  if (native != SQLITE_OK) raise(db, native, Phase::Statement, operation);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL, not the empty text; so would a text that is too long, were its error not looked at.
  const int native = sqlite3_bind_text64(statement_.get(), parameter, text.data() ? text.data() : "", text.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
  if (native != SQLITE_OK) raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, "bind");
}

void Statement::bind(int parameter, std::int64_t integer) {
  const int native = sqlite3_bind_int64(statement_.get(), parameter, integer);
  if (native != SQLITE_OK) raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, "bind");
}

void Statement::bind_blob(int parameter, std::span<const std::uint8_t> bytes) {
  const int native =
      sqlite3_bind_blob(statement_.get(), parameter, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
  if (native != SQLITE_OK) raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, "bind");
}

void Statement::bind(int parameter, void* pointer, const char* type) {
  const int native = sqlite3_bind_pointer(statement_.get(), parameter, pointer, type, nullptr);
  if (native != SQLITE_OK) raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, "bind");
}

int Statement::step() noexcept { return sqlite3_step(statement_.get()); }

bool Statement::next_row(std::string_view operation) {
  const int native = step();
  if (native == SQLITE_ROW) return true;
  if (native == SQLITE_DONE) return false;
  raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, operation);
}

void Statement::run(std::string_view operation) {
  const int native = step();
  if (native != SQLITE_DONE && native != SQLITE_ROW)
    raise(sqlite3_db_handle(statement_.get()), native, Phase::Statement, operation);
  reset();
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const noexcept {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)))
              : std::string_view();
}

Statement::Use::~Use() {
  statement_.reset();
  sqlite3_clear_bindings(statement_.statement_.get());
}

}  // namespace trifle::stats::detail::sqlite
