// A real log, imported by the program and read back by the library, equals what was counted independently.
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/mysql.hpp>
#include <trifle/stats/drivers/postgres.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "program.hpp"

namespace {

using nlohmann::json;
using trifle::stats::Instant;
using trifle::test::Folder;

/// Sums as the facts name them: of what, and of which day or hour.
using Sums = std::map<std::string, std::int64_t>;

std::string day_name(Instant at) { return at.to_string().substr(0, 10); }
std::string hour_name(Instant at) { return at.to_string(); }

Sums sums_of(const trifle::stats::Series& series, const std::string& path, std::string (*name)(Instant)) {
  Sums sums;
  for (const auto& [at, row] : series) {
    if (const auto number = row[path]) sums[name(at)] = number->to_int64().value_or(-1);
  }
  return sums;
}

/// The totals of `status` or `method` by label.
Sums totals_of(const trifle::stats::Series& series, const std::string& map) {
  Sums totals;
  for (const auto& path : series.paths()) {
    if (!path.starts_with(map + ".")) continue;
    for (const auto& [at, row] : series) {
      if (const auto number = row[path]) totals[path.substr(map.size() + 1)] += number->to_int64().value_or(-1);
    }
  }
  return totals;
}

/// Imports into `db`, the file or the URL that `open` opens, the table `table`.
void expect_import(const std::string& log, const json& facts, const std::string& db, const std::string& table,
                   const std::function<trifle::stats::Driver()>& open) {
  const Folder folder;
  const auto run = folder.trifle({"import", log, "--format", "combined", "--strict"},
                                 {.environment = {{"TRIFLE_DB", db}, {"TRIFLE_TABLE", table}}});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string lines = std::to_string(facts.at("lines").get<int>());
  EXPECT_NE(run.err.find(lines + " lines, " + lines + " events, 0 bad"), std::string::npos) << run.err;

  trifle::Stats stats{open()};
  const auto from = Instant::parse("2015-05-01T00:00:00Z");
  const auto to = Instant::parse("2015-06-30T23:59:59Z");
  const auto days = stats.values("requests", from, to, "1d", {.skip_blanks = true});
  const auto hours = stats.values("requests", from, to, "1h", {.skip_blanks = true});
  EXPECT_EQ(sums_of(days, "count", day_name), facts.at("requests_per_day").get<Sums>());
  EXPECT_EQ(sums_of(days, "bytes", day_name), facts.at("bytes_per_day").get<Sums>());
  EXPECT_EQ(sums_of(hours, "count", hour_name), facts.at("requests_per_hour").get<Sums>());
  EXPECT_EQ(totals_of(days, "status"), facts.at("status").get<Sums>());
  EXPECT_EQ(totals_of(days, "method"), facts.at("method").get<Sums>());
  std::int64_t bytes = 0;
  for (const auto& [day, sum] : sums_of(days, "bytes", day_name)) bytes += sum;
  EXPECT_EQ(bytes, facts.at("bytes_total").get<std::int64_t>());
  const auto keys = stats.keys(from, to, "1mo");
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys.front().key, "requests");
  EXPECT_EQ(keys.front().count, facts.at("lines").get<std::int64_t>());
}

void expect_import(const std::string& log, const json& facts) {
  const Folder folder;
  const std::string file = folder.file("s.db");
  expect_import(log, facts, file, "trifle_stats", [&] { return trifle::stats::drivers::sqlite(file); });
}

/// Into a server, where the tests have it.
void expect_import_into(const char* variable, const std::string& log, const json& facts) {
  const char* url = std::getenv(variable);
  if (url == nullptr) GTEST_SKIP() << variable << " is not set: scripts/services starts the server";
  const std::string table = "access_log_" + std::to_string(::getpid());
  const auto open = [&]() -> trifle::stats::Driver {
#ifdef TRIFLE_HAS_postgres
    if (std::string_view(url).starts_with("postgres")) return trifle::stats::drivers::postgres(url, {.table = table});
#endif
#ifdef TRIFLE_HAS_mysql
    if (std::string_view(url).starts_with("mysql")) return trifle::stats::drivers::mysql(url, {.table = table});
#endif
    throw std::logic_error("no driver for it");
  };
  expect_import(log, facts, url, table, open);
}

/// A log, and what was counted while it was made up.
struct MadeUp {
  std::string log;
  json facts{{"lines", 5000}, {"bytes_total", 0}};
};

MadeUp make_up() {
  static constexpr std::array<const char*, 4> kMethods = {"GET", "HEAD", "POST", "OPTIONS"};
  static constexpr std::array<const char*, 4> kStatuses = {"200", "304", "404", "500"};
  // Offsets move a line to another day of UTC, in which it must be counted.
  static constexpr std::array<std::pair<const char*, int>, 3> kOffsets = {
      {{"+0000", 0}, {"+0530", 330}, {"-0800", -480}}};
  MadeUp made;
  auto& [log, facts] = made;
  for (int i = 0; i < 5000; ++i) {
    const int minute = i * 3;  // from 17 May, a bit more than ten days
    const auto& [offset, ahead] = kOffsets[static_cast<std::size_t>(i % 3)];
    const char* method = kMethods[static_cast<std::size_t>(i % 7 % 4)];
    const char* status = kStatuses[static_cast<std::size_t>(i % 11 % 4)];
    std::array<char, 200> line{};
    std::snprintf(line.data(), line.size(), "10.0.0.%d - - [%02d/May/2015:%02d:%02d:59 %s] \"%s /%d HTTP/1.1\" %s ",
                  i % 256, 17 + minute / 1440, minute / 60 % 24, minute % 60, offset, method, i, status);
    log += line.data();
    const std::int64_t bytes = i % 5 == 0 ? 0 : std::int64_t{i} * 1'000'003;
    log += i % 5 == 0 ? "-" : std::to_string(bytes);
    log += " \"-\" \"made up\"\n";

    const int utc = minute - ahead + 17 * 1440;
    std::array<char, 32> day{};
    std::array<char, 32> hour{};
    std::snprintf(day.data(), day.size(), "2015-05-%02d", utc / 1440);
    std::snprintf(hour.data(), hour.size(), "2015-05-%02dT%02d:00:00Z", utc / 1440, utc / 60 % 24);
    const auto add = [&](const char* map, const char* name, std::int64_t by) {
      auto& sum = facts[map][name];
      sum = (sum.is_null() ? 0 : sum.get<std::int64_t>()) + by;
    };
    add("requests_per_day", day.data(), 1);
    add("requests_per_hour", hour.data(), 1);
    add("status", status, 1);
    add("method", method, 1);
    if (i % 5 != 0) add("bytes_per_day", day.data(), bytes);
    facts["bytes_total"] = facts["bytes_total"].get<std::int64_t>() + bytes;
  }
  return made;
}

bool must_not_be_skipped() {
  const char* required = std::getenv("TRIFLE_TEST_REQUIRED");
  const std::string list = std::string(",") + (required != nullptr ? required : "") + ",";
  return list == ",all," || list.find(",shared-data,") != std::string::npos;
}

TEST(AccessLog, OfARealServerEqualsItsFacts) {
  const char* folder = std::getenv("TRIFLE_TEST_SHARED_DATA");
  if (folder == nullptr || *folder == '\0') {
    if (must_not_be_skipped()) FAIL() << "TRIFLE_TEST_SHARED_DATA must name the folder of access.log";
    GTEST_SKIP() << "TRIFLE_TEST_SHARED_DATA names no folder with access.log and access.facts.json";
  }
  std::ifstream file(std::string(folder) + "/access.facts.json");
  ASSERT_TRUE(file) << folder;
  expect_import(std::string(folder) + "/access.log", json::parse(file));
}

TEST(AccessLog, ThatIsMadeUpEqualsWhatWasCountedWhileMakingIt) {
  const Folder folder;
  const MadeUp made = make_up();
  expect_import(folder.write("access.log", made.log), made.facts);
}

#ifdef TRIFLE_HAS_postgres
TEST(AccessLog, GoesIntoPostgres) {
  const Folder folder;
  const MadeUp made = make_up();
  expect_import_into("TRIFLE_TEST_POSTGRES_URL", folder.write("access.log", made.log), made.facts);
}
#endif

#ifdef TRIFLE_HAS_mysql
TEST(AccessLog, GoesIntoMariadb) {
  const Folder folder;
  const MadeUp made = make_up();
  expect_import_into("TRIFLE_TEST_MARIADB_URL", folder.write("access.log", made.log), made.facts);
}

TEST(AccessLog, GoesIntoMysql) {
  const Folder folder;
  const MadeUp made = make_up();
  expect_import_into("TRIFLE_TEST_MYSQL_URL", folder.write("access.log", made.log), made.facts);
}
#endif

}  // namespace
