#pragma once

#include <string>
#include <vector>

#include "import/import_request.hpp"

namespace trifle::cli {

/// Which field of a line becomes what. Fields are named as the splitter names them.
struct ColumnPlan {
  struct Column {
    std::string name;  ///< the path that is counted, or under which labels are counted
    std::string field;
  };

  std::string key;  ///< one key for all lines; empty: it is in `key_field`
  std::string key_field = "key";
  std::string time_field = "time";
  std::string time_format = "rfc3339";
  std::string count = "count";  ///< counts the lines; empty: nothing does
  std::vector<Column> numbers;
  std::vector<Column> labels;
  bool untracked = false;
};

/// What a format tracks by itself, changed by the flags of the request. Fields called number_NAME and label_NAME are
/// added when the names are known.
ColumnPlan plan_for(const ImportRequest& request);

}  // namespace trifle::cli
