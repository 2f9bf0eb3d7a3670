#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <trifle/stats/driver.hpp>
#include <trifle/stats/error.hpp>

#include "contract/temp_folder.hpp"

namespace trifle::stats::test {

/// How long a driver is told to wait.
struct Waits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds reply{30'000};
};

/// One way in which a driver writes its batches, and what a cut line must show of it.
struct Writing {
  std::string name;
  std::function<Driver(const std::string& url, const TempFolder& folder, const Waits& waits)> make;
  /// COMMIT is a request of its own, so that what is lost before it is known to have no effect.
  bool commit_is_apart = true;
  /// Some lost reply to a commit leaves its outcome open.
  bool commit_can_be_unknown = true;
};

/// What the fault tests know of a server. Byte counts say how much passes where a cut is worth a test.
struct ServerUnderFault {
  struct Bytes {
    std::uint64_t from = 0;
    std::uint64_t count = 1;
  };

  std::string name;
  std::string environment;  ///< the variable that holds the URL of the test server
  std::string secret;       ///< what no error may say

  /// The URL of what belongs to a folder there: a database, a schema, or names that begin with the folder's.
  std::function<std::string(const TempFolder& folder)> url;

  std::vector<Writing> writings;  ///< first what the driver does by default

  /// What a write over a broken line may end as.
  std::vector<ErrorCode> broken = {ErrorCode::Connection, ErrorCode::Timeout};

  /// A request whose client is gone may still be at it, and holds locks until it ends.
  bool may_linger = true;

  std::uint64_t reply_step = 5;  ///< between two cuts of a reply, in a short run

  int buffer_rounds = 25;  ///< in a short run
  Bytes buffer_request = {0, 1'200};
  Bytes buffer_reply = {0, 1'200};
  Bytes buffer_commit = {};  ///< about where a commit is answered

  std::size_t read_rows = 300;
  std::uint64_t read_bytes = 30'000;
  std::uint64_t read_step = 1'501;
  std::uint64_t read_step_full = 97;

  Waits impatient = {std::chrono::seconds(1), std::chrono::seconds(1)};
  std::chrono::seconds impatient_end{12};  ///< when a write over a silent line must be over, with these waits

  /// Somebody else's connection, which runs statements and says the first value of their last row; for servers that
  /// speak SQL.
  using Session = std::function<std::string(const std::string& sql)>;
  std::function<Session(const std::string& url)> sql = {};

  /// How a batch is held up on the server.
  struct Hold {
    std::vector<std::string> prepare = {};  ///< once, before a driver opens the tables
    std::vector<std::string> hold = {};
    std::string count = {};  ///< how many are held
    std::string let_go = {};
  };
  bool known_rows_commit_at_once = false;  ///< a batch of rows that the driver wrote before is one request with COMMIT
  Hold before_commit = {};                 ///< in what it does before it asks for COMMIT
  Hold in_commit = {};                     ///< in COMMIT, or in the request that COMMIT is part of

  friend std::ostream& operator<<(std::ostream& out, const ServerUnderFault& server) { return out << server.name; }
};

}  // namespace trifle::stats::test
