#include "drivers/sqlite/merge_batch.hpp"

#include <sqlite3.h>

#include <new>
#include <utility>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

MergeBatch* batch_of(sqlite3_value* value) {
  return static_cast<MergeBatch*>(sqlite3_value_pointer(value, kBatchPointer));
}

// No exception may cross SQLite. Only memory can be missing: everything else is told in the batch.
template <class Work>
int guarded(Work&& work) noexcept {
  try {
    work();
    return SQLITE_OK;
  } catch (...) {
    return SQLITE_NOMEM;
  }
}

void result(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void merge(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* const batch = batch_of(arguments[1]);
  if (!batch || batch->at_end()) {
    // At its end: the statement gathers rows before it writes, as with a trigger. Never guess which row is meant.
    sqlite3_result_error(context, "trifle_stats_merge stands at no row", -1);
    return;
  }
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
  std::optional<std::string_view> merged;
  if (guarded([&] { merged = batch->merge(stored); }) != SQLITE_OK) {
    sqlite3_result_error_nomem(context);
  } else if (merged) {
    result(context, *merged);
  } else {
    sqlite3_result_value(context, arguments[0]);
  }
}

constexpr int kKey = 0;
constexpr int kGranularity = 1;
constexpr int kAt = 2;
constexpr int kBatch = 3;

struct Cursor {
  sqlite3_vtab_cursor base;
  MergeBatch* batch;
};

MergeBatch* batch_of(sqlite3_vtab_cursor* cursor) { return reinterpret_cast<Cursor*>(cursor)->batch; }

int connect(sqlite3* db, void*, int, const char* const*, sqlite3_vtab** made, char**) {
  const int native = sqlite3_declare_vtab(db, "CREATE TABLE rows (key, granularity, at, batch HIDDEN)");
  if (native != SQLITE_OK) return native;
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *made = new (std::nothrow) sqlite3_vtab{};
  return *made ? SQLITE_OK : SQLITE_NOMEM;
}

int disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn != kBatch || !constraint.usable || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = 1;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
  auto* const cursor = new (std::nothrow) Cursor{};
  if (!cursor) return SQLITE_NOMEM;
  *made = &cursor->base;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete reinterpret_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value** arguments) {
  auto* const batch = batch_of(arguments[0]);
  reinterpret_cast<Cursor*>(cursor)->batch = batch;
  return batch ? SQLITE_OK : SQLITE_ERROR;
}

int next(sqlite3_vtab_cursor* cursor) {
  return guarded([&] { batch_of(cursor)->advance(); });
}

int eof(sqlite3_vtab_cursor* cursor) { return batch_of(cursor)->at_end(); }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) {
  const auto* const batch = batch_of(cursor);
  switch (number) {
    case kKey:
      result(context, batch->row().stored_key);
      break;
    case kGranularity:
      result(context, batch->row().granularity);
      break;
    case kAt:
      result(context, batch->bucket());
      break;
    default:
      break;
  }
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor*, sqlite3_int64* number) {
  *number = 0;
  return SQLITE_OK;
}

const sqlite3_module kModule = [] {
  sqlite3_module module{};
  module.xConnect = connect;  // without xCreate: it is there, and no other can be made of it
  module.xDisconnect = disconnect;
  module.xBestIndex = best_index;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = eof;
  module.xColumn = column;
  module.xRowid = rowid;
  return module;
}();

}  // namespace

void MergeBatch::start(std::span<const Row> rows) {
  rows_ = rows;
  next_ = 0;
  faults_ = {};
  unmet_.clear();
  stand();
}

void MergeBatch::advance() {
  if (fault_) {
    faults_.add(row(), std::move(*fault_));
  } else if (!met_) {
    unmet_.push_back(&row());
  }
  ++next_;
  stand();
}

std::optional<std::string_view> MergeBatch::merge(std::string_view stored) {
  if (met_) return std::nullopt;
  met_ = true;
  fault_ = change_row(stored, row(), text_);
  return fault_ ? std::nullopt : std::optional<std::string_view>(text_);
}

void register_merge(sqlite3* db) {
  int native = sqlite3_create_function_v2(db, kMergeFunction, 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, merge,
                                          nullptr, nullptr, nullptr);
  // BUSY: it is there already, and the application has statements running.
  if (native == SQLITE_OK || native == SQLITE_BUSY)
    native = sqlite3_create_module_v2(db, kBatchTable, &kModule, nullptr, nullptr);
  if (native != SQLITE_OK) raise(db, native, Phase::Statement, "open");
}

}  // namespace trifle::stats::detail::sqlite
