#include "drivers/mongo/connection.hpp"

#include <cstring>
#include <new>

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::int32_t kWithTransactions = 7;         // the wire version of a replica set of MongoDB 4.0
constexpr std::int32_t kWithTransactionsSharded = 8;  // of a router of 4.2

std::int32_t number_in(const bson_t* document, const char* name, std::int32_t otherwise) {
  bson_iter_t iter;
  return find(iter, document, name) ? static_cast<std::int32_t>(bson_iter_as_int64(&iter)) : otherwise;
}

}  // namespace

Connection::Connection(const Url& url, Use use, std::string_view operation)
    : database_(url.database()),
      patience_(mongoc_uri_get_option_as_int32(url.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0)),
      asked_at_(std::chrono::steady_clock::now()) {
  bson_error_t error{};
  client_.reset(mongoc_client_new_from_uri_with_error(url.get(), &error));
  if (!client_) fail(error, nullptr, Phase::Connect, operation);
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
  select_server(use, operation);
}

Connection::~Connection() {
  // What is gone is left alone: libmongoc would look for a server, only to say goodbye to it.
  if (broken_) mongoc_client_reset(client_.get());
}

void Connection::select_server(Use use, std::string_view operation) {
  bson_error_t error{};
  const std::unique_ptr<mongoc_server_description_t, void (*)(mongoc_server_description_t*)> server(
      mongoc_client_select_server(client_.get(), use == Use::Write, nullptr, &error),
      mongoc_server_description_destroy);
  if (!server) fail(error, nullptr, Phase::Connect, operation);
  const std::string_view type = mongoc_server_description_type(server.get());
  const bson_t* const hello = mongoc_server_description_hello_response(server.get());
  const auto wire = number_in(hello, "maxWireVersion", 0);
  bson_iter_t iter;
  const bool sessions = mongo::find(iter, hello, "logicalSessionTimeoutMinutes");
  has_transactions_ = sessions && ((type == "RSPrimary" && wire >= kWithTransactions) ||
                                   (type == "Mongos" && wire >= kWithTransactionsSharded) || type == "LoadBalancer");
  max_document_ = static_cast<std::size_t>(number_in(hello, "maxBsonObjectSize", 16 << 20));
}

mongoc_client_session_t* Connection::session(std::string_view operation) {
  if (!session_) {
    bson_error_t error{};
    const std::unique_ptr<mongoc_session_opt_t, void (*)(mongoc_session_opt_t*)> opts(mongoc_session_opts_new(),
                                                                                      mongoc_session_opts_destroy);
    mongoc_session_opts_set_causal_consistency(opts.get(), false);
    session_.reset(mongoc_client_start_session(client_.get(), opts.get(), &error));
    if (!session_) fail(error, nullptr, Phase::Connect, operation);
  }
  return session_.get();
}

std::optional<Document> Connection::open_session() const {
  if (!session_ || !in_transaction_) return std::nullopt;
  return Document(*mongoc_client_session_get_lsid(session_.get()));
}

Reply Connection::run_in(const std::string& database, const bson_t* command, const bson_t* opts, Phase phase,
                         std::string_view operation) {
  Reply reply;
  bson_error_t error{};
  bson_t raw;
  start_waiting();
  // Only what writes rows has a write concern: some other commands are refused with one.
  const bool ok =
      phase == Phase::Ask
          ? mongoc_client_command_with_opts(client_.get(), database.c_str(), command, nullptr, opts, &raw, &error)
          : mongoc_client_write_command_with_opts(client_.get(), database.c_str(), command, opts, &raw, &error);
  reply.document = Document(raw);
  bson_destroy(&raw);
  if (ok) return reply;
  if (error.domain != MONGOC_ERROR_WRITE_CONCERN) fail(error, reply.document.get(), phase, operation);
  reply.unconfirmed = Failure::of(error, reply.document.get());
  return reply;
}

void Connection::find(const std::string& collection, const bson_t* filter, const bson_t* opts, Phase phase,
                      std::string_view operation, const std::function<void(const bson_t&)>& each) {
  const std::unique_ptr<mongoc_collection_t, void (*)(mongoc_collection_t*)> from(
      mongoc_client_get_collection(client_.get(), database_.c_str(), collection.c_str()), mongoc_collection_destroy);
  const std::unique_ptr<mongoc_cursor_t, void (*)(mongoc_cursor_t*)> cursor(
      mongoc_collection_find_with_opts(from.get(), filter, opts, nullptr), mongoc_cursor_destroy);
  const bson_t* document = nullptr;
  for (start_waiting(); mongoc_cursor_next(cursor.get(), &document); start_waiting()) each(*document);
  bson_error_t error{};
  const bson_t* reply = nullptr;
  if (mongoc_cursor_error_document(cursor.get(), &error, &reply)) fail(error, reply, phase, operation);
}

void Connection::fail(const bson_error_t& error, const bson_t* reply, Phase phase, std::string_view operation) {
  // libmongoc has the same words for a connection that is closed and for one that is silent.
  auto failure = Failure::of(error, reply);
  failure.timed_out = failure.domain == MONGOC_ERROR_STREAM &&
                      std::chrono::steady_clock::now() - asked_at_ + patience_ / 10 >= patience_;
  fail(failure, phase, operation);
}

void Connection::fail(const Failure& failure, Phase phase, std::string_view operation) {
  const auto found = verdict(failure, phase);
  broken_ = broken_ || found.reconnect;
  conflicted_ = found.again;
  raise(found, details(operation, failure, found));
}

}  // namespace trifle::stats::detail::mongo
