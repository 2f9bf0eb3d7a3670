// How a MySQL server is named and the driver configured; nothing is connected.

#include <gmock/gmock.h>
#include <mysql.h>
#include <trifle/stats/drivers/mysql.hpp>
#include <trifle/stats/error.hpp>

#include "drivers/mysql/bucket_time.hpp"
#include "drivers/mysql/table.hpp"
#include "drivers/mysql/url.hpp"

namespace trifle::stats::detail::mysql {
namespace {

using drivers::Tls;
using testing::HasSubstr;
using testing::Not;

template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(MysqlUrlTest, HasAllParts) {
  const auto server = read_url(
      "mysql://app%40x:p%40ss%3A%2Fw@db.example:3307/my%20metrics?tls=verify-full&ca=/etc/ca.pem&cert=c.pem&key=k.pem"
      "&socket=/run/my.sock");
  EXPECT_EQ(server.user, "app@x");
  EXPECT_EQ(server.password, "p@ss:/w");
  EXPECT_EQ(server.host, "db.example");
  EXPECT_EQ(server.port, 3307);
  EXPECT_EQ(server.database, "my metrics");
  EXPECT_EQ(server.tls, Tls::VerifyFull);
  EXPECT_EQ(server.ca_file, "/etc/ca.pem");
  EXPECT_EQ(server.certificate_file, "c.pem");
  EXPECT_EQ(server.key_file, "k.pem");
  EXPECT_EQ(server.socket, "/run/my.sock");
}

TEST(MysqlUrlTest, PartsMayBeLeftOut) {
  const auto server = read_url("mariadb:///metrics");
  EXPECT_EQ(server.host, "127.0.0.1");
  EXPECT_EQ(server.port, 3306);
  EXPECT_EQ(server.user, "");
  EXPECT_EQ(server.database, "metrics");
  EXPECT_EQ(server.tls, Tls::Prefer);
  EXPECT_EQ(read_url("mysql://u@[::1]:33/d").host, "::1");
  EXPECT_EQ(read_url("mysql://u@[::1]:33/d").port, 33);
  EXPECT_EQ(read_url("mysql://u:a@b@h/d").password, "a@b") << "the last @ ends the password";
}

TEST(MysqlUrlTest, WhatIsWrongIsNamedWithoutThePassword) {
  for (const auto* url :
       {"postgres://u:secret@h/d", "u:secret@h/d", "mysql://u:secret@h:0/d", "mysql://u:secret@h:99999/d",
        "mysql://u:secret@h:3x/d", "mysql://u:secret@[::1/d", "mysql://u:secret@h/d?tls=maybe",
        "mysql://u:secret@h/d?ssl=1", "mysql://u:secret%4@h/d", "mysql://u:secret%00@h/d", "mysql://u:secret@h"}) {
    const auto told = refusal([&] { drivers::mysql(std::string(url)); });
    EXPECT_THAT(told, Not(HasSubstr("secret"))) << url;
    EXPECT_THAT(told, Not(HasSubstr("nothing was refused"))) << url;
  }
}

TEST(MysqlOptionsTest, WhatIsWrongIsRefusedBeforeAnythingIsConnected) {
  const drivers::MysqlServer server{.host = "db", .user = "u", .password = "secret", .database = "d"};
  const auto with = [&](drivers::MysqlOptions options) { return refusal([&] { drivers::mysql(server, options); }); };
  using namespace std::chrono_literals;
  EXPECT_THAT(with({.connect_timeout = 0ms}), HasSubstr("connect_timeout"));
  EXPECT_THAT(with({.statement_timeout = 0ms}), HasSubstr("statement_timeout"));
  EXPECT_THAT(with({.max_readers = 0}), HasSubstr("max_readers"));
  EXPECT_THAT(with({.table = ""}), HasSubstr("table is empty"));
  EXPECT_THAT(with({.table = "a "}), HasSubstr("space"));
  EXPECT_THAT(with({.table = std::string(65, 't')}), HasSubstr("65 characters"));
  EXPECT_THAT(with({.table = "\xF0\x9F\x98\x80"}), HasSubstr("U+FFFF"));
  EXPECT_THAT(with({.table = "t", .status_table = "T"}), HasSubstr("two tables"));
  EXPECT_THAT(with({.table = "t", .status_table = "t_batches"}), HasSubstr("in use for something else"));
  EXPECT_THAT(with({.separator = ""}), HasSubstr("separator"));
  EXPECT_THAT(refusal([&] { drivers::mysql(static_cast<st_mysql*>(nullptr)); }), HasSubstr("null"));
  auto other = server;
  other.tls = Tls::VerifyCa;
  EXPECT_THAT(refusal([&] { drivers::mysql(other); }), HasSubstr("ca_file"));
  other = server;
  other.password.push_back('\0');
  EXPECT_THAT(refusal([&] { drivers::mysql(other); }), HasSubstr("password holds a NUL"));
}

TEST(MysqlTableTest, NamesAreQuotedWhateverIsInThem) {
  EXPECT_EQ(quoted("a`b"), "`a``b`");
  EXPECT_EQ(quoted("'; DROP TABLE x; --"), "`'; DROP TABLE x; --`");
}

TEST(MysqlBucketTest, IsWrittenAsTheFamilyDoesAndReadBack) {
  EXPECT_EQ(BucketText(1'784'109'600).text(), "2026-07-15 10:00:00.000000");
  EXPECT_EQ(BucketText(-62'135'596'800).text(), "0001-01-01 00:00:00.000000");
  EXPECT_EQ(BucketText(253'402'300'799).text(), "9999-12-31 23:59:59.000000");
  EXPECT_THROW(BucketText(253'402'300'800), InvalidArgument);
  // Each day of 800 years around the beginning, which holds every rule of the calendar.
  for (std::int64_t at = -146'097 * 86'400LL + 3'661; at < 146'097 * 86'400LL; at += 86'400) {
    const BucketText bucket(at);
    const auto text = bucket.text();
    const auto number = [&](std::size_t from, std::size_t size) {
      return static_cast<unsigned>(std::stoul(std::string(text.substr(from, size))));
    };
    MYSQL_TIME time{};
    time.year = number(0, 4);
    time.month = number(5, 2);
    time.day = number(8, 2);
    time.hour = number(11, 2);
    time.minute = number(14, 2);
    time.second = number(17, 2);
    ASSERT_EQ(unix_seconds(time), at) << text;
    time.second_part = 1;
    ASSERT_EQ(unix_seconds(time), std::nullopt);
  }
  EXPECT_EQ(unix_seconds(MYSQL_TIME{}), std::nullopt) << "0000-00-00";
}

}  // namespace
}  // namespace trifle::stats::detail::mysql
