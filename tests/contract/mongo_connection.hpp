#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract/temp_folder.hpp"

typedef struct _mongoc_client_t mongoc_client_t;

namespace trifle::stats::test {

/// A server that the MongoDB driver is tested on.
struct MongoServer {
  const char* name;      ///< as scripts/services calls it
  const char* variable;  ///< that says where it is. Without it a test skips.
  bool transactions;
};

inline constexpr MongoServer kSecantus{"mongo", "TRIFLE_TEST_MONGO_URL", true};
inline constexpr MongoServer kDocumentDb{"documentdb", "TRIFLE_TEST_DOCUMENTDB_URL", false};

bool mongo_available(const MongoServer& server);
/// Its URL with this database.
std::string mongo_url(const MongoServer& server, const std::string& database);
/// Its URL with the database that belongs to the folder, and is dropped with it.
std::string mongo_url(const MongoServer& server, const TempFolder& folder);

/// Somebody else's connection, for what a test arranges and looks at. Documents are MongoDB's extended JSON, in its
/// canonical form where they come back. Throws std::runtime_error for what the server refuses.
class MongoConnection {
 public:
  explicit MongoConnection(const std::string& url);

  /// The reply to a command, write errors included.
  std::string run(const std::string& command, const std::string& database = {});
  /// The documents that a filter finds, ascending by key, without their _id.
  std::vector<std::string> find(const std::string& collection, const std::string& filter = "{}");
  /// The only one of them.
  std::string one(const std::string& collection, const std::string& filter = "{}");

 private:
  std::unique_ptr<mongoc_client_t, void (*)(mongoc_client_t*)> client_;
  std::string database_;
};

}  // namespace trifle::stats::test
