#include "compat/server_foreign_writer.hpp"

#include "values/json_text.hpp"

namespace trifle::stats::test {

void ServerForeignWriter::track(const std::string& key, const std::string& granularity,
                                const std::vector<std::int64_t>& buckets, const Fields& fields) {
  for (;;) {
    try {
      begin();
      for (const auto at : buckets) {
        upsert(key, granularity, at, fields);
        upsert("__system__key__", granularity, at, {{"count", "1"}, {"keys." + key, "1"}});
      }
      run("COMMIT");
      return;
    } catch (const std::exception& error) {
      if (!deadlocked(error)) throw;
      run("ROLLBACK");
    }
  }
}

void ServerForeignWriter::fill(const std::vector<std::vector<std::string>>& rows) {
  begin();
  try {
    run("DELETE FROM trifle_stats");
    for (const auto& columns : rows) insert(columns);
    run("COMMIT");
  } catch (const std::exception&) {
    run("ROLLBACK");
    throw;
  }
}

std::vector<std::pair<std::string, std::string>> ServerForeignWriter::columns_of(const std::string& key,
                                                                                 const std::string& granularity,
                                                                                 std::int64_t at) const {
  switch (identity_) {
    case Identity::Separated:
      return {{"key", key}, {"granularity", granularity}, {"at", time_of(at)}};
    case Identity::Partial:
      return {{"key", key + "::" + granularity}, {"at", time_of(at)}};
    case Identity::Full:
      break;
  }
  return {{"key", key + "::" + granularity + "::" + std::to_string(at)}};
}

std::string ServerForeignWriter::packed(const Fields& fields) {
  std::string text = "{";
  for (const auto& [name, number] : fields) {
    if (text.size() > 1) text += ',';
    detail::append_json_string(text, name);
    text += ':' + number;
  }
  return text + "}";
}

}  // namespace trifle::stats::test
