#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/sessions.hpp"
#include "drivers/mongo/connection.hpp"

namespace trifle::stats::detail::mongo {

/// A connection that is made anew when it has failed. Not for two threads at once.
class Session {
 public:
  Session(const Url& url, Use use) : url_(url), use_(use) {}

  /// The connection, fit to be asked.
  Connection& connection(std::string_view operation);
  const Connection* current() const noexcept { return connection_.get(); }

  /// Whether the connection has served before: then it may have been closed since.
  bool was_used() const noexcept { return used_; }
  void note_use() noexcept { used_ = true; }

  /// Whether a connection that died left a transaction that nobody could end. Until it has ended by itself, it may
  /// hold locks, and its commit may still arrive.
  bool abandoned_some() const noexcept { return !abandoned_.empty(); }

  /// Whether the collection's index was seen over this connection.
  bool& index_seen() noexcept { return index_seen_; }

  /// Heals itself: the connection is made anew at the next call, where it has to be.
  bool usable_after(const Error& error) noexcept;
  /// In a child after fork: the connection is the parent's, who must not be disturbed.
  void leave_alone() noexcept { (void)connection_.release(); }

 private:
  void drop();
  void end_abandoned(std::string_view operation);

  const Url& url_;
  const Use use_;
  std::unique_ptr<Connection> connection_;
  std::vector<Document> abandoned_;
  bool used_ = false;
  bool index_seen_ = false;
};

}  // namespace trifle::stats::detail::mongo
