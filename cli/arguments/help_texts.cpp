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

constexpr const char* kAggregateExamples = R"(Examples:
  trifle sum orders revenue --last 30d --granularity 1d --db stats.db
  trifle mean orders average --expr 'revenue / count as average' --last 7d --granularity 1d --db stats.db
  trifle max requests count --last 7d --slices 7 --granularity 1h --db stats.db
  trifle sum orders revenue --last 7d --granularity 1d --compare previous --db stats.db
  trifle sum orders revenue --from 2026-07-01 --to 2026-07-31 --granularity 1d --compare year --db stats.db
One number is printed as it is, several as a table; --json and --csv are for programs. With --compare, a bucket that
is not over takes no part.)";

const std::map<std::string, Texts>& texts() {
  static const std::map<std::string, Texts> all = {
      {"import", {"Count the lines of a log, or load measurements, into a database.", kImportExamples}},
      {"setup",
       {"Create the tables that are missing; change nothing that exists.",
        "Examples:\n"
        "  trifle setup --db stats.db\n"
        "  trifle setup --db postgresql://app@db.example/metrics --ask-password\n"
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
        "  trifle get requests --from 2015-05-17 --to 2015-05-20 --csv --db stats.db\n"
        "  trifle get orders --last 30d --granularity 1d --expr 'revenue / count as average' --db stats.db\n"
        "  trifle get orders --last 7d --granularity 1d --compare previous --db stats.db"}},
      {"sum",
       {"Add up the numbers at a path, exactly. A path without a number is an error, and no zero.",
        kAggregateExamples}},
      {"mean", {"The mean of the numbers at a path, of the buckets that have one.", kAggregateExamples}},
      {"min", {"The smallest number at a path.", kAggregateExamples}},
      {"max", {"The largest number at a path.", kAggregateExamples}},
      {"count", {"How many buckets have a number at a path.", kAggregateExamples}},
      {"timeline",
       {"The numbers at a path over time: of one name, of each name in a map, or of every name that * finds.",
        "Examples:\n"
        "  trifle timeline requests count --last 7d --granularity 1d --db stats.db\n"
        "  trifle timeline orders country --last 7d --granularity 1d --db stats.db\n"
        "  trifle timeline orders 'country.*.revenue' --rolling 7 --last 30d --granularity 1d --db stats.db\n"
        "  trifle timeline orders count --missing zero --json --db stats.db\n"
        "The first buckets of --rolling have nothing: a mean of 7 needs 7."}},
      {"category",
       {"What each name in a map adds up to.",
        "Examples:\n"
        "  trifle category requests status --last 7d --granularity 1d --db stats.db\n"
        "  trifle category orders country --last 30d --granularity 1d --compare previous --db stats.db\n"
        "  trifle category orders 'country.*.revenue' --csv --db stats.db"}},
      {"keys",
       {"List the keys that were tracked, and how often; or the paths of one key.",
        "Examples:\n"
        "  trifle keys --last 30d --granularity 1d --db stats.db\n"
        "  trifle keys requests --from 2015-05-17 --to 2015-05-20 --db stats.db"}},
      {"plot",
       {"Draw the numbers of a key as charts that fit the terminal, or into a picture or page for a browser.",
        "Examples:\n"
        "  trifle plot requests count --from 2015-05-17 --to 2015-05-20 --granularity 1h --db stats.db\n"
        "  trifle plot requests count,status.404 --last 7d --db stats.db      one chart, two lines\n"
        "  trifle plot requests count bytes --last 7d --db stats.db           two charts\n"
        "  trifle plot requests status --spark --last 7d --db stats.db        a map: each name in it\n"
        "  trifle plot requests count --heat --last 28d --db stats.db         hour by weekday\n"
        "  trifle plot orders --expr 'revenue / count as average' --last 30d --db stats.db\n"
        "  trifle plot orders revenue --compare previous --last 7d --granularity 1d --db stats.db\n"
        "  trifle plot requests count,status.404 --last 7d --html requests.html --db stats.db\n"
        "What is absent is a gap. A last bucket that is not over is dotted or hollow. Several buckets in one column\n"
        "are their sum, or --merge mean, min or max; the title says so. NO_COLOR turns colours off."}},
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

usage: trifle COMMAND ... [--db FILE | --db URL]

Load and look:
  trifle import access.log --format combined --db stats.db
  trifle keys --db stats.db --from 2015-05-17 --to 2015-05-20
  trifle get requests --db stats.db --from 2015-05-17 --to 2015-05-20 --granularity 1d
  trifle plot requests count --db stats.db --from 2015-05-17 --to 2015-05-20 --granularity 1h
  trifle sum requests bytes --db stats.db --from 2015-05-17 --to 2015-05-20 --granularity 1h

Commands:
  import     count the lines of a log, or load measurements
  setup      create the tables
  track      add or set numbers
  get        read numbers
  keys       list what was tracked
  sum, mean, min, max, count
             what a path comes to
  timeline   a path over time
  category   what each name in a map comes to
  plot       draw charts, in the terminal or for a browser
  beam       replace a status
  scan       show a status
  buckets    where an instant belongs
  metrics    setup, push, get, keys, aggregate, timeline, category: the family's own form
  version    print the version
  help       this text; help COMMAND for more

URLs are postgresql://user@host/database and mysql://user@host/database (MariaDB too). The password comes from
TRIFLE_PASSWORD, --password-file, or --ask-password.
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
  aggregate  the sum, mean, min or max of a path, in slices
  timeline   the numbers of a path over time
  category   what the names below a path add up to

  trifle metrics setup --driver sqlite --db stats.db
  trifle metrics setup --driver postgres --host db.example --user app --database metrics
  trifle metrics push --driver sqlite --db stats.db --key event::logs --values '{"count":1,"duration":2.4}'
  trifle metrics get --driver sqlite --db stats.db --key event::logs --from 2026-01-01T00:00:00Z --to 2026-01-31T00:00:00Z --granularity 1d
  trifle metrics keys --driver sqlite --db stats.db --format table
  trifle metrics aggregate --driver sqlite --db stats.db --key event::logs --value-path duration --aggregator mean
  trifle metrics timeline --driver sqlite --db stats.db --key event::logs --value-path count --format csv
  trifle metrics category --driver sqlite --db stats.db --key event::logs --value-path country --slices 2

-h after a command lists its flags.
)";
}

}  // namespace trifle::cli
