#include "contract/mongo_backends.hpp"

#include <string>

#include <trifle/stats/drivers/mongo.hpp>

#include "contract/mongo_connection.hpp"

namespace trifle::stats::test {
namespace {

Backend backend(const MongoServer& server, const std::string& name, Identity identity, bool transactions) {
  return {name, identity, true,
          [&server, identity, transactions](const TempFolder& folder, const Names& names) {
            return drivers::mongo(mongo_url(server, folder), {.identity = identity,
                                                              .collection = names.table,
                                                              .separator = names.separator,
                                                              .transactions = transactions})
                .release();
          },
          transactions ? Atomicity::Batch : Atomicity::Row};
}

}  // namespace

std::vector<Backend> mongo_backends() {
  std::vector<Backend> all;
  if (mongo_available(kSecantus)) {
    all.push_back(backend(kSecantus, "mongo_full", Identity::Full, true));
    all.push_back(backend(kSecantus, "mongo_partial", Identity::Partial, true));
    all.push_back(backend(kSecantus, "mongo_separated", Identity::Separated, true));
  }
  if (mongo_available(kDocumentDb)) {
    all.push_back(backend(kDocumentDb, "documentdb_full", Identity::Full, false));
    all.push_back(backend(kDocumentDb, "documentdb_partial", Identity::Partial, false));
    all.push_back(backend(kDocumentDb, "documentdb_separated", Identity::Separated, false));
  }
  return all;
}

}  // namespace trifle::stats::test
