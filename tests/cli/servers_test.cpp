#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include "program.hpp"
#include "servers/server_url.hpp"

namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using trifle::stats::test::address_of;
using trifle::stats::test::with_address;
using trifle::stats::test::with_password;
using trifle::test::Folder;
using Ran = trifle::test::Run;  // a fixture has a Run of its own
using trifle::test::Setting;

struct Server {
  const char* name;
  const char* variable;
  const char* driver;
  bool has_tls;

  friend std::ostream& operator<<(std::ostream& out, const Server& server) { return out << server.name; }
};

constexpr Server kServers[] = {{"postgres", "TRIFLE_TEST_POSTGRES_URL", "postgres", false},
                               {"postgres18", "TRIFLE_TEST_POSTGRES18_URL", "postgres", false},
                               {"mariadb", "TRIFLE_TEST_MARIADB_URL", "mysql", false},
                               {"mysql", "TRIFLE_TEST_MYSQL_URL", "mysql", true}};

bool is_built(const std::string& driver) {
#ifdef TRIFLE_HAS_postgres
  if (driver == "postgres") return true;
#endif
#ifdef TRIFLE_HAS_mysql
  if (driver == "mysql") return true;
#endif
  return driver.empty();
}

constexpr const char* kPassword = "trifle";  // of the test servers

/// The program against a real server; a table of its own for each test.
class Servers : public testing::TestWithParam<Server> {
 protected:
  void SetUp() override {
    if (!is_built(GetParam().driver)) GTEST_SKIP() << "built without the " << GetParam().driver << " driver";
    const char* url = std::getenv(GetParam().variable);
    if (url == nullptr) GTEST_SKIP() << GetParam().variable << " is not set: scripts/services starts the server";
    url_ = url;
    bare_ = with_password(url_, "");
    static int count = 0;
    table_ = "cli_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  }

  /// A command with the table and, unless `url` is empty, the URL behind it.
  Ran trifle(std::vector<std::string> words, const std::string& url, const Setting& setting) const {
    words.insert(words.end(), {"--table", table_});
    if (!url.empty()) words.insert(words.end(), {"--db", url});
    return folder_.trifle(words, setting);
  }
  /// With the password in the environment, as it should be.
  Ran trifle(const std::vector<std::string>& words, const std::string& input = {}) const {
    return trifle(words, bare_, {.input = input, .environment = {{"TRIFLE_PASSWORD", kPassword}}});
  }

  std::vector<std::string> fields() const {
    const std::string address = address_of(url_);
    const auto colon = address.rfind(':');
    return {"--driver",   GetParam().driver,
            "--host",     address.substr(0, colon),
            "--port",     address.substr(colon + 1),
            "--user",     "trifle",
            "--database", "trifle",
            "--table",    table_};
  }

  std::string title() const { return GetParam().driver[0] == 'p' ? "Postgres" : "Mysql"; }

  Folder folder_;
  std::string url_;   // with its password
  std::string bare_;  // without
  std::string table_;
};

TEST_P(Servers, SetupCreatesAndChecks) {
  auto run = trifle({"setup", "--check"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, StartsWith("missing table " + table_ + "\n"));
  run = trifle({"setup"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("created table " + table_ + "\n"), HasSubstr("created table " + table_ + "_ping"),
                    EndsWith(title() + " setup complete for " + table_ + "\n")));
  run = trifle({"setup", "--check"});
  EXPECT_EQ(run.code, 0) << run.err << run.out;
  EXPECT_EQ(run.out, title() + " setup complete for " + table_ + "\n");
  EXPECT_EQ(run.err, "");
}

TEST_P(Servers, AMissingTableSaysHowItIsMade) {
  const auto run = trifle({"get", "orders"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, EndsWith("(run: trifle metrics setup --driver " + std::string(GetParam().driver) + " --table " +
                                table_ + ", with the same connection)\n"));
}

TEST_P(Servers, WhatIsTrackedIsReadInEveryMode) {
  for (const char* joined : {"full", "partial", "separated"}) {
    table_ += joined[0];
    const auto with = [&](std::vector<std::string> words) {
      words.insert(words.end(), {"--joined", joined});
      return trifle(words);
    };
    auto run = with({"track", "orders", "count=1", "revenue=49.90", "country.us=1", "--at", "2026-07-15T10:00:00Z"});
    ASSERT_EQ(run.code, 0) << joined << run.err;
    ASSERT_EQ(with({"track", "orders", "count=2", "--at", "2026-07-15T10:00:01Z"}).code, 0);
    run = with({"get", "orders", "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d", "--csv"});
    EXPECT_EQ(run.out, "at,count,country.us,revenue\n2026-07-15T00:00:00Z,3,1,49.9\n") << joined << run.err;
    run = with({"keys", "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d", "--csv"});
    EXPECT_EQ(run.out, "metric_key,observations\norders,2\n") << joined << run.err;
    ASSERT_EQ(with({"beam", "w", "--values", R"({"state":"idle","queue":12})", "--at", "2026-07-15T10:00:00Z"}).code,
              0);
    run = with({"scan", "w", "--csv"});
    EXPECT_EQ(run.out, "name,value\nat,2026-07-15T10:00:00Z\nqueue,12\nstate,idle\n") << joined << run.err;
    run = with({"plot", "orders", "count", "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1h"});
    EXPECT_EQ(run.code, 0) << joined << run.err;
  }
}

TEST_P(Servers, AnImportAddsUp) {
  std::string log;
  for (int i = 0; i < 3000; ++i) {
    log += "10.0.0.1 - - [17/May/2015:" + std::to_string(10 + i % 10) + ":05:03 +0000] \"GET /x HTTP/1.1\" 200 " +
           std::to_string(i) + " \"-\" \"-\"\n";
  }
  auto run = trifle({"import", "-", "--format", "combined"}, log);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("3000 lines, 3000 events, 0 bad, "));
  run = trifle({"import", "-", "--format", "combined", "--quiet"}, log);  // onto rows that are there
  EXPECT_EQ(run.code, 0) << run.err;
  run = trifle({"get", "requests", "--from", "2015-05-17", "--to", "2015-05-17", "--granularity", "1d", "--csv"});
  EXPECT_EQ(run.out, "at,bytes,count,method.GET,status.200\n2015-05-17T00:00:00Z,8997000,6000,6000,6000\n") << run.err;
}

TEST_P(Servers, TheFamilysFormTakesFieldsAndTheConfigurationFile) {
  const auto metrics = [&](std::vector<std::string> words, const Setting& setting) {
    words.insert(words.begin(), "metrics");
    return folder_.trifle(words, setting);
  };
  const Setting secret{.environment = {{"TRIFLE_PASSWORD", kPassword}}};
  auto words = fields();
  words.insert(words.begin(), "setup");
  EXPECT_EQ(metrics(words, secret).out, title() + " setup complete for " + table_ + "\n") << metrics(words, secret).err;
  words[0] = "push";
  words.insert(words.end(), {"--key", "k", "--values", R"({"n":9007199254740993})", "--at", "2026-07-15T10:00:00Z"});
  auto run = metrics(words, secret);
  EXPECT_EQ(run.code, 0) << run.err;

  const std::string address = address_of(url_);
  const auto colon = address.rfind(':');
  const std::string file = folder_.write(
      "c.yaml", std::string("source: shop\nsources:\n  shop:\n    driver: ") + GetParam().driver +
                    "\n    host: " + address.substr(0, colon) + "\n    port: " + address.substr(colon + 1) +
                    "\n    user: trifle\n    password: " + kPassword +
                    "\n    database: trifle\n    db: \"\"\n    table: " + table_ + "\n");
  run = metrics({"get", "--config", file, "--key", "k", "--from", "2026-07-15T10:00:00Z", "--to",
                 "2026-07-15T10:00:00Z", "--granularity", "1h"},
                {});
  EXPECT_THAT(run.out, HasSubstr("\"n\": 9007199254740993")) << run.err;
  run = metrics({"keys", "--config", file, "--from", "2026-07-15T10:00:00Z", "--to", "2026-07-15T10:00:00Z",
                 "--granularity", "1h", "--format", "csv"},
                {});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("k,1"));
}

TEST_P(Servers, APasswordFromEveryPlace) {
  const auto check = [&](const char* what, const std::string& url, const std::vector<std::string>& flags,
                         const Setting& setting) {
    std::vector<std::string> words{"setup"};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto run = trifle(words, url, setting);
    EXPECT_EQ(run.code, 0) << what << ": " << run.err << run.out;
    return run;
  };
  const bool postgres = std::string(GetParam().driver) == "postgres";
  EXPECT_EQ(check("environment", bare_, {}, {.environment = {{"TRIFLE_PASSWORD", kPassword}}}).err, "");
  check("client's variable", bare_, {}, {.environment = {{postgres ? "PGPASSWORD" : "MYSQL_PWD", kPassword}}});
  if (postgres) {
    folder_.write(".pgpass", std::string("*:*:*:*:") + kPassword + "\n");
    std::filesystem::permissions(folder_.file(".pgpass"), std::filesystem::perms(0600));
    check(".pgpass", bare_, {}, {.environment = {{"PGPASSFILE", folder_.file(".pgpass")}}});
  }
  const std::string file = folder_.write("secret", std::string(kPassword) + "\n");
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  EXPECT_EQ(check("file", bare_, {"--password-file", file}, {}).err, "");
  check("file by the environment", bare_, {}, {.environment = {{"TRIFLE_PASSWORD_FILE", "~/secret"}}});
  check("apart goes before the URL's", with_password(url_, "wrong"), {"--password-file", file}, {});
  const std::string warning = "trifle: every user of this machine can see a password on the command line: ";
  EXPECT_THAT(check("URL", url_, {}, {}).err, StartsWith(warning));
  EXPECT_THAT(check("flag", bare_, {"--password", kPassword}, {}).err, StartsWith(warning));
  EXPECT_EQ(check("URL of the environment", "", {}, {.environment = {{"TRIFLE_DB", url_}}}).err, "");
}

TEST_P(Servers, APasswordIsAskedForSilently) {
  const auto run = trifle({"setup", "--ask-password"}, bare_, {.terminal = true, .password = kPassword});
  EXPECT_EQ(run.code, 0) << run.out;
  // A line end is all that is shown of the answer.
  EXPECT_THAT(run.out, StartsWith("Password: \r\ncreated table "));
  const auto wrong = trifle({"setup", "--ask-password"}, bare_, {.terminal = true, .password = "hunter2"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, Not(HasSubstr("hunter2")));
}

TEST_P(Servers, AWrongPasswordFailsAndIsNotShown) {
  for (const auto& run : {trifle({"setup"}, bare_, {.environment = {{"TRIFLE_PASSWORD", "hunter2"}}}),
                          trifle({"setup"}, with_password(url_, "hunter2"), {}), trifle({"setup"}, bare_, {})}) {
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, AllOf(HasSubstr("trifle: "), HasSubstr(GetParam().driver), Not(HasSubstr("hunter2"))));
  }
}

TEST_P(Servers, AServerThatIsDownIsOneLine) {
  const auto run = trifle({"keys"}, with_address(url_, "127.0.0.1:1"), {});
  EXPECT_EQ(run.code, 1);
  const std::string said = run.err.substr(run.err.find('\n') + 1);  // after the warning of the password
  EXPECT_THAT(said, AllOf(StartsWith("trifle: "), HasSubstr("can't be reached"), Not(HasSubstr(":trifle@")),
                          Not(HasSubstr("\\x0a"))));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST_P(Servers, EncryptionThatWasAskedForIsThereOrNothingIs) {
  const Setting secret{.environment = {{"TRIFLE_PASSWORD", kPassword}}};
  auto run = trifle({"setup", "--tls", "require"}, bare_, secret);
  if (GetParam().has_tls) {
    EXPECT_EQ(run.code, 0) << run.err;
    const char* authority = std::getenv("TRIFLE_TEST_MYSQL_CA");
    ASSERT_NE(authority, nullptr);
    run = trifle({"setup", "--tls", "verify-ca", "--tls-ca", authority}, bare_, secret);
    EXPECT_EQ(run.code, 0) << run.err;
    run = trifle({"setup", "--tls", "verify-ca", "--tls-ca", folder_.write("none.pem", "")}, bare_, secret);
    EXPECT_EQ(run.code, 1);
    run = trifle({"setup", "--tls", "verify-full", "--tls-ca", authority}, bare_, secret);
    EXPECT_EQ(run.code, 1) << "its certificate is made out to nobody";
  } else {
    EXPECT_EQ(run.code, 1) << "this server has no TLS";
    EXPECT_THAT(run.err, ContainsRegex("TLS|SSL"));
    run = trifle({"setup", "--check"}, bare_, secret);
    EXPECT_THAT(run.out, HasSubstr("missing table " + table_)) << "nothing was done";
  }
}

INSTANTIATE_TEST_SUITE_P(Real, Servers, testing::ValuesIn(kServers),
                         [](const testing::TestParamInfo<Server>& server) { return std::string(server.param.name); });

}  // namespace
