#include "drivers/mongo/status_document.hpp"

#include <mongoc/mongoc.h>

#include <map>
#include <string>
#include <vector>

#include "driver/raise.hpp"
#include "drivers/mongo/document_fields.hpp"
#include "drivers/mongo/stored_path.hpp"
#include "drivers/mongo/write_errors.hpp"
#include "values/json_scanner.hpp"
#include "values/json_text.hpp"
#include "values/number_text.hpp"
#include "values/row_scanner.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::string_view kBeam = "beam";
constexpr std::string_view kScan = "scan";
constexpr std::string_view kData = "data.";
constexpr int kTries = 10;  // of two who make the first status of a key

/// The leaves of a status, as the tree that their names are.
struct Tree {
  std::map<std::string, Tree, std::less<>> below;
  const RowLeaf* leaf = nullptr;

  void write(bson_t* out) const {
    for (const auto& [name, tree] : below) {
      if (tree.below.empty()) {
        write_leaf(out, name, *tree.leaf);
        continue;
      }
      Within within(out, name);
      if (tree.leaf) write_leaf(within.get(), kSelf, *tree.leaf);
      tree.write(within.get());
    }
  }

 private:
  static void write_leaf(bson_t* out, std::string_view name, const RowLeaf& leaf) {
    switch (leaf.kind) {
      case RowLeaf::Kind::Number:
        add(out, name, *leaf.number);
        break;
      case RowLeaf::Kind::Text: {
        std::string text;
        append_unescaped(text, leaf.raw.substr(1, leaf.raw.size() - 2));
        add(out, name, std::string_view(text));
        break;
      }
      case RowLeaf::Kind::True:
      case RowLeaf::Kind::False:
        add(out, name, leaf.kind == RowLeaf::Kind::True);
        break;
      case RowLeaf::Kind::Null:
      case RowLeaf::Kind::Array:
        bson_append_null(out, name.data(), static_cast<int>(name.size()));
        break;
    }
  }
};

/// Appends `,"data.path":value` for every leaf.
void append_leaves(std::string& out, std::string& path, const bson_iter_t& map, bool top) {
  bson_iter_t member;
  if (!bson_iter_recurse(&map, &member)) return;
  const auto size = path.size();
  while (bson_iter_next(&member)) {
    const std::string_view name(bson_iter_key(&member), bson_iter_key_len(&member));
    if (name != kSelf || top) {
      if (!top) path += '.';
      if (name != kEmptySegment) path += name;
    }
    const auto begin = [&] {
      append_json_string(out, path);
      out += ':';
    };
    switch (bson_iter_type(&member)) {
      case BSON_TYPE_DOCUMENT:
        append_leaves(out, path, member, false);
        break;
      case BSON_TYPE_UTF8: {
        std::uint32_t length = 0;
        const char* const text = bson_iter_utf8(&member, &length);
        begin();
        append_json_string(out, std::string_view(text, length));
        out += ',';
        break;
      }
      case BSON_TYPE_BOOL:
        begin();
        out += bson_iter_bool(&member) ? "true," : "false,";
        break;
      case BSON_TYPE_NULL:
        begin();
        out += "null,";
        break;
      default:
        if (const auto number = number_of(member); number && number->is_finite()) {
          begin();
          append_number(out, *number);
          out += ',';
        }
        break;
    }
    path.resize(size);
  }
}

}  // namespace

Document StatusDocument::filter(std::string_view key) const {
  Document filter;
  if (!among_rows_) {
    add(filter.get(), "_id", key);
    return filter;
  }
  add(filter.get(), "key", key);
  Within granularity(filter.get(), "granularity");
  add(granularity.get(), "$exists", false);
  return filter;
}

void StatusDocument::replace(std::string_view key, const StoredStatus& status) {
  std::vector<RowLeaf> leaves;
  if (const auto fault = scan_row(status.json, leaves))
    throw InvalidArgument("the status can't be read: " + fault->reason, details_of(kBackend, kBeam, false));
  Tree tree;
  for (const auto& leaf : leaves) {
    if (!leaf.name.starts_with(kData)) continue;
    auto* at = &tree;
    for_each_segment(std::string_view(leaf.name).substr(kData.size()),
                     [&](std::string_view segment) { at = &at->below[std::string(segment)]; });
    at->leaf = &leaf;
  }

  Document command;
  add(command.get(), "update", collections_.statuses);
  {
    Within updates(command.get(), "updates", Within::Kind::Array);
    Within statement(updates.get(), "0");
    add(statement.get(), "q", filter(key).get());
    {
      Within update(statement.get(), "u");
      {
        Within set(update.get(), "$set");
        if (!among_rows_) add(set.get(), "key", key);
        add_date(set.get(), "at", status.at * 1000);
        Within data(set.get(), "data");
        tree.write(data.get());
      }
      if (among_rows_) {
        // A sister's would take a status away that is in use.
        {
          Within unset(update.get(), "$unset");
          add(unset.get(), "expire_at", "");
        }
        // Two who make the first one at the same time make the same.
        Within on_insert(update.get(), "$setOnInsert");
        Within id(on_insert.get(), "_id");
        add(id.get(), "status", key);
      }
    }
    add(statement.get(), "upsert", true);
  }
  for (int tries = 1;; ++tries) {
    const auto reply = connection_.run(command.get(), nullptr, Phase::Write, kBeam);
    bool again = false;
    for_each_write_error(reply.document, [&](std::size_t, std::int32_t code, std::string text) {
      const auto found = row_verdict(code);
      again = tries < kTries && (found == RowVerdict::Duplicate || found == RowVerdict::Again);
      if (!again)
        connection_.fail({.domain = MONGOC_ERROR_SERVER, .code = code, .text = std::move(text)}, Phase::Ask, kBeam);
    });
    if (again) continue;
    if (reply.unconfirmed) connection_.fail(*reply.unconfirmed, Phase::Write, kBeam);
    return;
  }
}

std::optional<StoredStatus> StatusDocument::find(std::string_view key) {
  Document options;
  {
    Within sort(options.get(), "sort");
    add(sort.get(), "at", -1);
  }
  add(options.get(), "limit", std::int64_t{1});
  std::optional<StoredStatus> found;
  const auto wanted = filter(key);
  connection_.find(collections_.statuses, wanted.get(), options.get(), Phase::Ask, kScan, [&](const bson_t& document) {
    bson_iter_t iter;
    if (!mongo::find(iter, &document, "at") || bson_iter_type(&iter) != BSON_TYPE_DATE_TIME)
      throw CorruptData("the status of '" + std::string(key) + "' has a time that can't be read",
                        details_of(kBackend, kScan, false));
    auto& status = found.emplace();
    const auto milliseconds = bson_iter_date_time(&iter);
    status.at = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0);
    status.json = "{";
    std::string path(kData.substr(0, kData.size() - 1));
    if (mongo::find(iter, &document, "data") && bson_iter_type(&iter) == BSON_TYPE_DOCUMENT)
      append_leaves(status.json, path, iter, false);
    status.json += "\"at\":";
    append_number(status.json, Number(status.at));
    status.json += '}';
  });
  return found;
}

}  // namespace trifle::stats::detail::mongo
