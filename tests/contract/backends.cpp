#include "contract/backends.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/lent_driver.hpp"
#ifdef TRIFLE_TEST_MONGO
#include "contract/mongo_backends.hpp"
#endif
#ifdef TRIFLE_TEST_MYSQL
#include "contract/mysql_backends.hpp"
#endif
#ifdef TRIFLE_TEST_POSTGRES
#include "contract/postgres_backends.hpp"
#endif
#ifdef TRIFLE_TEST_REDIS
#include "contract/redis_backends.hpp"
#endif
#include "contract/sqlite_file.hpp"

namespace trifle::stats::test {
namespace {

[[maybe_unused]] void append(std::vector<Backend>& all, std::vector<Backend> more) {
  for (auto& backend : more) all.push_back(std::move(backend));
}

drivers::SqliteOptions options_of(Identity identity, const Names& names) {
  return {.identity = identity,
          .table = names.table,
          .separator = names.separator,
          .synchronous = drivers::SqliteOptions::Synchronous::Off};  // no test cuts the power
}

/// The driver on a connection that the "application" lends.
std::unique_ptr<detail::RowDriver> lent(const std::string& path, const drivers::SqliteOptions& options) {
  return lend<SqliteFile>(path, [&](auto* connection) { return drivers::sqlite(connection, options); });
}

using Make = decltype(Backend::make);

Make process(Identity identity) {
  return [=](const TempFolder&, const Names& names) {
    return drivers::process({.identity = identity, .separator = names.separator}).release();
  };
}

Make file(Identity identity) {
  return [=](const TempFolder& folder, const Names& names) {
    return drivers::sqlite(folder.file("stats.db"), options_of(identity, names)).release();
  };
}

Make file_with_ledger(Identity identity) {
  return [=](const TempFolder& folder, const Names& names) {
    auto options = options_of(identity, names);
    options.ledger = true;
    return drivers::sqlite(folder.file("stats.db"), options).release();
  };
}

Make file_in_delete_mode(Identity identity) {
  return [=](const TempFolder& folder, const Names& names) {
    auto options = options_of(identity, names);
    options.journal = drivers::SqliteOptions::Journal::Delete;
    return drivers::sqlite(folder.file("stats.db"), options).release();
  };
}

/// A table that somebody else made before: `columns` is what stands between the parentheses, and behind.
Make file_with(Identity identity, std::string columns) {
  return [=](const TempFolder& folder, const Names& names) {
    const auto path = folder.file("stats.db");
    SqliteFile(path).run("CREATE TABLE IF NOT EXISTS " + quoted_name(names.table) + " " + columns);
    return drivers::sqlite(path, options_of(identity, names)).release();
  };
}

Make ruby_full() {
  return [](const TempFolder& folder, const Names& names) {
    const auto path = folder.file("stats.db");
    SqliteFile file(path);
    file.run("CREATE TABLE IF NOT EXISTS " + quoted_name(names.table) + " (key varchar(255), data json)");
    file.run("CREATE UNIQUE INDEX IF NOT EXISTS " + quoted_name("idx_" + names.table + "_key") + " ON " +
             quoted_name(names.table) + " (key)");
    return drivers::sqlite(path, options_of(Identity::Full, names)).release();
  };
}

}  // namespace

std::vector<Backend> backends() {
  std::vector<Backend> all = shared_backends();
  const std::pair<Identity, const char*> identities[] = {
      {Identity::Full, "full"}, {Identity::Partial, "partial"}, {Identity::Separated, "separated"}};
  for (const auto& [identity, name] : identities) {
    const std::string suffix = name;
    const auto id = identity;
    all.push_back({"process_" + suffix, id, false, process(id)});
    all.push_back({"sqlite_ledger_" + suffix, id, true, file_with_ledger(id)});
    all.push_back({"sqlite_memory_" + suffix, id, false, [id](const TempFolder&, const Names& names) {
                     return drivers::sqlite(":memory:", options_of(id, names)).release();
                   }});
    all.push_back({"sqlite_lent_" + suffix, id, false,
                   [id](const TempFolder& folder, const Names& names) {
                     return lent(folder.file("stats.db"), options_of(id, names));
                   },
                   Atomicity::Batch, true});
  }
  all.push_back({"sqlite_ruby_full", Identity::Full, true, ruby_full()});
  all.push_back({"sqlite_ruby_partial", Identity::Partial, true,
                 file_with(Identity::Partial,
                           "(key varchar(255) NOT NULL, at datetime NOT NULL, data json, PRIMARY KEY (key, at))")});
  all.push_back(
      {"sqlite_ruby_separated", Identity::Separated, true,
       file_with(Identity::Separated,
                 "(key varchar(255) NOT NULL, granularity varchar(255) NOT NULL, at datetime NOT NULL, data json,"
                 " PRIMARY KEY (key, granularity, at))")});
  all.push_back({"sqlite_without_rowid_full", Identity::Full, true,
                 file_with(Identity::Full, "(key TEXT PRIMARY KEY, data TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID")});
  all.push_back({"sqlite_without_rowid_separated", Identity::Separated, true,
                 file_with(Identity::Separated,
                           "(key TEXT NOT NULL, granularity TEXT NOT NULL, at TEXT NOT NULL, data TEXT,"
                           " PRIMARY KEY (key, granularity, at)) WITHOUT ROWID")});
#ifdef TRIFLE_TEST_MYSQL
  append(all, mysql_lent_backends());
#endif
#ifdef TRIFLE_TEST_POSTGRES
  append(all, postgres_own_backends());
#endif
  return all;
}

std::vector<Backend> shared_backends() {
  std::vector<Backend> all = {{"sqlite_full", Identity::Full, true, file(Identity::Full)},
                              {"sqlite_partial", Identity::Partial, true, file(Identity::Partial)},
                              {"sqlite_separated", Identity::Separated, true, file(Identity::Separated)},
                              {"sqlite_delete_journal", Identity::Full, true, file_in_delete_mode(Identity::Full)}};
#ifdef TRIFLE_TEST_MYSQL
  append(all, mysql_shared_backends());
#endif
#ifdef TRIFLE_TEST_POSTGRES
  append(all, postgres_shared_backends());
#endif
#ifdef TRIFLE_TEST_REDIS
  append(all, redis_backends());
#endif
#ifdef TRIFLE_TEST_MONGO
  append(all, mongo_backends());
#endif
  return all;
}

}  // namespace trifle::stats::test
