#include "drivers/redis/options.hpp"

#include <gmock/gmock.h>
#include <trifle/stats/error.hpp>

#include "driver/bucket_span.hpp"
#include "drivers/redis/packed_batch.hpp"

namespace trifle::stats::detail::redis {
namespace {

using namespace std::chrono_literals;
using drivers::RedisOptions;
using drivers::RedisServer;
using testing::HasSubstr;
using testing::Not;

TEST(RedisUrl, HasAllParts) {
  const auto server = read_url("redis://me:s%40cret%2F@db.example:7000/3");
  EXPECT_EQ(server.host, "db.example");
  EXPECT_EQ(server.port, 7000);
  EXPECT_EQ(server.user, "me");
  EXPECT_EQ(server.password, "s@cret/");
  EXPECT_EQ(server.database, 3);
}

TEST(RedisUrl, HasDefaults) {
  for (const auto* url : {"redis://", "redis:///", "redis://localhost", "redis://localhost/", "redis://:6379"}) {
    const auto server = read_url(url);
    EXPECT_EQ(server.host, "localhost") << url;
    EXPECT_EQ(server.port, 6379) << url;
    EXPECT_EQ(server.user + server.password, "") << url;
    EXPECT_EQ(server.database, 0) << url;
  }
  EXPECT_EQ(read_url("redis://:secret@h").password, "secret");
  EXPECT_EQ(read_url("redis://[::1]:7000").host, "::1");
  EXPECT_EQ(read_url("redis://[::1]:7000").port, 7000);
  EXPECT_EQ(read_url("redis://[::1]").port, 6379);
}

TEST(RedisUrl, NamesASocket) {
  const auto server = read_url("unix://me:secret@/run/redis%20x.sock?db=2");
  EXPECT_EQ(server.unix_socket, "/run/redis x.sock");
  EXPECT_EQ(server.user, "me");
  EXPECT_EQ(server.password, "secret");
  EXPECT_EQ(server.database, 2);
  EXPECT_EQ(read_url("unix:///run/redis.sock").database, 0);
}

TEST(RedisUrl, NamesACluster) {
  const auto server = read_url("redis+cluster://me:s%40cret@a.example:7000,b.example,[::1]:7001/");
  EXPECT_THAT(server.cluster, testing::ElementsAre("a.example:7000", "b.example:6379", "[::1]:7001"));
  EXPECT_EQ(server.user, "me");
  EXPECT_EQ(server.password, "s@cret");
  EXPECT_THAT(read_url("redis+cluster://").cluster, testing::ElementsAre("localhost:6379"));
  EXPECT_THAT(read_url("redis://a").cluster, testing::IsEmpty());
}

TEST(RedisUrl, AWrongOneIsRefusedWithoutItsPassword) {
  for (const auto* url :
       {"http://u:hunter2@h", "", "h:6379", "rediss://u:hunter2@h", "redis://u:hunter2@h:x",
        "redis://u:hunter2@h:70000", "redis://u:hunter2@h/x", "redis://u:hunter2@h/1x", "redis://u:hunter2@h?tls=1",
        "unix://", "unix:///x?y=1", "redis://u:hunter2%@h", "redis://u:hunter2%4@h", "redis://[::1",
        "redis+cluster://u:hunter2@h/1", "redis+cluster://u:hunter2@h,h:x", "redis+cluster://u:hunter2@h,",
        "redis+cluster://u:hunter2@,h", "redis+cluster://u:hunter2@h?x=1"}) {
    try {
      read_url(url);
      ADD_FAILURE() << url;
    } catch (const InvalidArgument& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("hunter2"))) << url;
    }
  }
}

TEST(RedisOptions, OutOfRangeAreRefused) {
  const auto refused = [](const RedisServer& server, const RedisOptions& options) {
    EXPECT_THROW(check_options(server, options), InvalidArgument);
  };
  EXPECT_NO_THROW(check_options({}, {}));
  refused({.host = ""}, {});
  refused({.host = std::string("a\0b", 3)}, {});
  refused({.port = 0}, {});
  refused({.database = -1}, {});
  EXPECT_NO_THROW(check_options({.cluster = {"a:1", "[::1]:2"}}, {}));
  refused({.database = 1, .cluster = {"a:1"}}, {});
  refused({.cluster = {"a"}}, {});
  refused({.cluster = {":1"}}, {});
  refused({.cluster = {"a:1", "a:0"}}, {});
  refused({}, {.connect_timeout = 0ms});
  refused({}, {.connect_timeout = 2h});
  refused({}, {.reply_timeout = 0ms});
  refused({}, {.reply_timeout = 25h});
  EXPECT_NO_THROW(check_options({}, {.wait_replicas = 2}));
  refused({}, {.wait_replicas = -1});
  refused({}, {.wait_replicas = 101});
  refused({}, {.wait_timeout = 0ms});
  refused({}, {.reply_timeout = 500ms, .wait_replicas = 1});
  refused({}, {.ledger = false, .wait_replicas = 1});
  refused({}, {.max_readers = 0});
  refused({}, {.max_readers = 65});
  refused({}, {.expire_after = {{"1x", 1h}}});
  refused({}, {.expire_after = {{"1h", 0s}}});
  // Nothing is connected before the first call.
  EXPECT_THROW(drivers::redis(RedisServer(), {.prefix = "\xFF"}), InvalidArgument);
  EXPECT_THROW(drivers::redis(RedisServer(), {.separator = ""}), InvalidArgument);
  EXPECT_NO_THROW(drivers::redis(RedisServer(), {.prefix = ""}));
}

TEST(RedisExpiry, NoBucketEndsBeforeItIsOver) {
  const std::map<std::string, std::chrono::seconds> after = {{"1h", 1h}, {"1mo", 24h}, {"2y", 24h}};
  BucketSpans spans(after);
  EXPECT_EQ(spans.expiry_of("1d", 0).after, 0);
  EXPECT_EQ(spans.expiry_of("1h", 7200).after, 3600);
  EXPECT_GE(spans.expiry_of("1h", 7200).end, 7200 + 3600);
  EXPECT_EQ(spans.expiry_of("1mo", 0).after, 86400);
  EXPECT_GE(spans.expiry_of("1mo", 0).end, 31 * 86400);
  EXPECT_GE(spans.expiry_of("2y", 0).end, 731 * 86400);
}

Row row_of(std::span<const Field> increments) {
  Row row;
  row.increments = increments;
  return row;
}

TEST(RedisPackedBatch, RowsOfOneShapeShareIt) {
  const Field fields[] = {{"a", 1}, {"b", 0.5}};
  const Field others[] = {{"c", 300}};
  const Row row = row_of(fields);
  const Row other = row_of(others);
  PackedBatch packed;
  packed.start();
  packed.add(row, {});
  packed.add(other, {});
  packed.add(row, {});
  packed.finish();
  const std::string half = std::string("\xCB\x3F\xE0", 3) + std::string(6, '\0');
  const std::string first = "\x93\x01\x01" + half;
  const std::string three_hundred = std::string("\xCB\x40\x72\xC0", 4) + std::string(5, '\0');
  EXPECT_EQ(packed.text(),
            "\x92\x92\x93\x02\xA1"
            "a\xA1"
            "b\x92\x01\xA1"
            "c\x93" +
                first + "\x92\x02" + three_hundred + first);
  EXPECT_THAT(packed.rows(), testing::ElementsAre(0, 1, 2));
}

TEST(RedisPackedBatch, AWideRowBecomesSeveralEntries) {
  std::vector<std::string> names;
  for (int i = 0; i < 2500; ++i) names.push_back("n" + std::to_string(i));
  std::vector<Field> fields;
  for (const auto& name : names) fields.push_back({name, 1});
  const Row row = row_of(fields);
  PackedBatch packed;
  packed.start();
  packed.add(row, {});
  packed.add(row, {});
  packed.finish();
  EXPECT_THAT(packed.rows(), testing::ElementsAre(0, 0, 0, 1, 1, 1));
}

}  // namespace
}  // namespace trifle::stats::detail::redis
