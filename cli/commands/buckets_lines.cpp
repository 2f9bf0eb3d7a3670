#include "commands/buckets_lines.hpp"

#include <optional>

#include "failure.hpp"
#include "input/json_instant.hpp"
#include "input/json_leaves.hpp"
#include "input/line_reader.hpp"
#include "output/json_text.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kBlock = 64u << 10;

struct Question {
  std::optional<stats::Instant> at;
  std::optional<stats::Instant> to;
  std::string granularity;
  std::string time_zone;
  std::string week_start;
};

class QuestionReader final : public JsonLeaves {
 public:
  explicit QuestionReader(Question defaults) : question_(std::move(defaults)) {}

  Question take() {
    if (!question_.at) throw Failure("\"at\" is missing");
    if (question_.granularity.empty()) throw Failure("\"granularity\" is missing");
    return std::move(question_);
  }

 private:
  void leaf(stats::StatusValue&& value) override {
    const std::string& member = names().front();
    if (names().size() > 1) throw Failure(in_quotes(member) + " is an object");
    if (member == "at") {
      question_.at = instant_of(value, member);
    } else if (member == "to") {
      if (!std::holds_alternative<std::nullptr_t>(value)) question_.to = instant_of(value, member);
    } else if (member == "granularity") {
      question_.granularity = text(value);
    } else if (member == "time_zone") {
      question_.time_zone = text(value);
    } else if (member == "week_start") {
      question_.week_start = text(value);
    } else {
      throw Failure("unknown member " + in_quotes(member));
    }
  }

  std::string text(stats::StatusValue& value) const {
    auto* found = std::get_if<std::string>(&value);
    if (found == nullptr) throw Failure(in_quotes(names().front()) + " is not a text");
    return std::move(*found);
  }

  Question question_;
};

/// Keeps the zone of the line before.
class Answerer {
 public:
  std::string answer(std::string_view line, const Question& defaults) {
    QuestionReader reader(defaults);
    reader.read(line);
    const Question question = reader.take();
    const stats::Granularity granularity(question.granularity);
    const stats::Bucketing& bucketing = bucketing_for(question.time_zone, question.week_start);
    if (!question.to)
      return "{\"bucket\":" + std::to_string(bucketing.floor(*question.at, granularity).unix_seconds()) + "}";
    std::string json = "{\"timeline\":[";
    for (const auto bucket : bucketing.timeline(*question.at, *question.to, granularity)) {
      if (json.back() != '[') json += ',';
      json += std::to_string(bucket.unix_seconds());
    }
    return json + "]}";
  }

 private:
  const stats::Bucketing& bucketing_for(const std::string& zone, const std::string& week_start) {
    if (!bucketing_ || zone != zone_ || week_start != week_start_) {
      bucketing_.emplace(zone, weekday_of(week_start));
      zone_ = zone;
      week_start_ = week_start;
    }
    return *bucketing_;
  }

  std::optional<stats::Bucketing> bucketing_;
  std::string zone_;
  std::string week_start_;
};

}  // namespace

int answer_lines(const BucketsRequest& request, const Settings& settings, Console& console) {
  Question defaults;
  defaults.granularity = request.granularity;
  defaults.time_zone = settings["timezone"];
  defaults.week_start = settings["week-start"];

  LineReader reader(open_source("-"));
  LineReader::Line line;
  Answerer answerer;
  std::string out;
  std::size_t wrong = 0;
  while (reader.next(line)) {
    try {
      if (line.too_long) throw Failure("the line is longer than 1 MiB");
      out += answerer.answer(line.text, defaults);
    } catch (const Failure& e) {
      ++wrong;
      out += "{\"error\":" + json_string(e.what()) + "}";
    } catch (const stats::Error& e) {
      ++wrong;
      out += "{\"error\":" + json_string(e.what()) + "}";
    }
    out += '\n';
    // Somebody may ask one line at a time and wait for the answer.
    if (!reader.has_line() || out.size() >= kBlock) {
      console.write(out);
      out.clear();
    }
  }
  console.write(out);
  if (wrong > 0) throw Failure(std::to_string(wrong) + " lines could not be answered; each has its \"error\"");
  return kOk;
}

}  // namespace trifle::cli
