#include "drivers/mongo/statements.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "drivers/mongo/stored_path.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::size_t kMostBytes = 12u << 20;  // of 16 MiB that a command may have
constexpr std::size_t kMostStatements = 10'000;

/// The number of an element, as arrays name them.
class Index {
 public:
  explicit Index(std::size_t number) : end_(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr) {}
  operator std::string_view() const { return {digits_, static_cast<std::size_t>(end_ - digits_)}; }

 private:
  char digits_[24];
  const char* end_;
};

/// Sums of numbers below this never leave the doubles: it is half the distance from the largest to the next.
const double kHuge = std::ldexp(1.0, 970);

/// Matches only where the sum stays finite; doubtful cases are left to those who add here.
void add_guard(bson_t* filter, const std::string& path, double increment) {
  constexpr double kMax = std::numeric_limits<double>::max();
  const double bound = std::nextafter(kMax - std::fabs(increment), 0.0);
  Within condition(filter, path);
  Within negated(condition.get(), "$not");
  if (increment > 0) {
    add(negated.get(), "$gt", bound);
  } else {
    add(negated.get(), "$lt", -bound);
  }
}

void add_marker_filter(bson_t* filter, const StatementStyle& style) {
  if (!style.marker) return;
  Within applied(filter, "applied");
  add_bytes(applied.get(), "$ne", style.marker->data(), style.marker->size());
}

/// What every statement adds beside the numbers.
void add_extras(bson_t* update, const StatementStyle& style, const BatchPlan::Entry& entry) {
  if (entry.expire_at) {
    Within max(update, "$max");
    add_date(max.get(), "expire_at", *entry.expire_at);
  }
  if (!style.marker) return;
  Within push(update, "$push");
  Within applied(push.get(), "applied");
  {
    Within each(applied.get(), "$each", Within::Kind::Array);
    add_bytes(each.get(), "0", style.marker->data(), style.marker->size());
  }
  add(applied.get(), "$slice", -static_cast<std::int32_t>(style.kept_ids));
}

void add_fields(bson_t* update, const char* verb, std::span<const Field> fields, std::string& path) {
  if (fields.empty()) return;
  Within changes(update, verb);
  for (const auto& field : fields) {
    write_path(path, field.name);
    add(changes.get(), path, field.number);
  }
}

}  // namespace

void add_identity(bson_t* filter, Identity identity, const Row& row) {
  add(filter, "key", row.stored_key);
  if (identity == Identity::Separated) add(filter, "granularity", row.granularity);
  if (identity != Identity::Full) add_date(filter, "at", row.at * 1000);
}

Document add_to_row(const StatementStyle& style, const BatchPlan::Entry& entry) {
  const auto& row = *entry.row;
  Document statement;
  std::string path;
  {
    Within filter(statement.get(), "q");
    add_identity(filter.get(), style.identity, row);
    add_marker_filter(filter.get(), style);
    for (const auto& field : row.increments) {
      if (field.number.is_integer() || std::fabs(field.number.to_double()) < kHuge) continue;
      write_path(path, field.name);
      add_guard(filter.get(), path, field.number.to_double());
    }
  }
  {
    Within update(statement.get(), "u");
    add_fields(update.get(), "$inc", row.increments, path);
    add_fields(update.get(), "$set", row.sets, path);
    add_extras(update.get(), style, entry);
  }
  add(statement.get(), "upsert", true);
  return statement;
}

Document replace_data(const StatementStyle& style, const BatchPlan::Entry& entry, const bson_t* stored,
                      const Document& data) {
  Document statement;
  {
    Within filter(statement.get(), "q");
    add_identity(filter.get(), style.identity, *entry.row);
    add_marker_filter(filter.get(), style);
    if (style.compare && stored) {
      add(filter.get(), "data", stored);
    } else if (style.compare) {
      Within missing(filter.get(), "data");
      add(missing.get(), "$exists", false);
    }
  }
  {
    Within update(statement.get(), "u");
    {
      Within set(update.get(), "$set");
      add(set.get(), "data", data.get());
    }
    add_extras(update.get(), style, entry);
  }
  add(statement.get(), "upsert", stored == nullptr || !style.compare);
  return statement;
}

void in_commands(const std::string& collection, bool ordered, std::size_t count,
                 const std::function<Document(std::size_t)>& make,
                 const std::function<void(const bson_t* command, std::size_t first, std::size_t count)>& send) {
  std::optional<Document> left;
  for (std::size_t first = 0; first < count;) {
    Document command;
    add(command.get(), "update", collection);
    add(command.get(), "ordered", ordered);
    std::size_t taken = 0;
    {
      Within updates(command.get(), "updates", Within::Kind::Array);
      std::size_t bytes = 0;
      while (first + taken < count && taken < kMostStatements) {
        if (!left) left = make(first + taken);
        if (taken > 0 && bytes + left->size() > kMostBytes) break;
        bytes += left->size() + 16;
        add(updates.get(), Index(taken), left->get());
        left.reset();
        ++taken;
      }
    }
    send(command.get(), first, taken);
    first += taken;
  }
}

}  // namespace trifle::stats::detail::mongo
