#include "settings/go_dsn.hpp"

#include <gtest/gtest.h>

#include "failure.hpp"

namespace trifle::cli {
namespace {

using stats::drivers::Tls;

TEST(GoDsn, HasUserPasswordAddressAndDatabase) {
  const auto server = parse_go_dsn("me:p@s:s/w@tcp(db.example:3307)/stats?parseTime=true&tls=skip-verify");
  EXPECT_EQ(server.user, "me");
  EXPECT_EQ(server.password, "p@s:s/w");
  EXPECT_EQ(server.host, "db.example");
  EXPECT_EQ(server.port, 3307);
  EXPECT_EQ(server.database, "stats");
  EXPECT_EQ(server.tls, Tls::Require);
}

TEST(GoDsn, PartsMayBeMissing) {
  const auto bare = parse_go_dsn("/stats");
  EXPECT_EQ(bare.user, "root");
  EXPECT_EQ(bare.host, "127.0.0.1");
  EXPECT_EQ(bare.port, 3306);
  EXPECT_EQ(bare.tls, Tls::Prefer);
  const auto v6 = parse_go_dsn("me@tcp([::1])/stats");
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, 3306);
  EXPECT_EQ(parse_go_dsn("me@tcp([::1]:1)/stats").port, 1);
  EXPECT_EQ(parse_go_dsn("me@unix(/run/my.sock)/stats").socket, "/run/my.sock");
  EXPECT_EQ(parse_go_dsn("/stats?tls=true").tls, Tls::VerifyFull);
  EXPECT_EQ(parse_go_dsn("/stats?tls=preferred").tls, Tls::Prefer);
  EXPECT_EQ(parse_go_dsn("/stats?tls=false").tls, Tls::Off);
}

TEST(GoDsn, WrongOnesAreRefusedWithoutTheirPassword) {
  for (const char* dsn : {"me:hunter2@tcp(h)", "me:hunter2@udp(h)/d", "me:hunter2@tcp(h/d", "me:hunter2@tcp(h:0)/d",
                          "me:hunter2@tcp(h:x)/d", "me:hunter2@tcp(h)/d?tls=perhaps"}) {
    try {
      parse_go_dsn(dsn);
      ADD_FAILURE() << dsn;
    } catch (const Failure& e) {
      EXPECT_EQ(std::string(e.what()).find("hunter2"), std::string::npos) << e.what();
    }
  }
}

}  // namespace
}  // namespace trifle::cli
