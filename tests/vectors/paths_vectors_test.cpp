// Every case of the family's path vectors.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include <trifle/stats/path.hpp>
#include <trifle/stats/payload.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats {
namespace {

using nlohmann::json;

const json& vectors() {
  static const json read = json::parse(std::ifstream(TRIFLE_TEST_DATA "/vectors/paths_v1.json"));
  return read;
}

TEST(PathVectors, Segments) {
  ASSERT_EQ(vectors().at("path_cases").size(), 17U);
  for (const auto& one : vectors().at("path_cases")) {
    const auto input = one.at("input").get<std::string>();
    SCOPED_TRACE(input);
    const Path path(input);
    ASSERT_EQ(path.segments().size(), one.at("segments").size());
    for (std::size_t i = 0; i < path.segments().size(); ++i) {
      const auto& expected = one.at("segments").at(i);
      EXPECT_EQ(path.segments()[i].name, expected.at("value").get<std::string>());
      EXPECT_EQ(path.segments()[i].wildcard, expected.at("wildcard").get<bool>());
      EXPECT_EQ(path.segments()[i].unescaped_star, expected.at("unescaped_star").get<bool>());
    }
    EXPECT_EQ(path.to_string(), one.at("rendered").get<std::string>());
  }
}

TEST(PathVectors, Codec) {
  ASSERT_EQ(vectors().at("codec_cases").size(), 11U);
  for (const auto& one : vectors().at("codec_cases")) {
    const auto literal = one.at("literal").get<std::string>();
    const auto encoded = one.at("encoded").get<std::string>();
    std::string stored;
    detail::append_stored_segment(stored, literal);
    EXPECT_EQ(stored, encoded);
    EXPECT_EQ(detail::literal_segment(encoded), literal);
    EXPECT_TRUE(detail::is_canonical(encoded)) << encoded;
  }
}

/// Packs as nested maps do in a payload: each name is a path of its own.
void pack(const json& map, const std::string& outer, std::map<std::string, int>& packed) {
  for (const auto& [name, value] : map.items()) {
    std::string stored = outer;
    ASSERT_TRUE(detail::append_stored_path(stored, name));
    if (value.is_object()) {
      pack(value, stored + '.', packed);
    } else {
      packed[stored] = value.get<int>();
    }
  }
}

/// The nested literal names that a stored name stands for.
void unpack(const std::string& stored, int value, json& logical) {
  json* place = &logical;
  const Path path = Path::from_stored(stored);
  for (const auto& segment : path.segments()) place = &(*place)[segment.name];
  *place = value;
}

TEST(PathVectors, Packing) {
  ASSERT_EQ(vectors().at("packing_cases").size(), 2U);
  for (const auto& one : vectors().at("packing_cases")) {
    std::map<std::string, int> packed;
    pack(one.at("input"), "", packed);
    EXPECT_EQ(json(packed), one.at("storage"));

    json logical;
    for (const auto& [stored, value] : packed) unpack(stored, value, logical);
    EXPECT_EQ(logical, one.at("logical"));
  }
}

TEST(PathVectors, PayloadPacksFlatNames) {
  const auto& one = vectors().at("packing_cases").at(0);
  Payload payload;
  for (const auto& [name, value] : one.at("input").items()) payload.add(name, value.get<int>());
  json packed;
  for (const auto& item : payload.items()) packed[item.path] = *item.number.to_int64();
  EXPECT_EQ(packed, one.at("storage"));
}

}  // namespace
}  // namespace trifle::stats
