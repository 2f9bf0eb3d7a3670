// MongoDB's protocol in transactions and row by row, as the fault tests see it.

#include <chrono>
#include <string>

#include <trifle/stats/drivers/mongo.hpp>

#include "contract/mongo_connection.hpp"
#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

Writing writing(bool transactions, bool ledger) {
  const auto make = [=](const std::string& url, const TempFolder&, const Waits& waits) {
    return drivers::mongo(url, {.identity = Identity::Separated,
                                .transactions = transactions,
                                .ledger = ledger,
                                .connect_timeout = waits.connect,
                                .reply_timeout = waits.reply});
  };
  return {.name = ledger ? "with a ledger" : "without a ledger", .make = make, .commit_is_apart = transactions};
}

ServerUnderFault server(const MongoServer& server, const std::string& name, bool transactions) {
  return {
      .name = name,
      .environment = server.variable,
      .secret = "nothing is secret here",
      .url = [&server](const TempFolder& folder) { return mongo_url(server, folder); },
      .writings = {writing(transactions, true), writing(transactions, false)},
      .may_linger =
          false,  // a transaction that lost its client holds its rows until that client comes back, or for a minute
      .reply_step = 41,
      .buffer_rounds = 15,
      .buffer_request = {0, 2'500},
      .buffer_reply = {0, 900},
      .buffer_commit = {300, 300},
      .read_rows = 600,
      .read_bytes = 40'000,
      .read_step = 4'001,
      .read_step_full = 997,
      .impatient = {500ms, 500ms},
      .impatient_end = 8s,
  };
}

INSTANTIATE_TEST_SUITE_P(Mongo, ServerFaultTest,
                         testing::Values(server(kSecantus, "mongo", true), server(kSecantus, "mongo_rows", false),
                                         server(kDocumentDb, "documentdb", false)),
                         server_name);

}  // namespace
}  // namespace trifle::stats::test
