// Names and numbers as documents hold them, and what becomes of a document that is merged here.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <mongoc/mongoc.h>

#include "contract/bson_json.hpp"
#include "drivers/mongo/data_merge.hpp"
#include "drivers/mongo/document_fields.hpp"
#include "drivers/mongo/statements.hpp"
#include "drivers/mongo/stored_path.hpp"

namespace trifle::stats::detail::mongo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Document of_json(const std::string& json) { return test::bson_of_json(json); }

std::string to_json(const bson_t* bson) { return test::json_of_bson(bson); }

std::vector<std::pair<std::string, Number>> read(const std::string& json) {
  const auto document = of_json("{\"data\": " + json + "}");
  bson_iter_t data;
  find(data, document.get(), "data");
  DocumentFields fields;
  std::vector<std::pair<std::string, Number>> found;
  for (const auto& field : fields.read(data)) found.emplace_back(std::string(field.name), field.number);
  return found;
}

std::string merged(const std::string& json, const std::vector<Field>& increments, const std::vector<Field>& sets = {}) {
  const auto document = of_json(json.empty() ? "{}" : "{\"data\": " + json + "}");
  bson_iter_t data;
  const bool stored = find(data, document.get(), "data");
  Row row;
  row.increments = increments;
  row.sets = sets;
  Document out;
  const auto fault = merge_data(stored ? &data : nullptr, row, out.get());
  return fault ? fault->reason : to_json(out.get());
}

TEST(MongoPath, HasNoEmptyNames) {
  const auto path = [](std::string_view name) {
    std::string written;
    write_path(written, name);
    return written;
  };
  EXPECT_EQ(path("count"), "data.count");
  EXPECT_EQ(path("country.us"), "data.country.us");
  EXPECT_EQ(path("a%2Eb.%24c"), "data.a%2Eb.%24c");
  EXPECT_EQ(path(""), "data.%empty");
  EXPECT_EQ(path(".a..b."), "data.%empty.a.%empty.b.%empty");
}

TEST(MongoFields, AreReadInEverySpelling) {
  EXPECT_THAT(read(R"({"count": 3, "country": {"us": {"$numberLong": "5"}, "de": 2.5}})"),
              ElementsAre(Pair("count", 3), Pair("country.us", 5), Pair("country.de", 2.5)));
  EXPECT_THAT(read(R"({"a.b": 1, "a": {"b": 2}})"), ElementsAre(Pair("a.b", 1), Pair("a.b", 2)))
      << "flat, as an older sister sets it, and nested";
  EXPECT_THAT(read(R"({"$cost": 1})"), ElementsAre(Pair("%24cost", 1)));
  EXPECT_THAT(read(R"({"%empty": {"a": {"%empty": 1}}, "": 2})"), ElementsAre(Pair(".a.", 1), Pair("", 2)));
  EXPECT_THAT(read(R"({"a": {"%self": 1, "b": 2}})"), ElementsAre(Pair("a", 1), Pair("a.b", 2)));
  EXPECT_THAT(read(R"({"t": "1.5", "x": "no", "n": null, "y": true, "l": [1], "d": {"$numberDecimal": "3.0"}})"),
              ElementsAre(Pair("t", 1.5), Pair("d", 3)));
  EXPECT_THAT(read("5"), ElementsAre());
}

TEST(MongoFields, AnIntegralDoubleIsAnInteger) {
  const auto found = read(R"({"a": {"$numberDouble": "3.0"}, "b": {"$numberDouble": "1e300"}})");
  EXPECT_TRUE(found[0].second.is_integer());
  EXPECT_FALSE(found[1].second.is_integer());
}

TEST(MongoMerge, AddsAndSetsAsTheServerDoes) {
  EXPECT_EQ(merged("", {{"a.b", 1}}, {{"c", 0.5}}),
            R"({ "a" : { "b" : { "$numberLong" : "1" } }, "c" : { "$numberDouble" : "0.5" } })");
  EXPECT_EQ(merged(R"({"x": "kept", "a": {"b": 2, "z": true}})", {{"a.b", 1}}),
            R"({ "x" : "kept", "a" : { "b" : { "$numberLong" : "3" }, "z" : true } })");
  EXPECT_EQ(merged(R"({"a": 5})", {}, {{"a", 7}}), R"({ "a" : { "$numberLong" : "7" } })");
}

TEST(MongoMerge, GoesOnWhereTheServerGivesUp) {
  EXPECT_EQ(merged(R"({"a": {"$numberLong": "9223372036854775807"}})", {{"a", 1}}),
            R"({ "a" : { "$numberDouble" : "9223372036854775808.0" } })");
  EXPECT_EQ(merged(R"({"a": "text", "b": null, "c": [1], "d": "4"})", {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 1}}),
            R"({ "a" : { "$numberLong" : "1" }, "b" : { "$numberLong" : "2" }, "c" : { "$numberLong" : "3" }, )"
            R"("d" : { "$numberLong" : "5" } })");
}

TEST(MongoMerge, ANumberAndAMapAtOneNameBothStay) {
  EXPECT_EQ(merged(R"({"a": 1})", {{"a.b", 2}}),
            R"({ "a" : { "%self" : { "$numberInt" : "1" }, "b" : { "$numberLong" : "2" } } })");
  EXPECT_EQ(merged(R"({"a": {"b": 2}})", {{"a", 1}}),
            R"({ "a" : { "b" : { "$numberInt" : "2" }, "%self" : { "$numberLong" : "1" } } })");
  EXPECT_EQ(merged(R"({"a": {"b": 2, "%self": 1}})", {{"a", 1}, {"a.b", 1}}),
            R"({ "a" : { "b" : { "$numberLong" : "3" }, "%self" : { "$numberLong" : "2" } } })");
  EXPECT_EQ(merged("", {{"a", 1}, {"a.b", 2}}),
            R"({ "a" : { "%self" : { "$numberLong" : "1" }, "b" : { "$numberLong" : "2" } } })");
}

TEST(MongoMerge, ASumThatWouldBecomeInfiniteIsAFault) {
  EXPECT_THAT(merged(R"({"a": 1.7e308})", {{"a", 1.7e308}}), HasSubstr("infinite"));
  EXPECT_THAT(merged(R"({"a": 1.7e308})", {}, {{"a", 1.7e308}}), Not(HasSubstr("infinite")));
  const Field infinite[] = {{"a", INFINITY}};
  Row row;
  row.sets = infinite;
  EXPECT_TRUE(fault_of(row));
  EXPECT_FALSE(fault_of(Row()));
}

TEST(MongoStatement, AddsInTheServer) {
  const Field increments[] = {{"count", 1}, {"duration", 2.5}};
  const Field sets[] = {{"level", 3.0}};
  Row row;
  row.stored_key = "k::1h";
  row.at = 7200;
  row.increments = increments;
  row.sets = sets;
  const Rows::Id id{1, 2, 3};
  const auto statement = [&](const StatementStyle& style) {
    return to_json(add_to_row(style, {.row = &row, .expire_at = 9'000}).get());
  };
  EXPECT_EQ(
      statement({.identity = Identity::Partial}),
      R"({ "q" : { "key" : "k::1h", "at" : { "$date" : { "$numberLong" : "7200000" } } }, )"
      R"("u" : { "$inc" : { "data.count" : { "$numberLong" : "1" }, "data.duration" : { "$numberDouble" : "2.5" } }, )"
      R"("$set" : { "data.level" : { "$numberLong" : "3" } }, )"
      R"("$max" : { "expire_at" : { "$date" : { "$numberLong" : "9000" } } } }, "upsert" : true })");
  const auto marked = statement({.identity = Identity::Full, .marker = &id, .kept_ids = 5});
  EXPECT_THAT(marked, HasSubstr(R"("applied" : { "$ne" : { "$binary")"));
  EXPECT_THAT(marked, HasSubstr(R"("$slice" : { "$numberInt" : "-5" })"));
  EXPECT_THAT(marked, Not(HasSubstr("\"at\"")));
}

TEST(MongoStatement, ALargeIncrementDoesNotMatchWhereItMightLeaveTheDoubles) {
  const auto filter_of = [](double number) {
    const Field increments[] = {{"v", number}};
    Row row;
    row.stored_key = "k";
    row.increments = increments;
    const auto statement = add_to_row({}, {.row = &row});
    bson_iter_t q;
    find(q, statement.get(), "q");
    std::uint32_t size = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_document(&q, &size, &bytes);
    bson_t filter;
    if (!bson_init_static(&filter, bytes, size)) return std::string("no filter");
    return to_json(&filter);
  };
  EXPECT_EQ(filter_of(1e290), R"({ "key" : "k" })");
  EXPECT_THAT(filter_of(1.7e308), HasSubstr(R"("data.v" : { "$not" : { "$gt" : )"));
  EXPECT_THAT(filter_of(-1.7e308), HasSubstr(R"("data.v" : { "$not" : { "$lt" : )"));
}

TEST(MongoStatement, CommandsStayWithinWhatAServerTakes) {
  const std::string text(3u << 20, 'x');
  std::vector<std::pair<std::size_t, std::size_t>> sent;
  in_commands(
      "c", true, 7,
      [&](std::size_t i) {
        Document large;
        add(large.get(), "x", i == 3 ? std::string_view("small") : std::string_view(text));
        return large;
      },
      [&](const bson_t* command, std::size_t first, std::size_t count) {
        sent.emplace_back(first, count);
        EXPECT_LT(command->len, 16u << 20);
      });
  EXPECT_THAT(sent, ElementsAre(Pair(0, 4), Pair(4, 3)));
}

}  // namespace
}  // namespace trifle::stats::detail::mongo
