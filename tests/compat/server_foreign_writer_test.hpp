#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats/driver.hpp>

#include "compat/server_foreign_writer.hpp"
#include "contract/batches.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {

/// A server on which the sisters and we write the same tables.
struct ForeignServer {
  std::string name;
  bool json_is_text;                                  ///< it keeps a JSON text as it was given
  std::function<std::string(const TempFolder&)> url;  ///< of what belongs to the folder
  std::function<Driver(const std::string& url, Identity, const std::string& separator)> ours;
  std::function<std::unique_ptr<ServerForeignWriter>(const std::string& url, Identity)> theirs;
  testing::Matcher<const std::vector<std::string>&> differences;  ///< what setup says about their tables
  std::string status_time;                                        ///< 2026-07-15T10:37:45Z as the server shows it

  friend std::ostream& operator<<(std::ostream& out, const ForeignServer& server) { return out << server.name; }
};

struct ForeignCase {
  ForeignServer server;
  Identity identity;

  friend std::ostream& operator<<(std::ostream& out, const ForeignCase& tested) {
    return out << tested.server.name
               << (tested.identity == Identity::Full      ? "_full"
                   : tested.identity == Identity::Partial ? "_partial"
                                                          : "_separated");
  }
};

/// Each server with each identity.
inline std::vector<ForeignCase> foreign_cases(const std::vector<ForeignServer>& servers) {
  std::vector<ForeignCase> all;
  for (const auto& server : servers) {
    for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated})
      all.push_back({server, identity});
  }
  return all;
}

/// The suite; a server's own file instantiates it.
class ServerForeignWriterTest : public testing::TestWithParam<ForeignCase> {
 protected:
  std::string url() const { return GetParam().server.url(folder_); }
  std::unique_ptr<ServerForeignWriter> theirs() const { return GetParam().server.theirs(url(), GetParam().identity); }
  Driver unopened() const { return GetParam().server.ours(url(), GetParam().identity, "::"); }
  /// With its tables.
  std::unique_ptr<detail::RowDriver> ours() const;

  void write_theirs() const;
  void write_ours(detail::RowDriver& driver) const;
  /// `calls` of both writers together, as each side reads them.
  void expect_sums(detail::RowDriver& driver, int calls) const;

  TempFolder folder_;
  const std::vector<std::int64_t> buckets_ = hours(kTen, 3);
};

}  // namespace trifle::stats::test
