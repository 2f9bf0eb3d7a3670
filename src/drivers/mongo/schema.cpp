#include "drivers/mongo/schema.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::string_view kSetup = "setup";
constexpr std::int32_t kNamespaceNotFound = 26;
constexpr std::int32_t kNamespaceExists = 48;
constexpr std::int32_t kLedgerSeconds = 24 * 60 * 60;

using Keys = std::vector<std::pair<std::string, std::int32_t>>;

struct Index {
  Keys keys;
  bool unique = false;
  bool partial = false;   ///< of some documents only
  bool collated = false;  ///< compares texts other than by their bytes
  std::optional<std::int64_t> expire_after = {};

  /// As MongoDB's own tools name it.
  std::string name() const {
    std::string text;
    for (const auto& [key, direction] : keys) text += (text.empty() ? "" : "_") + key + "_" + std::to_string(direction);
    return text;
  }
  bool same_fields(const Index& other) const {
    return std::equal(keys.begin(), keys.end(), other.keys.begin(), other.keys.end(),
                      [](const auto& a, const auto& b) { return a.first == b.first; });
  }
};

/// The family's.
Index identity_index(Identity identity) {
  Index index{.keys = {{"key", 1}}, .unique = true};
  if (identity == Identity::Separated) index.keys.emplace_back("granularity", 1);
  if (identity != Identity::Full) index.keys.emplace_back("at", -1);
  return index;
}

Index expiry_index() { return {.keys = {{"expire_at", 1}}, .expire_after = 0}; }

Index ledger_index() { return {.keys = {{"at", 1}}, .expire_after = kLedgerSeconds}; }

Index read_index(const bson_iter_t& described) {
  Index index;
  bson_iter_t member;
  bson_iter_t key;
  if (!bson_iter_recurse(&described, &member)) return index;
  while (bson_iter_next(&member)) {
    const std::string_view name = bson_iter_key(&member);
    if (name == "key" && bson_iter_recurse(&member, &key)) {
      while (bson_iter_next(&key))
        index.keys.emplace_back(bson_iter_key(&key), static_cast<std::int32_t>(bson_iter_as_int64(&key)));
    }
    if (name == "unique") index.unique = bson_iter_as_bool(&member);
    if (name == "expireAfterSeconds") index.expire_after = bson_iter_as_int64(&member);
    index.partial = index.partial || name == "partialFilterExpression" || name == "sparse";
    index.collated = index.collated || name == "collation";
  }
  return index;
}

/// Nothing where there is no such collection.
std::optional<std::vector<Index>> indexes_of(Connection& connection, const std::string& collection,
                                             std::string_view operation) {
  Document command;
  add(command.get(), "listIndexes", collection);
  std::optional<Reply> reply;
  try {
    reply = connection.run(command.get(), nullptr, Phase::Ask, operation);
  } catch (const Error& error) {
    if (error.native_code() == kNamespaceNotFound) return std::nullopt;
    throw;
  }
  std::vector<Index> all;
  bson_iter_t iter;
  bson_iter_t batch;
  bson_iter_t index;
  if (bson_iter_init(&iter, reply->document.get()) && bson_iter_find_descendant(&iter, "cursor.firstBatch", &batch) &&
      bson_iter_recurse(&batch, &index)) {
    while (bson_iter_next(&index)) all.push_back(read_index(index));
  }
  return all;
}

const Index* find_index(const std::vector<Index>& all, const Index& wanted) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Index& index) { return index.same_fields(wanted); });
  return found == all.end() ? nullptr : &*found;
}

void create_index(Connection& connection, const std::string& collection, const Index& index) {
  Document command;
  add(command.get(), "createIndexes", collection);
  {
    Within indexes(command.get(), "indexes", Within::Kind::Array);
    Within described(indexes.get(), "0");
    {
      Within keys(described.get(), "key");
      for (const auto& [key, direction] : index.keys) add(keys.get(), key, direction);
    }
    add(described.get(), "name", index.name());
    if (index.unique) add(described.get(), "unique", true);
    if (index.expire_after) add(described.get(), "expireAfterSeconds", static_cast<std::int32_t>(*index.expire_after));
  }
  connection.run(command.get(), nullptr, Phase::Ask, kSetup);
}

void create_collection(Connection& connection, const std::string& collection) {
  Document command;
  add(command.get(), "create", collection);
  try {
    connection.run(command.get(), nullptr, Phase::Ask, kSetup);
  } catch (const Error& error) {
    if (error.native_code() != kNamespaceExists) throw;
  }
}

/// What stands in the way of an index that serves.
std::string weakness(const Index& found, const Index& wanted) {
  if (wanted.unique && !found.unique) return "isn't unique: two writers may make two documents of one row";
  if (found.partial) return "leaves documents out";
  if (found.collated) return "has a collation: keys that look alike are taken for one";
  if (found.expire_after != wanted.expire_after)
    return found.expire_after ? "makes documents expire after " + std::to_string(*found.expire_after) + " seconds"
                              : "makes nothing expire";
  return {};
}

class Report {
 public:
  Report(Connection& connection, Setup what) : connection_(connection), what_(what) {}

  void collection(const std::string& name, const std::vector<Index>& wanted) {
    const auto there = indexes_of(connection_, name, kSetup);
    if (!there) note(name);
    if (!there && what_ == Setup::Create && wanted.empty()) create_collection(connection_, name);
    for (const auto& index : wanted) {
      const auto* const found = there ? find_index(*there, index) : nullptr;
      if (found) {
        if (const auto weak = weakness(*found, index); !weak.empty())
          all.differences.push_back("the index " + found->name() + " of " + name + " " + weak);
        continue;
      }
      if (there) note(name + "." + index.name());
      if (what_ == Setup::Create) create_index(connection_, name, index);
    }
  }

  SetupReport all;

 private:
  void note(const std::string& what) { (what_ == Setup::Create ? all.created : all.missing).push_back(what); }

  Connection& connection_;
  const Setup what_;
};

}  // namespace

SetupReport setup_collections(Connection& connection, const Collections& collections, Identity identity, bool batches,
                              Setup what) {
  Report report(connection, what);
  report.collection(collections.rows, {identity_index(identity), expiry_index()});
  if (collections.statuses != collections.rows) report.collection(collections.statuses, {});
  if (batches) report.collection(collections.batches, {ledger_index()});
  return std::move(report.all);
}

bool has_identity_index(Connection& connection, const std::string& collection, Identity identity,
                        std::string_view operation) {
  const auto there = indexes_of(connection, collection, operation);
  if (!there) return false;
  const auto wanted = identity_index(identity);
  return std::any_of(there->begin(), there->end(), [&](const Index& index) {
    return index.same_fields(wanted) && index.unique && !index.partial && !index.collated;
  });
}

}  // namespace trifle::stats::detail::mongo
