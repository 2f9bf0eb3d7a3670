#pragma once

#include <string_view>

#include "drivers/mongo/connection.hpp"

namespace trifle::stats::detail::mongo {

/// A transaction, from here to its commit; without one it is aborted.
class Transaction {
 public:
  Transaction(Connection& connection, std::string_view operation);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// The options that make a command a part of it.
  const bson_t* opts() const noexcept { return opts_.get(); }

  /// Throws with Outcome::Unknown where nobody can say whether it was committed.
  void commit();

 private:
  Connection& connection_;
  mongoc_client_session_t* const session_;
  const std::string_view operation_;
  Document opts_;
};

}  // namespace trifle::stats::detail::mongo
