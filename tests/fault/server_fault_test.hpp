#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "contract/batches.hpp"
#include "contract/temp_folder.hpp"
#include "fault/server_under_fault.hpp"
#include "servers/toxiproxy.hpp"

namespace trifle::stats::test {

/// A server behind a proxy that cuts, delays and swallows: what the driver says is what the server holds. Each server's
/// own file instantiates it.
class ServerFaultTest : public testing::TestWithParam<ServerUnderFault> {
 protected:
  void SetUp() override {
    const char* const there = std::getenv(GetParam().environment.c_str());
    if (!there || !*there) GTEST_SKIP() << GetParam().environment << " is not set";
    if (!Proxy::available()) GTEST_SKIP() << "TRIFLE_TEST_TOXIPROXY_URL is not set";
    direct_url = GetParam().url(folder);
    proxy.emplace(direct_url);
    direct = by_default().make(direct_url, folder, {}).release();
    direct->setup(Setup::Create);
  }

  const Writing& by_default() const { return GetParam().writings.front(); }

  std::unique_ptr<detail::RowDriver> through(const Writing& writing, const Waits& waits = {}) const {
    return writing.make(proxy->url(), folder, waits).release();
  }
  std::unique_ptr<detail::RowDriver> through(const Waits& waits = {}) const { return through(by_default(), waits); }

  std::int64_t stored(const std::string& key = "k") const {
    const auto row = read_one(*direct, key);
    return row.empty() ? 0 : row.at("n").to_int64().value();
  }

  /// Writes n += 1 in two rows; returns what was said of it, and checks that the server agrees.
  Outcome write_one(detail::RowDriver& driver) const {
    const auto before = stored();
    const std::vector<Change> changes = {{.key = "k", .increments = {{"n", 1}}},
                                         {.key = "k2", .increments = {{"n", 1}}}};
    auto said = Outcome::Applied;
    try {
      write(driver, changes);
    } catch (const Error& error) {
      said = error.outcome();
      EXPECT_THAT(GetParam().broken, testing::Contains(error.code())) << error.what();
      EXPECT_EQ(error.retry_is_safe(), said == Outcome::NotApplied) << error.what();
    }
    if (said == Outcome::Unknown && GetParam().may_linger) settle();
    const auto grown = stored() - before;
    EXPECT_EQ(stored("k2"), stored()) << "half a batch";
    EXPECT_GE(grown, said == Outcome::Applied ? 1 : 0);
    EXPECT_LE(grown, said == Outcome::NotApplied ? 0 : 1);
    return said;
  }

  /// Waits, behind their locks, for transactions that are still open on the two rows.
  void settle() const { write(*direct, {{.key = "k", .sets = {{"seen", 1}}}, {.key = "k2", .sets = {{"seen", 1}}}}); }

  TempFolder folder;
  std::string direct_url;
  std::optional<Proxy> proxy;
  std::unique_ptr<detail::RowDriver> direct;
};

/// The same, of a server that speaks SQL.
class SqlFaultTest : public ServerFaultTest {};

/// What becomes of a batch when the line fails exactly at COMMIT.
class SqlCommitTest : public ServerFaultTest {};

inline std::string server_name(const testing::TestParamInfo<ServerUnderFault>& info) { return info.param.name; }

}  // namespace trifle::stats::test
