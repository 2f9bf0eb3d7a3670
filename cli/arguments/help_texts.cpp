#include "arguments/help_texts.hpp"

#include <map>

namespace trifle::cli {
namespace {

struct Texts {
  const char* summary;
  const char* examples;
};

constexpr const char* kImportExamples = R"(What a format tracks:
  combined, common  key `requests`: count, bytes, status.<code>, method.<method>
                    fields: host user time method target protocol status bytes referer agent
  dpkg              key `packages`: count, action.<action>, status.<status>; times are of --timezone
                    fields: time action status package version
  ndjson            {"key":"orders","at":"2026-07-15T10:00:00Z","values":{"count":1}}
                    `at` may be unix seconds; optional: "operation":"assert", "untracked":true
  csv               the first line names the columns, or --columns does: `time`, `key`,
                    number_NAME is added up, label_NAME is counted as NAME.<value>
  --regex           the same names as groups: (?<time>...) (?<key>...) (?<number_ms>...)
  --number and --label replace what combined, common and dpkg have. "-" and empty fields are absent.

Examples:
  trifle import access.log --format combined --db stats.db
  trifle import access.log.gz --format combined --key web --label method --label host --db stats.db
  zcat /var/log/dpkg.log.*.gz | trifle import - --format dpkg --db stats.db
  trifle import sales.csv --columns time,key,number_eur,label_country --time-format unix --db stats.db
  trifle import app.log --key jobs --regex '^(?<time>\S+) done (?<label_job>\w+) (?<number_ms>\d+)ms' --db stats.db

Bad lines are counted, and the first five shown. Lines are written in transactions of 65536 lines or about 8 MiB;
an import that dies or is interrupted says how many are committed, and --from-line goes on from there.)";

const std::map<std::string, Texts>& texts() {
  static const std::map<std::string, Texts> all = {
      {"import", {"Count the lines of a log, or load measurements, into a database.", kImportExamples}},
      {"setup",
       {"Create the tables that are missing; change nothing that exists.",
        "Examples:\n"
        "  trifle setup --db stats.db\n"
        "  trifle setup --check --db stats.db --joined separated"}},
      {"track",
       {"Add numbers to a key, or set them (--mode assert). Tables that are missing are created.",
        "Examples:\n"
        "  trifle track orders count=1 revenue=49.90 country.us=1 --db stats.db\n"
        "  trifle track inventory --mode assert --values '{\"books\":120}' --at 2026-07-15T10:00:00Z --db stats.db\n"
        "  echo '{\"key\":\"orders\",\"at\":1784109600,\"values\":{\"count\":1}}' | trifle track - --db stats.db"}},
      {"get",
       {"Read the numbers of a key, bucket by bucket.",
        "Examples:\n"
        "  trifle get requests --last 7d --granularity 1d --db stats.db\n"
        "  trifle get requests --from 2015-05-17 --to 2015-05-20 --csv --db stats.db"}},
      {"keys",
       {"List the keys that were tracked, and how often; or the paths of one key.",
        "Examples:\n"
        "  trifle keys --last 30d --granularity 1d --db stats.db\n"
        "  trifle keys requests --from 2015-05-17 --to 2015-05-20 --db stats.db"}},
      {"plot",
       {"Draw the numbers of a key as a chart that fits the terminal.",
        "Examples:\n"
        "  trifle plot requests count --from 2015-05-17 --to 2015-05-20 --granularity 1h --db stats.db\n"
        "  trifle plot requests bytes status.404 --last 7d --ascii --db stats.db"}},
      {"beam",
       {"Replace the latest status of a key.",
        "Example:\n"
        "  trifle beam worker::sync --values '{\"state\":\"idle\",\"queue\":12}' --db stats.db"}},
      {"scan",
       {"Show the latest status of a key.",
        "Example:\n"
        "  trifle scan worker::sync --db stats.db"}},
      {"buckets",
       {"Tell which bucket an instant belongs to, or list the buckets between two. Needs no database.",
        "Examples:\n"
        "  trifle buckets 2026-10-25T01:30:00Z --timezone Europe/Bratislava\n"
        "  trifle buckets 2026-12-14 --to 2027-01-18 --granularity 1w --timezone Europe/Bratislava\n"
        "  echo '{\"at\":1784111865,\"granularity\":\"1h\",\"time_zone\":\"UTC\"}' | trifle buckets -\n"
        "A line is {\"at\",\"to\"?,\"granularity\",\"time_zone\",\"week_start\"?}; its answer is "
        "{\"bucket\":seconds},\n"
        "{\"timeline\":[seconds,...]} or {\"error\":text}."}},
  };
  return all;
}

}  // namespace

std::string command_summary(const std::string& command) {
  const auto found = texts().find(command);
  return found == texts().end() ? std::string() : found->second.summary;
}

std::string command_examples(const std::string& command) {
  const auto found = texts().find(command);
  return found == texts().end() ? std::string() : found->second.examples;
}

std::string program_usage() {
  return R"(trifle - numbers over time, in the database that you already have

usage: trifle COMMAND ... [--db FILE]

Load and look:
  trifle import access.log --format combined --db stats.db
  trifle keys --db stats.db --from 2015-05-17 --to 2015-05-20
  trifle get requests --db stats.db --from 2015-05-17 --to 2015-05-20 --granularity 1d
  trifle plot requests count --db stats.db --from 2015-05-17 --to 2015-05-20 --granularity 1h

Commands:
  import     count the lines of a log, or load measurements
  setup      create the tables
  track      add or set numbers
  get        read numbers
  keys       list what was tracked
  plot       draw a chart
  beam       replace a status
  scan       show a status
  buckets    where an instant belongs
  metrics    setup, push, get, keys: the family's own form
  version    print the version
  help       this text; help COMMAND for more

Settings come from flags, then from TRIFLE_* variables, then from ~/.config/trifle/config.yaml.
Exit codes: 0 done, 1 failed (one line on standard error says why), 2 wrong use, 130 interrupted.
)";
}

std::string metrics_usage() {
  return R"(usage: trifle metrics COMMAND [flags]

Commands:
  setup      create the tables
  push       write one measurement
  get        read a series
  keys       list keys, or the paths of a key

  trifle metrics setup --driver sqlite --db stats.db
  trifle metrics push --driver sqlite --db stats.db --key event::logs --values '{"count":1,"duration":2.4}'
  trifle metrics get --driver sqlite --db stats.db --key event::logs --from 2026-01-01T00:00:00Z --to 2026-01-31T00:00:00Z --granularity 1d
  trifle metrics keys --driver sqlite --db stats.db --format table

-h after a command lists its flags.
)";
}

}  // namespace trifle::cli
