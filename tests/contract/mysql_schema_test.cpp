// The tables of the MySQL driver: what is created, what of others is used as it is, what is told to be weaker.

#include <gmock/gmock.h>
#include <trifle/stats/drivers/mysql.hpp>

#include "contract/batches.hpp"
#include "contract/mysql_connection.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class MysqlSchemaTest : public testing::TestWithParam<ServerKind> {
 protected:
  std::unique_ptr<detail::RowDriver> open(drivers::MysqlOptions options = {}) const {
    return drivers::mysql(mysql_database(GetParam(), folder), std::move(options)).release();
  }
  MysqlConnection connection() const { return MysqlConnection(mysql_database(GetParam(), folder)); }
  bool is_mariadb() const { return GetParam().name == "mariadb"; }

  TempFolder folder;
};

INSTANTIATE_TEST_SUITE_P(Servers, MysqlSchemaTest, testing::ValuesIn(mysql_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MysqlSchemaTest);

const Change kChange = {.increments = {{"count", 1}, {"country.us", 1}, {"duration", 2.5}}};

TEST_P(MysqlSchemaTest, StoresWhatTheFamilyStores) {
  auto db = connection();
  for (const auto& [identity, table] :
       {std::pair(Identity::Full, "full"), {Identity::Partial, "partial"}, {Identity::Separated, "separated"}}) {
    const auto driver = open({.identity = identity, .table = table});
    EXPECT_THAT(driver->setup(Setup::Create).created, SizeIs(3));
    write(*driver, {kChange});
    driver->beam("w", {.at = kTen + 5, .json = R"({"data.a.b":1})"});
    EXPECT_THAT(db.run(std::string("SELECT `key`, at FROM ") + table + "_ping"),
                ElementsAre(ElementsAre("w", "2026-07-15 10:00:05.000000")));
  }
  EXPECT_THAT(db.run("SELECT `key` FROM full"), ElementsAre(ElementsAre("event::signup::1h::1784109600")));
  EXPECT_THAT(db.run("SELECT `key`, at FROM partial"),
              ElementsAre(ElementsAre("event::signup::1h", "2026-07-15 10:00:00.000000")));
  EXPECT_THAT(db.run("SELECT `key`, granularity, at, data FROM separated"),
              ElementsAre(ElementsAre("event::signup", "1h", "2026-07-15 10:00:00.000000",
                                      is_mariadb() ? R"({"count":1,"country.us":1,"duration":2.5})"
                                                   : R"({"count": 1, "duration": 2.5, "country.us": 1})")));
}

TEST_P(MysqlSchemaTest, ItsTablesTellKeysApartWhateverTheServersDefaultIs) {
  auto db = connection();
  db.run("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci");
  const auto driver = open();
  driver->setup(Setup::Create);
  EXPECT_EQ(db.one("SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND"
                   " TABLE_NAME = 'trifle_stats' AND COLUMN_NAME = 'key'"),
            is_mariadb() ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
  EXPECT_TRUE(driver->setup(Setup::Check).ok());
}

TEST_P(MysqlSchemaTest, DataMayBeText) {
  auto db = connection();
  db.run(
      "CREATE TABLE trifle_stats (`key` VARCHAR(255) COLLATE utf8mb4_bin PRIMARY KEY, data LONGTEXT NOT NULL)"
      " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
  const auto driver = open();
  driver->setup(Setup::Create);
  for (int i = 0; i < 4; ++i) {
    write(*driver, {{.increments = {{"a", 1}}}});
    write(*driver, {{.increments = {{"a", 1}}}});
    // By its collation that is what we wrote.
    db.run("UPDATE trifle_stats SET data = REPLACE(data, 'a', 'A')");
    write(*driver, {{.increments = {{"a", 1}}}});
    EXPECT_EQ(read_one(*driver).at("A"), Number(2 * (i + 1)));
    db.run("UPDATE trifle_stats SET data = JSON_OBJECT('A', JSON_EXTRACT(data, '$.A'))");
  }
}

TEST_P(MysqlSchemaTest, CheckTouchesNothing) {
  const auto driver = open();
  EXPECT_THAT(driver->setup(Setup::Check).missing,
              ElementsAre("trifle_stats", "trifle_stats_ping", "trifle_stats_batches"));
  EXPECT_THAT(connection().run("SHOW TABLES"), IsEmpty());
  EXPECT_THROW(read_one(*driver), StorageError);
  EXPECT_THROW(driver->scan("w"), StorageError);
  EXPECT_THROW(write(*driver, {kChange}), StorageError);
}

TEST_P(MysqlSchemaTest, TellsWhatIsWeakerThanOurs) {
  auto db = connection();
  const auto differences = [&](const std::string& columns, Identity identity = Identity::Full) {
    db.run("DROP TABLE IF EXISTS trifle_stats");
    db.run("CREATE TABLE trifle_stats " + columns);
    return open({.identity = identity, .ledger = false})->setup(Setup::Check).differences;
  };
  const std::string exact = is_mariadb() ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  const std::string charset = " CHARACTER SET utf8mb4 COLLATE " + exact;
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL)" + charset), IsEmpty());
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL) CHARACTER SET utf8mb4 COLLATE"
                          " utf8mb4_general_ci"),
              ElementsAre(HasSubstr("utf8mb4_general_ci")));
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL) CHARACTER SET utf8mb4 COLLATE"
                          " utf8mb4_bin"),
              ElementsAre(HasSubstr("utf8mb4_bin")))
      << "it pads";
  EXPECT_THAT(differences("(`key` VARCHAR(100) PRIMARY KEY, data JSON NOT NULL)" + charset),
              ElementsAre(HasSubstr("room for 100")));
  EXPECT_THAT(differences("(`key` VARCHAR(255), data JSON NOT NULL)" + charset),
              ElementsAre(HasSubstr("no unique key on (`key`)")));
  EXPECT_THAT(differences("(`key` VARCHAR(255), data JSON NOT NULL, UNIQUE (`key`(20)))" + charset),
              Contains(HasSubstr("no unique key on (`key`)")));
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data TEXT NOT NULL)" + charset),
              ElementsAre(HasSubstr("is of type text")));
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL, owner INT NOT NULL)" + charset),
              ElementsAre(HasSubstr("'owner' that must be given")));
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL, n INT, UNIQUE (n))" + charset),
              ElementsAre(HasSubstr("another unique key")));
  EXPECT_THAT(differences("(`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL)" + charset, Identity::Partial),
              Contains(HasSubstr("no column 'at'")));
  EXPECT_THAT(differences("(`key` VARCHAR(200) PRIMARY KEY, data LONGTEXT NOT NULL) ENGINE = MyISAM" + charset),
              Contains(HasSubstr("no transactions")));
}

TEST_P(MysqlSchemaTest, ATableWithoutTransactionsOrUniqueKeyIsNotWrittenTo) {
  auto db = connection();
  for (const auto* columns : {"(`key` VARCHAR(200) PRIMARY KEY, data LONGTEXT NOT NULL) ENGINE = MyISAM",
                              "(`key` VARCHAR(255), data JSON NOT NULL)"}) {
    db.run("DROP TABLE IF EXISTS trifle_stats");
    db.run(std::string("CREATE TABLE trifle_stats ") + columns);
    const auto driver = open({.ledger = false});
    EXPECT_THROW(write(*driver, {kChange}), StorageError);
    EXPECT_THAT(db.run("SELECT * FROM trifle_stats"), IsEmpty());
  }
}

TEST_P(MysqlSchemaTest, KeysThatLookAlikeNeverMixInATableThatTakesThemForOne) {
  auto db = connection();
  for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
    db.run("DROP TABLE IF EXISTS trifle_stats, trifle_stats_ping");
    const std::string charset = " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
    db.run(identity == Identity::Full
               ? "CREATE TABLE trifle_stats (`key` VARCHAR(255) PRIMARY KEY, data JSON NOT NULL)" + charset
           : identity == Identity::Partial
               ? "CREATE TABLE trifle_stats (`key` VARCHAR(255) NOT NULL, at DATETIME(6) NOT NULL, data JSON NOT NULL,"
                 " PRIMARY KEY (`key`, at))" +
                     charset
               : "CREATE TABLE trifle_stats (`key` VARCHAR(255) NOT NULL, granularity VARCHAR(255) NOT NULL, at"
                 " DATETIME(6) NOT NULL, data JSON NOT NULL, PRIMARY KEY (`key`, granularity, at))" +
                     charset);
    db.run(
        "CREATE TABLE trifle_stats_ping (`key` VARCHAR(255) PRIMARY KEY, at DATETIME(6) NOT NULL, data JSON NOT"
        " NULL)" +
        charset);
    const auto driver = open({.identity = identity, .ledger = false});
    write(*driver, {{.key = "Signup", .increments = {{"n", 1}}}, {.key = "other", .increments = {{"n", 1}}}});
    for (const auto* key : {"signup", "SIGNUP", "sign\xC3\xBCp", "Signup "}) {
      if (identity != Identity::Separated && std::string_view(key).ends_with(' ')) continue;  // not at the end there
      const auto error = error_of([&] {
        write(*driver, {{.key = key, .increments = {{"n", 5}}}, {.key = "other", .increments = {{"n", 1}}}});
      });
      ASSERT_TRUE(error);
      EXPECT_EQ(error->outcome(), Outcome::NotApplied);
      EXPECT_FALSE(error->retry_is_safe());
      ASSERT_THAT(error->rows(), SizeIs(1)) << error->what();
      EXPECT_EQ(error->rows().front().key, key);
      EXPECT_THAT(read_one(*driver, key), IsEmpty());
    }
    // Two new ones at once can't be told apart before; nothing is written.
    EXPECT_THROW(write(*driver, {{.key = "New", .increments = {{"n", 1}}}, {.key = "new", .increments = {{"n", 1}}}}),
                 StorageError);
    EXPECT_THAT(read_one(*driver, "New"), IsEmpty());
    EXPECT_EQ(read_one(*driver, "Signup"), (Values{{"n", 1}}));
    EXPECT_EQ(read_one(*driver, "other"), (Values{{"n", 1}}));

    driver->beam("Worker", {.at = 1, .json = "{}"});
    EXPECT_THROW(driver->beam("worker", {.at = 2, .json = "{}"}), StorageError);
    EXPECT_EQ(driver->scan("worker"), std::nullopt);
    EXPECT_EQ(driver->scan("Worker")->at, 1);
  }
}

TEST_P(MysqlSchemaTest, ReadsNumbersAsSistersAndServersSpellThem) {
  const auto driver = open();
  driver->setup(Setup::Create);
  auto db = connection();
  db.run(R"(INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600',
    '{"decimal": 3.0000000000, "e": 1E2, "tiny": 1e-7, "zero": -0, "text": "7", "big": 9007199254740993,
      "max": 9223372036854775807, "note": "idle", "flag": true, "none": null, "list": [1], "in": {"side": 4}}'))");
  auto row = read_one(*driver);
  EXPECT_EQ(row.at("decimal"), Number(3));
  EXPECT_TRUE(row.at("decimal").is_integer());
  EXPECT_EQ(row.at("e"), Number(100));
  EXPECT_EQ(row.at("tiny"), Number(1e-7));
  EXPECT_EQ(row.at("zero"), Number(0));
  EXPECT_EQ(row.at("text"), Number(7));
  EXPECT_EQ(row.at("big"), Number(std::int64_t{9'007'199'254'740'993}));
  EXPECT_EQ(row.at("max"), Number(std::int64_t{9'223'372'036'854'775'807}));
  EXPECT_EQ(row.at("in.side"), Number(4));
  EXPECT_FALSE(row.contains("note"));

  write(*driver, {{.increments = {{"decimal", 1}, {"big", 1}, {"note", 2}, {"tiny", 1e-7}}, .sets = {{"flag", 5}}}});
  row = read_one(*driver);
  EXPECT_EQ(row.at("decimal"), Number(4));
  EXPECT_EQ(row.at("big"), Number(std::int64_t{9'007'199'254'740'994}));
  EXPECT_EQ(row.at("note"), Number(2)) << "what is no number is replaced";
  EXPECT_EQ(row.at("flag"), Number(5));
  EXPECT_EQ(row.at("tiny"), Number(2e-7));
  EXPECT_EQ(db.one("SELECT JSON_EXTRACT(data, '$.list[0]') FROM trifle_stats"), "1") << "the rest stays";
}

TEST_P(MysqlSchemaTest, ARowThatIsNoObjectIsNamed) {
  const auto driver = open();
  driver->setup(Setup::Create);
  auto db = connection();
  db.run("INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600', '[1]')");
  const auto error = error_of([&] { write(*driver, {kChange, {.key = "other", .increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CorruptData);
  ASSERT_THAT(error->rows(), SizeIs(1));
  EXPECT_EQ(error->rows().front().key, "event::signup");
  EXPECT_THROW(read_one(*driver), CorruptData);
  EXPECT_THAT(read_one(*driver, "other"), IsEmpty());
}

TEST_P(MysqlSchemaTest, NamesNeverReachTheSchema) {
  const auto driver = open({.table = "a`b; DROP TABLE x"});
  driver->setup(Setup::Create);
  auto db = connection();
  db.run("CREATE TABLE x (y INT)");
  const auto before = db.run("SHOW TABLES");
  for (const auto* name : {"'; DROP TABLE x; --", "`; DROP TABLE x; --", "\\'; DROP TABLE x; -- ", "*/ DROP TABLE x",
                           "$.\"a\"", "\\", "\"", "%s", "?", "x') ON DUPLICATE KEY UPDATE data = ('{}"}) {
    std::string path = "p.";
    detail::append_stored_segment(path, name);
    for (int i = 0; i < 2; ++i) write(*driver, {{.key = name, .increments = {{path, 1}}, .sets = {{"s", 1}}}});
    EXPECT_EQ(read_one(*driver, name), (Values{{path, 2}, {"s", 1}})) << name;
    driver->beam(name, {.at = kTen, .json = "{}"});
    EXPECT_TRUE(driver->scan(name)) << name;
  }
  EXPECT_EQ(db.run("SHOW TABLES"), before);
}

TEST_P(MysqlSchemaTest, AKeyThatIsTooLongIsRefusedAndNotCut) {
  const auto driver = open();
  driver->setup(Setup::Create);
  const std::string longest(256 - std::string("::1h::1784109600").size() - 1, 'k');
  write(*driver, {{.key = longest, .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver, longest), (Values{{"n", 1}}));
  EXPECT_THROW(
      write(*driver, {{.key = longest + "k", .increments = {{"n", 1}}}, {.key = "other", .increments = {{"n", 1}}}}),
      StorageError);
  EXPECT_THAT(read_one(*driver, "other"), IsEmpty());
  EXPECT_EQ(connection().one("SELECT COUNT(*) FROM trifle_stats"), "1");
}

TEST_P(MysqlSchemaTest, TheLedgerForgetsAfterADay) {
  const auto driver = open();
  driver->setup(Setup::Create);
  auto db = connection();
  db.run(
      "INSERT INTO trifle_stats_batches VALUES (REPEAT('a', 16), UNIX_TIMESTAMP() - 86500),"
      " (REPEAT('b', 16), UNIX_TIMESTAMP() - 86300)");
  write(*driver, {kChange});
  EXPECT_THAT(db.run("SELECT id FROM trifle_stats_batches WHERE id IN (REPEAT('a', 16), REPEAT('b', 16))"),
              ElementsAre(ElementsAre(std::string(16, 'b'))));
  EXPECT_EQ(db.one("SELECT COUNT(*) FROM trifle_stats_batches"), "2");
}

TEST_P(MysqlSchemaTest, WithoutTheLedgersTableNothingIsWrittenAndItIsNamed) {
  const auto driver = open();
  driver->setup(Setup::Create);
  auto db = connection();
  db.run("DROP TABLE trifle_stats_batches");
  const auto error = error_of([&] { write(*driver, {kChange}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(error->what(), HasSubstr("no table 'trifle_stats_batches'"));
  EXPECT_THAT(read_one(*driver), IsEmpty());
  driver->setup(Setup::Create);
  write(*driver, {kChange});
  EXPECT_EQ(read_one(*driver).at("count"), Number(1));
}

TEST_P(MysqlSchemaTest, ABatchThatWasAppliedHasNoFaultsASecondTime) {
  const auto driver = open();
  driver->setup(Setup::Create);
  const auto rows = rows_of(driver->layout(), {{.increments = {{"v", 1e308}}}});
  driver->write(rows);
  driver->write(rows);  // twice it would be infinite
  EXPECT_EQ(read_one(*driver), (Values{{"v", 1e308}}));
}

TEST_P(MysqlSchemaTest, NewRowsAndKnownOnesTakeTurns) {
  const auto driver = open();
  driver->setup(Setup::Create);
  std::int64_t expected = 0;
  for (int round = 0; round < 6; ++round) {
    std::vector<Change> fresh;
    for (int i = 0; i < 40; ++i) fresh.push_back({.at = kTen + (round * 40 + i) * kHour, .increments = {{"n", 1}}});
    write(*driver, fresh);  // all new, after a batch of known rows
    fresh.push_back({.key = "zz", .increments = {{"n", 1}}});
    write(*driver, fresh);  // all known but the last, after a batch of new ones
    ++expected;
    EXPECT_EQ(read_one(*driver, "zz"), (Values{{"n", expected}}));
  }
  const auto found = read(*driver, "event::signup", "1h", hours(kTen, 240));
  ASSERT_THAT(found, SizeIs(240));
  for (const auto& [at, values] : found) EXPECT_EQ(values, (Values{{"n", 2}})) << at;
}

}  // namespace
}  // namespace trifle::stats::test
