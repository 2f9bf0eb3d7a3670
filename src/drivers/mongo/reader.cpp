#include "drivers/mongo/reader.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "driver/asked_buckets.hpp"
#include "drivers/mongo/document_fields.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::string_view kRead = "read";
constexpr std::size_t kKeys = 1'000;         // of one request
constexpr std::int32_t kDocuments = 10'000;  // of one reply, or as many as 16 MB hold

/// What a document has to say.
struct Found {
  std::string_view key;
  std::optional<std::int64_t> at;
  bson_iter_t data{};  // not in an optional: a template forgets that it is aligned
  bool has_data = false;

  explicit Found(const bson_t& document) {
    bson_iter_t iter;
    if (!bson_iter_init(&iter, &document)) return;
    while (bson_iter_next(&iter)) {
      const std::string_view name = bson_iter_key(&iter);
      const auto type = bson_iter_type(&iter);
      if (name == "key" && type == BSON_TYPE_UTF8) {
        std::uint32_t size = 0;
        const char* const text = bson_iter_utf8(&iter, &size);
        key = {text, size};
      } else if (name == "at" && type == BSON_TYPE_DATE_TIME) {
        const auto milliseconds = bson_iter_date_time(&iter);
        if (milliseconds % 1000 == 0) at = milliseconds / 1000;
      } else if (name == "data") {
        data = iter;
        has_data = true;
      }
    }
  }
};

class Reading {
 public:
  Reading(Connection& connection, const std::string& collection, const Layout& layout, const RowRange& range,
          RowSink& sink, bool& any)
      : connection_(connection), collection_(collection), layout_(layout), range_(range), sink_(sink), any_(any) {
    Within wanted(options_.get(), "projection");
    add(wanted.get(), "_id", 0);
    add(wanted.get(), layout.identity == Identity::Full ? "key" : "at", 1);
    add(wanted.get(), "data", 1);
  }

  void run() {
    add(options_.get(), "batchSize", kDocuments);
    if (layout_.identity != Identity::Full) {
      by_time();
    } else if (const JoinedKeys keys(layout_, range_.key, range_.granularity, range_.buckets); keys.ordered) {
      by_keys_between(keys);
    } else {
      by_each_key();
    }
  }

 private:
  template <class BucketOf>
  void find(const Document& filter, BucketOf&& bucket_of) {
    connection_.find(collection_, filter.get(), options_.get(), Phase::Ask, kRead, [&](const bson_t& document) {
      const Found found(document);
      const std::optional<std::int64_t> at = bucket_of(found);
      if (!at || !found.has_data) return;
      const auto fields = fields_.read(found.data);
      if (fields.empty()) return;
      any_ = true;
      sink_.fields(*at, fields);
    });
  }

  void by_time() {
    std::string key;
    layout_.append_key(key, range_.key, range_.granularity, 0);
    Document filter;
    add(filter.get(), "key", std::string_view(key));
    if (layout_.identity == Identity::Separated) add(filter.get(), "granularity", range_.granularity);
    {
      Within at(filter.get(), "at");
      add_date(at.get(), "$gte", range_.buckets.front() * 1000);
      add_date(at.get(), "$lte", range_.buckets.back() * 1000);
    }
    AskedBuckets asked(range_.buckets);
    find(filter, [&](const Found& found) { return found.at && asked.contains(*found.at) ? found.at : std::nullopt; });
  }

  void by_keys_between(const JoinedKeys& keys) {
    Document filter;
    {
      Within key(filter.get(), "key");
      add(key.get(), "$gte", std::string_view(keys.first));
      add(key.get(), "$lte", std::string_view(keys.last));
    }
    AskedBuckets asked(range_.buckets);
    find(filter, [&](const Found& found) {
      const auto at = keys.bucket_of(found.key);
      return at && asked.contains(*at) ? at : std::nullopt;
    });
  }

  void by_each_key() {
    for (std::size_t first = 0; first < range_.buckets.size(); first += kKeys) {
      const auto chunk = range_.buckets.subspan(first, std::min(kKeys, range_.buckets.size() - first));
      std::unordered_map<std::string, std::int64_t> buckets;
      Document filter;
      {
        Within key(filter.get(), "key");
        Within in(key.get(), "$in", Within::Kind::Array);
        for (std::size_t i = 0; i < chunk.size(); ++i) {
          std::string text;
          layout_.append_key(text, range_.key, range_.granularity, chunk[i]);
          add(in.get(), std::to_string(i), std::string_view(text));
          buckets.emplace(std::move(text), chunk[i]);
        }
      }
      find(filter, [&](const Found& found) -> std::optional<std::int64_t> {
        const auto known = buckets.find(std::string(found.key));
        if (known == buckets.end()) return std::nullopt;
        return known->second;
      });
    }
  }

  Connection& connection_;
  const std::string& collection_;
  const Layout& layout_;
  const RowRange& range_;
  RowSink& sink_;
  bool& any_;
  Document options_;
  DocumentFields fields_;
};

}  // namespace

void read_rows(Connection& connection, const std::string& collection, const Layout& layout, const RowRange& range,
               RowSink& sink, bool& any) {
  Reading(connection, collection, layout, range, sink, any).run();
}

}  // namespace trifle::stats::detail::mongo
