#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contract/temp_folder.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats::test {

/// What a backend may be asked to be called.
struct Names {
  std::string table = "trifle_stats";
  std::string separator = "::";
};

/// One way to make a driver: the contract tests run against each. A second driver that `make` returns for the same
/// folder works on the same data where `shared` says so.
struct Backend {
  std::string name;
  Identity identity = Identity::Full;
  bool shared = false;
  std::function<std::unique_ptr<detail::RowDriver>(const TempFolder& folder, const Names& names)> make;
  Atomicity atomicity = Atomicity::Batch;
  bool lent = false;  // one thread alone may use it

  friend std::ostream& operator<<(std::ostream& out, const Backend& backend) { return out << backend.name; }
};

std::vector<Backend> backends();

/// Those that several processes can share.
std::vector<Backend> shared_backends();

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) { return info.param.name; }

/// A driver with its tables, and the folder that it lives in.
class DriverContract : public testing::TestWithParam<Backend> {
 protected:
  std::unique_ptr<detail::RowDriver> open(const Names& names = {}) const {
    auto driver = GetParam().make(folder_, names);
    driver->setup(Setup::Create);
    return driver;
  }

  TempFolder folder_;
};

}  // namespace trifle::stats::test
