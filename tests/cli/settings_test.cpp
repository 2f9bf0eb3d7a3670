#include <filesystem>

#include <gmock/gmock.h>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using trifle::test::Folder;
using trifle::test::Setting;

/// The zone that a run ends up with.
std::string zone_of(const Folder& folder, std::vector<std::string> flags, const Setting& setting = {}) {
  flags.insert(flags.begin(), {"buckets", "2026-07-15", "--granularity", "1d"});
  const auto run = folder.trifle(flags, setting);
  const auto at = run.out.find("\"time_zone\": \"");
  return at == std::string::npos ? run.err : run.out.substr(at + 14, run.out.find('"', at + 14) - at - 14);
}

TEST(Settings, FlagOverEnvironmentOverFileOverDefault) {
  const Folder folder;
  EXPECT_EQ(zone_of(folder, {}), "GMT");
  folder.write(".config/trifle/config.yaml", "source: main\nsources:\n  main:\n    timezone: Asia/Tokyo\n");
  EXPECT_EQ(zone_of(folder, {}), "Asia/Tokyo");
  EXPECT_EQ(zone_of(folder, {}, {.environment = {{"TRIFLE_TIMEZONE", "Asia/Seoul"}}}), "Asia/Seoul");
  EXPECT_EQ(zone_of(folder, {}, {.environment = {{"TRIFLE_TIMEZONE", "  "}}}), "Asia/Tokyo");
  EXPECT_EQ(zone_of(folder, {"--timezone", "UTC"}, {.environment = {{"TRIFLE_TIMEZONE", "Asia/Seoul"}}}), "UTC");
}

TEST(Settings, TheFileIsFoundByFlagEnvironmentAndHome) {
  const Folder folder;
  folder.write("a.yaml", "main: {timezone: Asia/Tokyo}\nsource: main\n");
  folder.write("b.yaml", "main: {timezone: Asia/Seoul}\nsource: main\n");
  EXPECT_EQ(zone_of(folder, {"--config", "a.yaml"}, {.environment = {{"TRIFLE_CONFIG", "b.yaml"}}}), "Asia/Tokyo");
  EXPECT_EQ(zone_of(folder, {}, {.environment = {{"TRIFLE_CONFIG", "b.yaml"}}}), "Asia/Seoul");
  EXPECT_EQ(zone_of(folder, {"--config", "~/a.yaml"}), "Asia/Tokyo");
  folder.write("elsewhere/trifle/config.yaml", "main: {timezone: Asia/Dubai}\nsource: main\n");
  EXPECT_EQ(zone_of(folder, {}, {.environment = {{"XDG_CONFIG_HOME", folder.file("elsewhere")}}}), "Asia/Dubai");
  EXPECT_EQ(zone_of(folder, {"--config", "/dev/null"}), "GMT");
}

TEST(Settings, SourcesByFlagEnvironmentAndTheOlderForm) {
  const Folder folder;
  folder.write("c.yaml",
               "source: one\n"
               "sources:\n"
               "  one: {timezone: Asia/Tokyo}\n"
               "two:\n"
               "  timezone: Asia/Seoul\n"
               "auth: {timezone: Asia/Dubai}\n");
  EXPECT_EQ(zone_of(folder, {"--config", "c.yaml"}), "Asia/Tokyo");
  EXPECT_EQ(zone_of(folder, {"--config", "c.yaml", "--source", "two"}), "Asia/Seoul");
  EXPECT_EQ(zone_of(folder, {"--config", "c.yaml"}, {.environment = {{"TRIFLE_SOURCE", "two"}}}), "Asia/Seoul");
  EXPECT_THAT(zone_of(folder, {"--config", "c.yaml", "--source", "auth"}),
              HasSubstr("unknown source \"auth\" in config"));
  EXPECT_THAT(zone_of(folder, {"--config", "c.yaml", "--source", "x"}), HasSubstr("unknown source \"x\" in config"));
  folder.write("empty.yaml", "");
  EXPECT_EQ(zone_of(folder, {"--config", "empty.yaml", "--source", "x"}), "GMT");

  // driver: names the source, and a mapping called sqlite is of that driver.
  folder.write("old.yaml", "driver: sqlite\nsqlite:\n  db: old.db\n  granularities: [1h, 1d]\n  week_start: sunday\n");
  const Setting old{.environment = {{"TRIFLE_CONFIG", "old.yaml"}}};
  EXPECT_EQ(folder.trifle({"metrics", "setup"}, old).out, "Sqlite setup complete for trifle_stats\n");
  EXPECT_TRUE(folder.has("old.db"));
  EXPECT_THAT(folder.trifle({"buckets", "2026-07-15", "--csv"}, old).out,
              HasSubstr("granularity,at,unix\n1h,2026-07-15T00:00:00Z,1784073600\n1d,"));
  EXPECT_THAT(folder.trifle({"buckets", "2026-07-15", "--csv", "--granularity", "1w"}, old).out,
              HasSubstr("2026-07-12"));
}

TEST(Settings, WrongFilesAreErrors) {
  const Folder folder;
  EXPECT_EQ(zone_of(folder, {"--config", "nope.yaml"}), "trifle: read config nope.yaml: No such file or directory\n");
  folder.write("bad.yaml", "a: [1\nb: }\n");
  EXPECT_THAT(zone_of(folder, {"--config", "bad.yaml"}), HasSubstr("parse config bad.yaml: line "));
  folder.write("list.yaml", "- a\n");
  EXPECT_THAT(zone_of(folder, {"--config", "list.yaml"}), HasSubstr("a mapping is expected"));
}

TEST(Settings, WrongValuesAreErrors) {
  const Folder folder;
  const auto says = [&](const std::vector<std::string>& flags, const char* text) {
    std::vector<std::string> words{"track", "k", "a=1", "--db", "s.db"};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto run = folder.trifle(words);
    EXPECT_EQ(run.code, 1) << text;
    EXPECT_THAT(run.err, HasSubstr(text));
    EXPECT_FALSE(folder.has("s.db")) << text;
  };
  says({"--granularities", "1h,1x"}, "1x");
  says({"--granularities", "1h,1h"}, "1h");
  says({"--granularities", "0h"}, "0h");
  says({"--buffer-duration", "x"}, "invalid buffer-duration: x");
  says({"--buffer-size", "0"}, "size");
  says({"--buffer-async", "perhaps"}, "invalid buffer-async: perhaps");
  says({"--separator", ""}, "separator");
  says({"--table", ""}, "table");
}

TEST(Settings, TheDriverIsInferredFromTheDatabase) {
  const Folder folder;
  EXPECT_THAT(folder.trifle({"keys", "--db", "mongodb://127.0.0.1:1/metrics"}).err, HasSubstr("mongo"));
  EXPECT_THAT(
      folder.trifle({"keys", "--driver", "nope", "--db", "s.db"}).err,
      HasSubstr("unknown driver \"nope\": this version of trifle has sqlite, postgres, mysql, redis, mongo and api"));
  EXPECT_EQ(folder.trifle({"setup", "--db", "~/home.db"}).code, 0);
  EXPECT_TRUE(folder.has("home.db"));
}

TEST(Settings, WhatContradictsAUrlIsRefused) {
  const Folder folder;
  const auto says = [&](const std::vector<std::string>& flags, const char* text) {
    std::vector<std::string> words{"keys"};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto run = folder.trifle(words);
    EXPECT_EQ(run.code, 1) << text;
    EXPECT_THAT(run.err, HasSubstr(text));
  };
  if (folder.trifle({"keys", "--driver", "postgres", "--port", "0"}).err.find("built without") == std::string::npos) {
    says({"--driver", "postgres", "--port", "0"}, "invalid port: 0");
    says({"--driver", "postgres", "--tls", "perhaps"}, "invalid tls: perhaps");
    says({"--driver", "postgres", "--timeout", "soon"}, "invalid timeout: soon");
    says({"--driver", "postgres", "--db", "stats.db"}, "--db is no postgres URL: postgresql://user@host/database");
    says({"--driver", "postgres", "--db", "mysql://h/d"}, "--db is a mysql:// URL, but the driver is postgres");
    says({"--db", "postgresql://h/d", "--user", "me"}, "--user beside a URL: say it in the URL");
  }
  if (folder.trifle({"keys", "--driver", "mysql", "--port", "0"}).err.find("built without") == std::string::npos) {
    says({"--db", "mysql://h/d?tls=off", "--tls", "require"}, "--tls beside a URL that says it");
    says({"--driver", "mysql", "--dsn", "root@udp(h)/d"}, "--dsn: only tcp and unix are known");
  }
}

TEST(Settings, APasswordFileThatEverybodyCanReadIsRefused) {
  const Folder folder;
  const std::string file = folder.write("secret", "hunter2\n");
  const auto run = [&] {
    return folder.trifle({"keys", "--driver", "postgres", "--port", "1", "--password-file", file});
  };
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  if (run().err.find("built without") != std::string::npos) GTEST_SKIP() << "built without PostgreSQL";
  EXPECT_THAT(run().err, HasSubstr("is open to every user of this machine: chmod 600 " + file));
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  EXPECT_THAT(run().err, Not(HasSubstr("chmod")));
  folder.write("secret", "\nhunter2\n");
  EXPECT_THAT(run().err, HasSubstr("the first line of the password file " + file + " is empty"));
  std::filesystem::remove(file);
  EXPECT_THAT(run().err, HasSubstr("read password file " + file + ": No such file or directory"));
}

TEST(Settings, NobodyIsAskedForAPasswordWithoutATerminal) {
  const Folder folder;
  const auto run = folder.trifle({"keys", "--driver", "postgres", "--port", "1", "--ask-password"});
  if (run.err.find("built without") != std::string::npos) GTEST_SKIP() << "built without PostgreSQL";
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.err, "trifle: --ask-password needs a terminal; use TRIFLE_PASSWORD or --password-file\n");
}

TEST(Settings, AnInterruptEndsTheQuestionForThePassword) {
  const Folder folder;
  const auto run = folder.trifle({"keys", "--driver", "postgres", "--port", "1", "--ask-password"},
                                 {.terminal = true, .password = "hun\x03"});
  if (run.out.find("built without") != std::string::npos) GTEST_SKIP() << "built without PostgreSQL";
  EXPECT_EQ(run.code, 128 + 2);
  EXPECT_THAT(run.out, Not(HasSubstr("hun")));
}

TEST(Settings, TablesIdentitiesAndSeparatorsReachTheDatabase) {
  const Folder folder;
  for (const char* joined : {"full", "partial", "separated"}) {
    const std::vector<std::string> where{
        "--db", "s.db", "--joined", joined, "--table", std::string("t ; \"") + joined, "--separator", "|"};
    std::vector<std::string> track{"track", "k", "a=1", "--at", "2026-07-15"};
    track.insert(track.end(), where.begin(), where.end());
    ASSERT_EQ(folder.trifle(track).code, 0) << joined << folder.trifle(track).err;
    std::vector<std::string> get{"get",           "k",  "--from", "2026-07-15", "--to", "2026-07-15",
                                 "--granularity", "1d", "--csv"};
    get.insert(get.end(), where.begin(), where.end());
    EXPECT_EQ(folder.trifle(get).out, "at,a\n2026-07-15T00:00:00Z,1\n");
  }
}

}  // namespace
