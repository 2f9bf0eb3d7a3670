#pragma once

#include <mongoc/mongoc.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "driver/sessions.hpp"
#include "drivers/mongo/document.hpp"
#include "drivers/mongo/failure.hpp"
#include "drivers/mongo/url.hpp"

namespace trifle::stats::detail::mongo {

/// What a server answered.
struct Reply {
  Document document;
  std::optional<Failure> unconfirmed = {};  ///< it was written, but not by as many members as were asked for
};

/// A client of libmongoc's that has found its server. It is used until it fails and then thrown away: libmongoc would
/// let a while pass before it looks at that server again. Not for two threads at once.
class Connection {
 public:
  /// Throws ConnectionError or TimeoutError where no server can be reached, StorageError where it refuses us.
  Connection(const Url& url, Use use, std::string_view operation);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  mongoc_client_t* client() const noexcept { return client_.get(); }

  /// Whether the deployment has transactions.
  bool has_transactions() const noexcept { return has_transactions_; }
  void forget_transactions() noexcept { has_transactions_ = false; }

  /// The most bytes that a document may have.
  std::size_t max_document() const noexcept { return max_document_; }

  /// Whether it failed, and must be thrown away.
  bool broken() const noexcept { return broken_; }

  /// The session of this connection's transactions.
  mongoc_client_session_t* session(std::string_view operation);
  /// Notes that a transaction of it is open, so that the server may hold locks for it.
  void set_in_transaction(bool open) noexcept { in_transaction_ = open; }
  /// The id of the session, where its transaction may be open still.
  std::optional<Document> open_session() const;

  /// Runs a command. `opts` may name a session; null: none.
  Reply run(const bson_t* command, const bson_t* opts, Phase phase, std::string_view operation) {
    return run_in(database_, command, opts, phase, operation);
  }
  Reply run_in(const std::string& database, const bson_t* command, const bson_t* opts, Phase phase,
               std::string_view operation);

  /// Calls `each` with every document that the filter finds. What it throws passes through.
  void find(const std::string& collection, const bson_t* filter, const bson_t* opts, Phase phase,
            std::string_view operation, const std::function<void(const bson_t&)>& each);

  /// Throws what a failure means, and remembers whether the connection is done for.
  [[noreturn]] void fail(const bson_error_t& error, const bson_t* reply, Phase phase, std::string_view operation);

  [[noreturn]] void fail(const Failure& failure, Phase phase, std::string_view operation);

  /// Something is asked now, beside what goes through here.
  void start_waiting() noexcept { asked_at_ = std::chrono::steady_clock::now(); }

  /// Whether the last failure was that somebody else was faster.
  bool conflicted() const noexcept { return conflicted_; }
  void forget_failure() noexcept { conflicted_ = false; }

 private:
  void select_server(Use use, std::string_view operation);

  struct Destroy {
    void operator()(mongoc_client_t* client) const noexcept { mongoc_client_destroy(client); }
    void operator()(mongoc_client_session_t* session) const noexcept { mongoc_client_session_destroy(session); }
  };
  const std::string database_;
  const std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point asked_at_;
  std::unique_ptr<mongoc_client_t, Destroy> client_;
  std::unique_ptr<mongoc_client_session_t, Destroy> session_;
  bool has_transactions_ = false;
  bool in_transaction_ = false;
  bool broken_ = false;
  bool conflicted_ = false;
  std::size_t max_document_ = 16u << 20;
};

}  // namespace trifle::stats::detail::mongo
