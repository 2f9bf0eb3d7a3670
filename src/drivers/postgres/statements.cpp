#include "drivers/postgres/statements.hpp"

namespace trifle::stats::detail::postgres {
namespace {

std::string type_of(std::string_view column) { return column == "at" ? "timestamptz" : "text"; }

std::string parameter(std::size_t number, const std::string& type) {
  return std::string("$").append(std::to_string(number)).append("::").append(type);
}

std::string columns(const Table& table) {
  std::string text;
  for (const auto column : table.identity_columns()) text.append(text.empty() ? "" : ", ").append(column);
  return text;
}

/// "$1::text[], $2::timestamptz[]", and the data where they are wanted.
std::string arrays(const Table& table, bool with_data) {
  std::string text;
  std::size_t number = 1;
  for (const auto column : table.identity_columns()) {
    if (number > 1) text += ", ";
    text += parameter(number++, type_of(column) + "[]");
  }
  return with_data ? text + ", " + parameter(number, "jsonb[]") : text;
}

/// A row of the table is the one that `x` names. The second look, byte by byte, matters where a column's collation
/// takes different texts for one.
std::string same_identity(const Table& table) {
  std::string text;
  for (const auto column : table.identity_columns()) {
    const std::string name(column);
    if (!text.empty()) text += " AND ";
    text += "t." + name + " = x." + name;
    if (column != "at") text += " AND t." + name + " COLLATE \"C\" = x." + name;
  }
  return text;
}

/// What `stored` and `added`, both jsonb numbers, are together. In jsonb a double beyond 2^53 can't be told from an
/// integer, so a sum of that size is written with all its digits.
std::string sum_of(const std::string& stored, const std::string& added) {
  const std::string a = "(" + stored + ")::numeric";
  const std::string b = "(" + added + ")::numeric";
  const std::string lowest = "-9223372036854775808";
  const std::string highest = "9223372036854775807";
  const auto fits = [&](const std::string& number) {
    return number + " BETWEEN " + lowest + " AND " + highest + " AND " + number + " = trunc(" + number + ")";
  };
  const std::string real = "((" + stored + ")::float8 + (" + added + ")::float8)";
  const std::string wide = "abs(" + real + ") >= 9007199254740992 AND abs(" + real + ") < 9223372036854775807";
  return "CASE WHEN " + fits(a) + " AND " + fits(b) + " THEN CASE WHEN " + a + " + " + b + " BETWEEN " + lowest +
         " AND " + highest + " THEN (" + a + " + " + b + ")::text::jsonb ELSE ((" + a + " + " + b +
         ")::float8)::text::jsonb END WHEN " + wide + " THEN " + real + "::int8::text::jsonb ELSE " + real +
         "::text::jsonb END";
}

std::string upsert(const Table& table, const std::string& data) {
  return "INSERT INTO " + quoted(table.name) + " AS t (" + columns(table) + ", data) SELECT * FROM unnest(" +
         arrays(table, true) + ") ON CONFLICT (" + columns(table) + ") DO UPDATE SET data = " + data;
}

std::string joined_rows(const Table& table) {
  return " FROM unnest(" + arrays(table, false) + ") WITH ORDINALITY AS x(" + columns(table) + ", n) JOIN " +
         quoted(table.name) + " AS t ON " + same_identity(table);
}

/// Partitions, triggers, rules, policies and tables that inherit are what a plain heap has not.
std::string plain_heap(std::size_t name) {
  return "SELECT 1::text FROM pg_catalog.pg_class c WHERE c.oid = to_regclass(" + parameter(name, "text") +
         ") AND c.relkind = 'r' AND NOT c.relhastriggers AND NOT c.relhasrules AND NOT c.relrowsecurity AND NOT "
         "c.relhassubclass";
}

/// An UPDATE that fails where it met fewer rows than its arrays have. `more`: what is asked besides.
std::string all_met(const std::string& update, const std::string& more = "") {
  return "WITH met AS (" + update +
         " RETURNING 1) SELECT 1 / (CASE WHEN count(*) = cardinality($1) THEN 1 ELSE 0 END)" + more + " FROM met";
}

std::string all_met_of_plain_heap(const std::string& update, std::size_t name) {
  return all_met(update, ", txid_current(), EXISTS (" + plain_heap(name) + ")");
}

std::string update_by_identity(const Table& table) {
  return "UPDATE " + quoted(table.name) + " AS t SET data = x.data FROM unnest(" + arrays(table, true) + ") AS x(" +
         columns(table) + ", data) WHERE " + same_identity(table);
}

}  // namespace

std::string look_at_rows(const Table& table) {
  if (table.identity == Identity::Full) {
    return "SELECT t.key, t.data, t.ctid, t.xmin FROM " + quoted(table.name) +
           " AS t WHERE t.key = ANY ($1::text[]) ORDER BY t.key COLLATE \"C\"";
  }
  return "SELECT x.n, t.data, t.ctid, t.xmin" + joined_rows(table) + " ORDER BY x.n";
}

std::string lock_rows(const Table& table) { return look_at_rows(table) + " FOR NO KEY UPDATE OF t"; }

std::string find_rows(const Table& table) { return "SELECT x.n, t.data" + joined_rows(table); }

// A place alone would do for a row that changed before the statement; `xmin` tells of one that changes while the
// statement waits for it.
std::string update_unchanged(const Table& table) {
  const auto next = table.identity_columns().size() + 2;
  return all_met_of_plain_heap("UPDATE " + quoted(table.name) + " AS t SET data = x.data FROM unnest(" +
                                   arrays(table, true) + ", " + parameter(next, "tid[]") + ", " +
                                   parameter(next + 1, "xid[]") + ") AS x(" + columns(table) +
                                   ", data, place, writer) WHERE t.ctid = x.place AND t.xmin = x.writer",
                               next + 2);
}

std::string update_own(const Table& table) {
  const auto next = table.identity_columns().size() + 2;
  return all_met_of_plain_heap(update_by_identity(table) + " AND t.xmin = ANY (" + parameter(next, "xid[]") + ")",
                               next + 1);
}

std::string find_plain_heap() { return plain_heap(1); }

std::string update_rows(const Table& table) { return all_met(update_by_identity(table)); }

std::string insert_rows(const Table& table) {
  return "INSERT INTO " + quoted(table.name) + " (" + columns(table) + ", data) SELECT * FROM unnest(" +
         arrays(table, true) + ")";
}

std::string increment_rows(const Table& table) {
  return upsert(table,
                "t.data || (SELECT coalesce(jsonb_object_agg(d.key, CASE WHEN jsonb_typeof(t.data -> d.key) = "
                "'number' THEN " +
                    sum_of("t.data -> d.key", "d.value") +
                    " ELSE d.value END), '{}'::jsonb) FROM jsonb_each(EXCLUDED.data) AS d)");
}

std::string set_rows(const Table& table) { return upsert(table, "t.data || EXCLUDED.data"); }

std::string enter_batch(const Table& table) {
  return "INSERT INTO " + quoted(table.ledger_name) +
         " (id, at) VALUES ($1::bytea, now()) ON CONFLICT DO NOTHING RETURNING 1";
}

std::string insert_batch(const Table& table) {
  return "INSERT INTO " + quoted(table.ledger_name) + " (id, at) VALUES ($1::bytea, now())";
}

std::string prune_batches(const Table& table) {
  const auto name = quoted(table.ledger_name);
  return "DELETE FROM " + name + " WHERE id = ANY (ARRAY(SELECT id FROM " + name +
         " WHERE at < now() - interval '24 hours' FOR UPDATE SKIP LOCKED))";
}

std::string prune_batches_unlocked(const Table& table) {
  return "DELETE FROM " + quoted(table.ledger_name) + " WHERE at < now() - interval '24 hours'";
}

std::string read_times(const Table& table) {
  const bool separated = table.identity == Identity::Separated;
  std::string text = "SELECT at, data FROM " + quoted(table.name) +
                     " WHERE key = $1::text AND key COLLATE \"C\" = $1::text AND at >= $2::timestamptz AND at <= "
                     "$3::timestamptz";
  if (separated) text += " AND granularity = $4::text AND granularity COLLATE \"C\" = $4::text";
  return text;
}

std::string read_keys(const Table& table) {
  return "SELECT x.bucket, t.data FROM unnest($1::int8[]) AS x(bucket) JOIN " + quoted(table.name) +
         " AS t ON t.key = $2::text || x.bucket::text AND t.key COLLATE \"C\" = $2::text || x.bucket::text";
}

std::string read_keys_between(const Table& table) {
  return "SELECT key, data FROM " + quoted(table.name) + " WHERE key >= $1::text AND key <= $2::text";
}

std::string replace_status(const Table& table) {
  return "INSERT INTO " + quoted(table.status_name) +
         " (key, at, data) VALUES ($1::text, $2::timestamptz, $3::jsonb) ON CONFLICT (key) DO UPDATE SET at = "
         "EXCLUDED.at, data = EXCLUDED.data";
}

std::string find_status(const Table& table) {
  return "SELECT at, data FROM " + quoted(table.status_name) + " WHERE key = $1::text AND key COLLATE \"C\" = $1::text";
}

}  // namespace trifle::stats::detail::postgres
