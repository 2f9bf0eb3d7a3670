#include "drivers/mongo/transaction.hpp"

#include <memory>

namespace trifle::stats::detail::mongo {

Transaction::Transaction(Connection& connection, std::string_view operation)
    : connection_(connection), session_(connection.session(operation)), operation_(operation) {
  const std::unique_ptr<mongoc_transaction_opt_t, void (*)(mongoc_transaction_opt_t*)> options(
      mongoc_transaction_opts_new(), mongoc_transaction_opts_destroy);
  const std::unique_ptr<mongoc_read_concern_t, void (*)(mongoc_read_concern_t*)> snapshot(mongoc_read_concern_new(),
                                                                                          mongoc_read_concern_destroy);
  mongoc_read_concern_set_level(snapshot.get(), MONGOC_READ_CONCERN_LEVEL_SNAPSHOT);
  const std::unique_ptr<mongoc_read_prefs_t, void (*)(mongoc_read_prefs_t*)> primary(
      mongoc_read_prefs_new(MONGOC_READ_PRIMARY), mongoc_read_prefs_destroy);
  mongoc_transaction_opts_set_read_concern(options.get(), snapshot.get());
  mongoc_transaction_opts_set_read_prefs(options.get(), primary.get());
  mongoc_transaction_opts_set_write_concern(options.get(), mongoc_client_get_write_concern(connection.client()));
  bson_error_t error{};
  if (!mongoc_client_session_start_transaction(session_, options.get(), &error))
    connection_.fail(error, nullptr, Phase::Connect, operation_);
  if (!mongoc_client_session_append(session_, opts_.get(), &error))
    connection_.fail(error, nullptr, Phase::Connect, operation_);
  connection_.set_in_transaction(true);
}

Transaction::~Transaction() {
  if (connection_.broken() || !mongoc_client_session_in_transaction(session_)) return;
  bson_error_t error{};
  if (mongoc_client_session_abort_transaction(session_, &error)) connection_.set_in_transaction(false);
}

void Transaction::commit() {
  bson_error_t error{};
  bson_t reply;
  connection_.start_waiting();
  const bool ok = mongoc_client_session_commit_transaction(session_, &reply, &error);
  const Document told(reply);
  bson_destroy(&reply);
  if (!ok) connection_.fail(error, told.get(), Phase::Commit, operation_);
  connection_.set_in_transaction(false);
}

}  // namespace trifle::stats::detail::mongo
