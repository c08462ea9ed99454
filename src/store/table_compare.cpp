#include "store/table_compare.hpp"

#include "base/assert.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::store {

namespace {

std::string in_quotes(std::string_view name) {
    std::string text{"\""};
    for (const char letter : name) {
        if (letter == '"') text.push_back('"');
        text.push_back(letter);
    }
    text.push_back('"');
    return text;
}

std::string list_of(const std::vector<std::string>& columns) {
    std::string text;
    for (const std::string& column : columns) {
        if (!text.empty()) text += ", ";
        text += in_quotes(column);
    }
    return text;
}

/// Rows of the first select that the second has not.
std::string without(const std::string& first, const std::string& second) {
    return fmt::format("select count(*) from (select * from ({} except {}))", first, second);
}

}  // namespace

Result<TwoModels> TwoModels::take(const std::string& live_file, const std::string& other_file) {
    auto session = SqliteDatabase{{live_file}}.open_session();
    if (!session) return session.error();
    session.value()->execute("attach ? as other", {other_file});
    TwoModels models{std::move(session.value())};
    // A savepoint outside of a transaction begins one that only reads; the first look at each file
    // fixes what is seen of it.
    models.session_->savepoint();
    for (const std::string in : {"main", "other"})
        static_cast<void>(models.count("select count(*) from " + in + ".sluice_inbox"));
    return models;
}

std::uint64_t TwoModels::count(const std::string& select) {
    return static_cast<std::uint64_t>(session_->query(select).front().integer(0));
}

std::vector<std::string> TwoModels::columns(const std::string& in, const std::string& table) {
    std::vector<std::string> names;
    for (const SqlRow& row :
         session_->query("select name from pragma_table_info(?, ?) order by cid", {table, in})) {
        names.push_back(row.text(0));
    }
    return names;
}

std::vector<TableDifference> TwoModels::compare() {
    std::vector<TableDifference> found;
    for (const SqlRow& row : session_->query(
             "select name from main.sqlite_master where type in ('table', 'view') "
             "and name in (select name from other.sqlite_master) and substr(name, 1, 1) <> '_' "
             "and name not like 'sqlite%' and name not like 'sluice\\_%' escape '\\' order by name"
         )) {
        TableDifference& one = found.emplace_back();
        one.table = row.text(0);
        const std::string name = in_quotes(one.table);
        one.rows_live = count("select count(*) from main." + name);
        one.rows_other = count("select count(*) from other." + name);
        const auto in_live = columns("main", one.table);
        if (in_live != columns("other", one.table)) {
            one.only_live = one.rows_live;
            one.only_other = one.rows_other;
            continue;
        }
        const std::string live = fmt::format("select {} from main.{}", list_of(in_live), name);
        const std::string other = fmt::format("select {} from other.{}", list_of(in_live), name);
        one.only_live = count(without(live, other));
        one.only_other = count(without(other, live));
        add_sums(one, in_live);
    }
    return found;
}

void TwoModels::add_sums(TableDifference& to, const std::vector<std::string>& columns) {
    for (const std::string& column : columns) {
        const auto of = [&](const std::string& in) {
            // Nothing but integers, NULL aside: then the sum is one, or too large for one.
            return session_->query(fmt::format(
                "select sum({0}), count({0}), sum(typeof({0}) = 'integer') from {1}.{2}",
                in_quotes(column),
                in,
                in_quotes(to.table)
            ));
        };
        const SqlRow live = of("main").front();
        const SqlRow other = of("other").front();
        const bool sums = live.integer(1) + other.integer(1) > 0 &&
                          live.integer(1) == live.integer(2) &&
                          other.integer(1) == other.integer(2);
        if (sums) to.sums.push_back({column, live.integer(0), other.integer(0)});
    }
}

std::uint64_t TwoModels::moved_before(
    const std::string& table, const std::string& column, const std::string& day
) {
    const auto before = [&](const std::string& in) {
        return fmt::format(
            "select * from {}.{} where {} < ?1", in, in_quotes(table), in_quotes(column)
        );
    };
    const auto rows = [&](const std::string& first, const std::string& second) {
        const auto found = session_->query(without(before(first), before(second)), {day});
        return static_cast<std::uint64_t>(found.front().integer(0));
    };
    return rows("main", "other") + rows("other", "main");
}

std::vector<std::string> TwoModels::ahead(
    const std::string& live, const std::string& other, std::size_t limit
) {
    std::vector<std::string> subjects;
    for (const SqlRow& row : session_->query(
             "select o.subject from other.sluice_inbox o left join main.sluice_inbox l on l.domain "
             "= o.domain and l.subscription = ? and l.subject = o.subject where o.subscription = ? "
             "and (l.last_position is null or l.last_position < o.last_position) limit ?",
             {live, other, static_cast<std::int64_t>(limit)}
         )) {
        subjects.push_back(row.text(0));
    }
    return subjects;
}

Result<std::int64_t> inherit_inbox(
    const InboxRows& from, const std::string& to_file, const std::string& to, Instant now
) {
    SLUICE_ASSERT(from.names.size() == 2);
    auto session = SqliteDatabase{{to_file}}.open_session();
    if (!session) return session.error();
    session.value()->execute("attach ? as giver", {from.file});
    return session.value()->execute(
        "insert into main.sluice_inbox (domain, subscription, subject, last_position, "
        "last_id_hash, updated_at) select domain, ?, subject, last_position, last_id_hash, ? from "
        "giver.sluice_inbox where subscription in (?, ?) on conflict (domain, subscription, "
        "subject) do update set last_position = excluded.last_position, last_id_hash = "
        "excluded.last_id_hash, updated_at = excluded.updated_at where excluded.last_position > "
        "sluice_inbox.last_position",
        {to, now.ms, from.names[0], from.names[1]}
    );
}

}  // namespace sluice::store
