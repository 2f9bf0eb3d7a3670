#include "drivers/postgres/table.hpp"

#include <functional>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::size_t kLongestName = 63;  // bytes; the server would cut a longer one, and two could become one

void refuse_name(const char* option, const std::string& name) {
  if (name.size() <= kLongestName) return;
  throw InvalidArgument(std::string(option) + " is '" + name + "', which has " + std::to_string(name.size()) +
                        " bytes; PostgreSQL's names have up to " + std::to_string(kLongestName));
}

}  // namespace

void check(const Table& table) { table.check(refuse_name, std::equal_to<>()); }

std::string quoted(std::string_view name) { return between_quotes(name, '"'); }

}  // namespace trifle::stats::detail::postgres
