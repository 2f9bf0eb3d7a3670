#include "settings/server_url.hpp"

#include <gtest/gtest.h>

namespace trifle::cli {
namespace {

TEST(ServerUrl, SchemesAndParameters) {
  EXPECT_TRUE(is_url("postgres://h/d"));
  EXPECT_FALSE(is_url("stats.db"));
  EXPECT_EQ(scheme_of("mysql://h/d"), "mysql");
  EXPECT_EQ(scheme_of("C:/x"), "");
  EXPECT_TRUE(has_parameter("mysql://h/d?a=1&tls=off", "tls"));
  EXPECT_FALSE(has_parameter("mysql://h/d?xtls=off&tlsx=1", "tls"));
  EXPECT_EQ(with_parameter("postgresql://h/d", "password", "a&b /"), "postgresql://h/d?password=a%26b%20%2F");
  EXPECT_EQ(with_parameter("postgresql://h/d?x=1", "y", "2"), "postgresql://h/d?x=1&y=2");
}

TEST(ServerUrl, APasswordIsPutWhereItBelongs) {
  EXPECT_EQ(with_password("mysql://me@h:1/d", "p@ss/w%"), "mysql://me:p%40ss%2Fw%25@h:1/d");
  EXPECT_EQ(with_password("mysql://me:old@h:1/d", "new"), "mysql://me:new@h:1/d");
  EXPECT_EQ(with_password("mysql://h/d", "new"), "mysql://:new@h/d");
}

TEST(ServerUrl, HoldsAPassword) {
  EXPECT_TRUE(holds_password("postgresql://me:x@h/d"));
  EXPECT_TRUE(holds_password("postgresql://me@h/d?password=x"));
  EXPECT_TRUE(holds_password("host=h password=x"));
  EXPECT_FALSE(holds_password("postgresql://me@h:5432/d"));
  EXPECT_FALSE(holds_password("postgresql://h:5432/d?options=a@b"));
  EXPECT_FALSE(holds_password("stats.db"));
}

TEST(ServerUrl, NoMessageShowsAPassword) {
  EXPECT_EQ(without_passwords("can't reach postgresql://me:hunter2@h/d: no"),
            "can't reach postgresql://me:***@h/d: no");
  EXPECT_EQ(without_passwords("bad \"mysql://me:hun/t@er2@h/d\" and mysql://a:hunter2@b"),
            "bad \"mysql://me:***@h/d\" and mysql://a:***@b");
  EXPECT_EQ(without_passwords("host=h password=hunter2 user=x"), "host=h password=*** user=x");
  EXPECT_EQ(without_passwords("password='hun\\'ter 2' user=x"), "password=*** user=x");
  EXPECT_EQ(without_passwords("postgresql://h/d?password=hunter2&x=1"), "postgresql://h/d?password=***&x=1");
  EXPECT_EQ(without_passwords("see http://h:80/x and 1://"), "see http://h:80/x and 1://");
}

}  // namespace
}  // namespace trifle::cli
