#include "drivers/mongo/options.hpp"

#include <charconv>
#include <chrono>

#include <trifle/stats/error.hpp>
#include <trifle/stats/granularity.hpp>

#include "driver/option_range.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::size_t kLongestName = 200;  // MongoDB has 255 bytes for database, dot and collection

void check_collection(const std::string& name) {
  const auto refuse = [](const char* what) {
    throw InvalidArgument(std::string("collection ") + what +
                          "; allowed is UTF-8 without NUL and $, not beginning with \"system.\" or a dot, at most " +
                          std::to_string(kLongestName) + " bytes");
  };
  if (name.empty()) refuse("is empty");
  if (name.size() > kLongestName) refuse("is too long");
  if (name.find('\0') != std::string::npos) refuse("holds a NUL");
  if (name.find('$') != std::string::npos) refuse("holds a $");
  if (name.front() == '.' || name.starts_with("system.")) refuse("begins with what is MongoDB's own");
  if (!valid_utf8(name)) refuse("is not valid UTF-8");
}

void check_write_concern(const std::string& given) {
  int members = 1;
  const auto read = std::from_chars(given.data(), given.data() + given.size(), members);
  const bool number = read.ec == std::errc() && read.ptr == given.data() + given.size();
  if (given.empty() || given.find('\0') != std::string::npos || (number && (members < 1 || members > 50)))
    throw InvalidArgument("write_concern is \"" + given + "\"; allowed is majority, 1 to 50, or the name of a rule");
}

}  // namespace

void check_options(const drivers::MongoOptions& options) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  check_collection(options.collection);
  check_write_concern(options.write_concern);
  check_range<std::size_t>("kept_ids", options.kept_ids, 1, 1000);
  constexpr milliseconds kHour = std::chrono::hours(1);
  check_range<milliseconds::rep>("connect_timeout (milliseconds)", options.connect_timeout.count(), 1, kHour.count());
  check_range<milliseconds::rep>("reply_timeout (milliseconds)", options.reply_timeout.count(), 1, 24 * kHour.count());
  check_range<milliseconds::rep>("selection_timeout (milliseconds)", options.selection_timeout.count(), 0,
                                 kHour.count());
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
  for (const auto& [granularity, after] : options.expire_after) {
    if (!granularity.empty()) (void)Granularity(granularity);
    check_range<seconds::rep>("expire_after of \"" + granularity + "\" (seconds)", after.count(), 1, 3'155'760'000);
  }
}

Collections::Collections(const drivers::MongoOptions& options)
    : rows(options.collection),
      statuses(options.identity == Identity::Separated ? rows : rows + "_ping"),
      batches(options.ledger ? rows + "_batches" : std::string()) {}

}  // namespace trifle::stats::detail::mongo
