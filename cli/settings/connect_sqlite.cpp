#include <unistd.h>

#include <trifle/stats/drivers/sqlite.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/environment.hpp"

namespace trifle::cli {
namespace {

// The WAL is copied back less often while an import runs: it grows to 32 MB at most.
constexpr int kPagesBetweenCheckpoints = 8000;

}  // namespace

stats::Driver sqlite_driver(const Settings& settings, Access access) {
  using Options = stats::drivers::SqliteOptions;
  const std::string path = expand_home(settings["db"]);
  if (path.empty()) throw Failure("--db is required for sqlite driver");
  Options options{.identity = identity_of(settings), .table = settings["table"], .separator = settings["separator"]};
  const bool is_file = path != ":memory:";
  const bool creates = access == Access::Create || access == Access::Load;
  if (is_file && !creates && ::access(path.c_str(), F_OK) != 0) {
    throw Failure("no database at " + path + " (run: trifle setup --db " + path + ")");
  }
  if (creates) {
    options.open = Options::Open::CreateIfMissing;
    if (access == Access::Load) options.wal_autocheckpoint = kPagesBetweenCheckpoints;
  } else if (access == Access::Write || !is_file) {
    options.open = Options::Open::MustExist;
  } else {
    // A writable file is opened for writing even to read: only such a connection can tidy up the WAL behind itself.
    options.open = ::access(path.c_str(), W_OK) == 0 ? Options::Open::MustExist : Options::Open::ReadOnly;
    options.journal = Options::Journal::Keep;
  }
  return stats::drivers::sqlite(path, std::move(options));
}

}  // namespace trifle::cli
