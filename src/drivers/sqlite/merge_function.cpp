#include "drivers/sqlite/merge_function.hpp"

#include <sqlite3.h>

#include <string_view>

#include "driver/row_change.hpp"
#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

void merge(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* const merge = static_cast<Merge*>(sqlite3_value_pointer(arguments[1], kMergePointer));
  if (!merge) {
    sqlite3_result_error(context, "trifle_stats_merge is private to Trifle Stats", -1);
    return;
  }
  // A table without a unique key may hold a row twice: only the first of them grows.
  if (merge->met) {
    sqlite3_result_value(context, arguments[0]);
    return;
  }
  merge->met = true;
  // The Ruby library's tables may hold NULL, which is an empty row.
  std::string_view stored = "{}";
  if (sqlite3_value_type(arguments[0]) != SQLITE_NULL) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    if (!text) {
      sqlite3_result_error_nomem(context);
      return;
    }
    stored = {text, static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]))};
  }
  try {
    merge->fault = change_row(stored, *merge->row, merge->text);
  } catch (...) {  // only memory can be missing, and no exception may cross SQLite
    sqlite3_result_error_nomem(context);
    return;
  }
  if (merge->fault) {
    sqlite3_result_value(context, arguments[0]);
  } else {
    sqlite3_result_text64(context, merge->text.data(), merge->text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
}

}  // namespace

void register_merge_function(sqlite3* db) {
  const int native = sqlite3_create_function_v2(db, kMergeFunction, 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, merge,
                                                nullptr, nullptr, nullptr);
  // BUSY: it is there already, and the application has statements running.
  if (native != SQLITE_OK && native != SQLITE_BUSY) raise(db, native, Phase::Statement, "open");
}

}  // namespace trifle::stats::detail::sqlite
