// The recorded cases of the Go library on the tables that the sisters make on a server: its rows are read and
// continued, its calls made by us store the same, and the sisters' own statements of the same calls amount to the same.

#include "compat/peer_go_server_test.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "compat/peer_go.hpp"
#include "compat/peer_go_checks.hpp"

namespace trifle::stats::test {
namespace {

using nlohmann::json;
using peer_go::Case;
using peer_go::Table;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PeerGoServerTest);

/// A place of its own for the tables of one identity.
struct Place {
  Place(const ForeignServer& server, Identity identity)
      : url(server.url(folder)), theirs(server.theirs(url, identity)) {
    theirs->create_tables();
  }

  TempFolder folder;
  std::string url;
  std::unique_ptr<ServerForeignWriter> theirs;
};

class ServerTable final : public Table {
 public:
  ServerTable(const Case& recorded, Rows rows, const ForeignServer& server, const Place& place)
      : Table(recorded), server_(server), place_(place) {
    std::vector<std::vector<std::string>> columns;
    for (const auto& row : recorded.rows) {
      if (rows == Rows::None) break;
      columns.push_back(row.columns);
      columns.back().push_back(row.data);
    }
    place_.theirs->fill(columns);
  }

  std::vector<peer_go::Row> rows() const override {
    std::vector<peer_go::Row> rows;
    for (auto& columns : place_.theirs->rows()) rows.push_back(peer_go::row_of(recorded(), columns));
    return rows;
  }

  /// Whether the server holds what was recorded: one that takes JSON apart keeps one member of a name.
  bool holds_the_recorded() const {
    std::map<std::vector<std::string>, json> stored;
    for (const auto& row : rows()) stored[row.columns] = peer_go::folded(row.data).members;
    for (const auto& row : recorded().rows)
      if (stored.at(row.columns) != peer_go::folded(row.data).members) return false;
    return true;
  }

 private:
  Driver driver() const override { return server_.ours(place_.url, recorded().identity(), recorded().separator()); }

  const ForeignServer& server_;
  const Place& place_;
};

class Places {
 public:
  explicit Places(const ForeignServer& server) : server_(server) {
    // Without a ledger's table ours would refuse to write.
    for (const auto& [identity, place] : places_)
      server.ours(place.url, identity, "::").release()->setup(Setup::Create);
  }

  const Place& of(const Case& recorded) const { return places_.at(recorded.identity()); }
  ServerTable table(const Case& recorded, Table::Rows rows) const { return {recorded, rows, server_, of(recorded)}; }

 private:
  const ForeignServer& server_;
  const std::map<Identity, Place> places_ = [this] {
    std::map<Identity, Place> places;
    for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated})
      places.try_emplace(identity, server_, identity);
    return places;
  }();
};

TEST_P(PeerGoServerTest, TheRecordedRowsAreReadAndContinued) {
  const Places places(GetParam());
  std::vector<std::string> refused;
  int changed = 0;
  for (const Case& recorded : peer_go::cases()) {
    SCOPED_TRACE(recorded.name);
    try {
      const auto table = places.table(recorded, Table::Rows::Recorded);
      if (!table.holds_the_recorded()) {
        ++changed;
        continue;
      }
      peer_go::expect_read_by_our_rules(table);
      peer_go::expect_read_exactly(table);
      peer_go::expect_continued(table);
    } catch (const std::runtime_error& error) {
      refused.push_back(recorded.name);
    }
  }
  EXPECT_EQ(refused, std::vector<std::string>{peer_go::kInfinite}) << "no server holds an infinite number";
  EXPECT_EQ(changed, GetParam().json_is_text ? 0 : 4) << "names that SQLite holds twice: a\"b, a\\b, a\\nb, <b>&";
}

TEST_P(PeerGoServerTest, TheSameCallsStoreTheSame) {
  const Places places(GetParam());
  int written = 0;
  for (const Case& recorded : peer_go::cases()) {
    if (!peer_go::is_written_equally(recorded)) continue;
    SCOPED_TRACE(recorded.name);
    peer_go::expect_written_equally(places.table(recorded, Table::Rows::None));
    ++written;
  }
  EXPECT_EQ(written, 57);
}

/// The flat fields of a payload as the sisters send them, numbers in decimal.
void add_fields(const json& values, const std::string& prefix, ServerForeignWriter::Fields& fields) {
  for (const auto& [name, value] : values.items()) {
    if (value.is_object())
      add_fields(value, prefix + name + '.', fields);
    else
      fields.emplace_back(prefix + name, value.dump());
  }
}

// MySQL's decimals have ten digits behind the point.
bool close(Number a, Number b) {
  return a == b || std::abs(a.to_double() - b.to_double()) <= 1e-9 * std::abs(b.to_double()) + 1e-10;
}

TEST_P(PeerGoServerTest, TheSistersStatementsOfTheCallsAmountToTheSame) {
  const Places places(GetParam());
  int written = 0;
  for (const Case& recorded : peer_go::cases()) {
    const auto writes = recorded.writes();
    const bool tracks_only = std::all_of(writes.begin(), writes.end(), [](const json& write) {
      return write.at("op") == "track" && !write.value("untracked", false);
    });
    if (!peer_go::is_written_equally(recorded) || !tracks_only || recorded.separator() != "::") continue;
    SCOPED_TRACE(recorded.name);
    const auto table = places.table(recorded, Table::Rows::None);
    for (const auto& row : recorded.rows) {
      if (row.system()) continue;
      for (const json& write : writes) {
        ServerForeignWriter::Fields fields;
        add_fields(write.at("values"), "", fields);
        places.of(recorded).theirs->track(row.key, row.granularity, {row.at}, fields);
      }
    }
    for (const auto& row : recorded.rows) {
      if (row.system()) continue;
      auto stats = table.open({row.granularity});
      const auto at = Instant::from_unix(row.at);
      const auto series = stats.values(row.key, at, at, row.granularity);
      const auto expected = peer_go::truth(writes);
      EXPECT_EQ(series[0].row.paths().size(), expected.size());
      for (const auto& [path, number] : expected)
        EXPECT_TRUE(close(series.value(0, path).value_or(0), number)) << path << " is " << *series.value(0, path);
      for (const auto& [key, count] : stats.keys(at, at, row.granularity)) {
        EXPECT_EQ(key, row.key);
        EXPECT_EQ(count, static_cast<std::int64_t>(writes.size()));
      }
    }
    ++written;
  }
  EXPECT_GT(written, 30);
}

}  // namespace
}  // namespace trifle::stats::test
