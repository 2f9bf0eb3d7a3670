#include "driver/rows.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace trifle::stats::detail {
namespace {

const Layout kFull{.identity = Identity::Full, .separator = "::", .prefix = {}};
const Layout kSeparated{.identity = Identity::Separated, .separator = "::", .prefix = {}};

TEST(RowsTest, SortsBytewiseByStoredKeyThenGranularityThenBucket) {
  RowsBuilder builder(kSeparated);
  const auto add = [&](const char* key, const char* granularity, std::int64_t at) {
    builder.add(builder.keep(key), builder.keep(granularity), at, {}, {});
  };
  add("b", "1h", 0);
  add("\xC3\xBC", "1h", 0);
  add("a", "1h", 7);
  add("a", "1d", 9);
  add("a", "1h", -7);
  add("B", "1h", 0);
  const auto rows = builder.finish(6);
  std::vector<std::string> order;
  for (const auto& row : rows.rows())
    order.push_back(std::string(row.stored_key) + " " + std::string(row.granularity) + " " + std::to_string(row.at));
  EXPECT_THAT(order, testing::ElementsAre("B 1h 0", "a 1d 9", "a 1h -7", "a 1h 7", "b 1h 0", "\xC3\xBC 1h 0"));
  EXPECT_EQ(rows.operations(), 6u);
}

TEST(RowsTest, OwnsEverythingItPointsTo) {
  RowsBuilder builder(kFull);
  {
    std::string key = "a key that is longer than a small string";
    std::string path = "a path that is longer than a small string";
    std::vector<Field> fields{{builder.keep(path), 5}};
    for (int i = 0; i < 2000; ++i) builder.add(builder.keep(key), builder.keep("1h"), i, fields, fields);
    key.assign(key.size(), 'x');
    path.assign(path.size(), 'x');
    fields[0].number = 6;
  }
  auto rows = builder.finish(1);
  const auto moved = std::move(rows);
  ASSERT_EQ(moved.rows().size(), 2000u);
  for (const auto& row : moved.rows()) {
    EXPECT_EQ(row.stored_key, "a key that is longer than a small string::1h::" + std::to_string(row.at));
    EXPECT_EQ(row.increments[0].name, "a path that is longer than a small string");
    EXPECT_EQ(row.sets[0].number, Number(5));
  }
}

TEST(RowsTest, ABuilderStartsAnewAfterFinish) {
  RowsBuilder builder(kFull);
  builder.add(builder.keep("a"), builder.keep("1h"), 1, {}, {});
  const auto first = builder.finish(1);
  builder.add(builder.keep("b"), builder.keep("1h"), 2, {}, {});
  const auto second = builder.finish(1);
  ASSERT_EQ(first.rows().size(), 1u);
  ASSERT_EQ(second.rows().size(), 1u);
  EXPECT_EQ(first.rows()[0].stored_key, "a::1h::1");
  EXPECT_EQ(second.rows()[0].stored_key, "b::1h::2");
}

TEST(RowsTest, IdsDifferInEveryThread) {
  std::vector<std::vector<Rows::Id>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&ids] {
      for (int i = 0; i < 1000; ++i) ids.push_back(RowsBuilder(kFull).finish(0).id());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<Rows::Id> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 4000u);
}

TEST(RowsTest, IdsDifferInAForkedChild) {
  (void)RowsBuilder(kFull).finish(0);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto id = RowsBuilder(kFull).finish(0).id();
    ::_exit(::write(ends[1], id.data(), id.size()) == static_cast<::ssize_t>(id.size()) ? 0 : 1);
  }
  Rows::Id theirs{};
  EXPECT_EQ(::read(ends[0], theirs.data(), theirs.size()), static_cast<::ssize_t>(theirs.size()));
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_NE(RowsBuilder(kFull).finish(0).id(), theirs);
}

}  // namespace
}  // namespace trifle::stats::detail
