#include "contract/mongo_connection.hpp"

#include <mongoc/mongoc.h>

#include <cstdlib>
#include <stdexcept>

#include "contract/bson_json.hpp"
#include "drivers/mongo/document.hpp"
#include "drivers/mongo/library.hpp"

namespace trifle::stats::test {
namespace {

using detail::mongo::Document;

Document bson_of(const std::string& json) { return bson_of_json(json); }

std::string json_of(const bson_t* bson) { return json_of_bson(bson); }

}  // namespace

bool mongo_available(const MongoServer& server) { return std::getenv(server.variable) != nullptr; }

std::string mongo_url(const MongoServer& server, const std::string& database) {
  const char* const url = std::getenv(server.variable);
  if (!url) throw std::runtime_error(std::string(server.variable) + " is not set");
  return std::string(url) + "/" + database;
}

std::string mongo_url(const MongoServer& server, const TempFolder& folder) {
  const auto url = mongo_url(server, folder.path().filename().string());
  folder.at_end([url] {
    try {
      MongoConnection(url).run(R"({"dropDatabase": 1})");
    } catch (const std::runtime_error&) {
      // the server is gone, and all of it
    }
  });
  return url;
}

MongoConnection::MongoConnection(const std::string& url) : client_(nullptr, mongoc_client_destroy) {
  detail::mongo::start_library();
  const std::unique_ptr<mongoc_uri_t, void (*)(mongoc_uri_t*)> uri(mongoc_uri_new(url.c_str()), mongoc_uri_destroy);
  client_.reset(mongoc_client_new_from_uri(uri.get()));
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
  const char* const database = mongoc_uri_get_database(uri.get());
  database_ = database ? database : "test";
}

std::string MongoConnection::run(const std::string& command, const std::string& database) {
  bson_t reply;
  bson_error_t error{};
  const bool ok = mongoc_client_command_with_opts(client_.get(), (database.empty() ? database_ : database).c_str(),
                                                  bson_of(command).get(), nullptr, nullptr, &reply, &error);
  const auto text = json_of(&reply);
  bson_destroy(&reply);
  if (!ok) throw std::runtime_error(std::string("MongoDB: ") + error.message + ", to " + command);
  return text;
}

std::vector<std::string> MongoConnection::find(const std::string& collection, const std::string& filter) {
  const std::unique_ptr<mongoc_collection_t, void (*)(mongoc_collection_t*)> from(
      mongoc_client_get_collection(client_.get(), database_.c_str(), collection.c_str()), mongoc_collection_destroy);
  const auto wanted = bson_of(filter);
  const auto options = bson_of(R"({"projection": {"_id": 0}, "sort": {"key": 1, "granularity": 1, "at": 1}})");
  const std::unique_ptr<mongoc_cursor_t, void (*)(mongoc_cursor_t*)> cursor(
      mongoc_collection_find_with_opts(from.get(), wanted.get(), options.get(), nullptr), mongoc_cursor_destroy);
  std::vector<std::string> found;
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) found.push_back(json_of(document));
  bson_error_t error{};
  if (mongoc_cursor_error(cursor.get(), &error)) throw std::runtime_error(std::string("MongoDB: ") + error.message);
  return found;
}

std::string MongoConnection::one(const std::string& collection, const std::string& filter) {
  const auto found = find(collection, filter);
  if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " documents for " + filter);
  return found.front();
}

}  // namespace trifle::stats::test
