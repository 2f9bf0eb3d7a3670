// MongoDB's protocol in the suite of hot rows: transactions that conflict, and an engine that knows deadlocks.

#include <trifle/stats/drivers/mongo.hpp>

#include "concurrency/hot_rows_test.hpp"
#include "contract/mongo_connection.hpp"

namespace trifle::stats::test {
namespace {

HotServer hot_server(const MongoServer& server, bool transactions) {
  return {server.name,
          [&server](const TempFolder& folder) { return mongo_url(server, folder); },
          {[transactions](const std::string& url) {
            return drivers::mongo(url, {.identity = Identity::Separated, .transactions = transactions});
          }}};
}

std::vector<HotServer> hot_servers() {
  std::vector<HotServer> all;
  if (mongo_available(kSecantus)) {
    all.push_back(hot_server(kSecantus, true));
  }
  if (mongo_available(kDocumentDb)) all.push_back(hot_server(kDocumentDb, false));
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mongo, HotRowsTest, testing::ValuesIn(hot_servers()),
                         [](const auto& server) { return server.param.name; });

}  // namespace
}  // namespace trifle::stats::test
