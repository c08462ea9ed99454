#include "store/generation_book.hpp"

#include "base/point.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace sluice::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBookSchema = R"(
create table if not exists generation (name text primary key, phase integer not null, since text not null,
  effective text not null, rate_max integer not null, begun_at integer not null, asked_by text not null,
  reason text not null, read_events integer not null default 0, left_events integer not null default 0,
  rate integer not null default 0, time_left_ms integer, parked integer not null default 0,
  seen_at integer not null default 0);
create table if not exists wish (number integer primary key autoincrement, verb integer not null,
  generation text not null, since text not null, effective text not null, rate_max integer not null,
  asked_by text not null, reason text not null, asked_at integer not null,
  state integer not null default 0, answer text not null default '', answered_at integer);
create table if not exists difference (wish integer, place integer, relation text not null,
  rows_live integer not null, rows_other integer not null, only_live integer not null,
  only_other integer not null, primary key (wish, place));
create table if not exists difference_sum (wish integer, place integer, at integer, column_name text not null,
  live integer not null, other integer not null, primary key (wish, place, at));
)";

std::uint64_t count_at(const SqlRow& row, std::size_t column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

std::int64_t stored(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

}  // namespace

std::string GenerationBook::path_of(const std::string& sqlite_file) {
    return sqlite_file + ".generations";
}

std::string GenerationBook::file_of(
    const std::string& sqlite_file, const std::string& first, const std::string& name
) {
    if (name == first) return sqlite_file;
    const fs::path path{sqlite_file};
    return (path.parent_path() /
            fmt::format("{}@{}{}", path.stem().string(), name, path.extension().string()))
        .string();
}

Result<GenerationBook> GenerationBook::make(
    const std::string& sqlite_file, const std::string& first, Instant now
) {
    auto session = SqliteDatabase{{path_of(sqlite_file)}}.open_session();
    if (!session) return session.error();
    GenerationBook book{std::move(session.value()), sqlite_file};
    book.session_->run_script(kBookSchema);
    book.session_->execute(
        "insert into generation (name, phase, since, effective, rate_max, begun_at, asked_by, "
        "reason) select ?, 3, 'beginning', '', 0, ?, '', '' "
        "where not exists (select 1 from generation)",
        {first, now.ms}
    );
    const auto restored = book.generations();
    if (!restored) return restored.error().at(path_of(sqlite_file));
    if (restored.value().all().front().name != first) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "{} is the book of {} and not of {}: give each service a file of its own",
                path_of(sqlite_file),
                restored.value().all().front().name,
                first
            )};
    }
    return book;
}

Result<GenerationBook> GenerationBook::open(const std::string& sqlite_file) {
    std::error_code ignored;
    if (!fs::exists(path_of(sqlite_file), ignored)) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("{}: no service that can be rebuilt has that file", sqlite_file)};
    }
    auto session = SqliteDatabase{{path_of(sqlite_file)}}.open_session();
    if (!session) return session.error();
    GenerationBook book{std::move(session.value()), sqlite_file};
    book.session_->run_script(kBookSchema);
    return book;
}

std::vector<ReadModel> GenerationBook::all() const {
    std::vector<ReadModel> all;
    for (const SqlRow& row : session_->query(
             "select name, phase, since, effective, rate_max, read_events, left_events, rate, "
             "time_left_ms, parked, seen_at from generation order by rowid"
         )) {
        ReadModel& one = all.emplace_back();
        one.name = row.text(0);
        const auto phase = rebuild::phase_of(row.integer(1));
        one.phase = phase ? to_string(phase.value()) : "damaged";
        one.file = file_of(sqlite_file_, all.front().name, one.name);
        one.since = row.text(2);
        one.effective = row.text(3);
        one.events_per_second_max = count_at(row, 4);
        one.read = count_at(row, 5);
        one.left = count_at(row, 6);
        one.events_per_second = count_at(row, 7);
        if (!row.is_null(8)) one.time_left = Milliseconds{row.integer(8)};
        one.parked = count_at(row, 9);
        one.seen_at = Instant{row.integer(10)};
    }
    return all;
}

Result<rebuild::Generations> GenerationBook::generations() const {
    std::vector<rebuild::Generation> all;
    for (const SqlRow& row : session_->query("select name, phase from generation order by rowid")) {
        const auto phase = rebuild::phase_of(row.integer(1));
        if (!phase) return phase.error().at(row.text(0));
        all.push_back({row.text(0), phase.value()});
    }
    return rebuild::Generations::restore(std::move(all));
}

void GenerationBook::note(
    const std::string& name, const rebuild::Progress& progress, std::uint64_t parked, Instant now
) {
    SqlValue time_left{std::monostate{}};
    if (progress.time_left) time_left = std::int64_t{progress.time_left->count()};
    session_->execute(
        "update generation set read_events = ?, left_events = ?, rate = ?, time_left_ms = ?, "
        "parked = ?, seen_at = ? where name = ?",
        {stored(progress.read),
         stored(progress.left),
         stored(progress.events_per_second),
         time_left,
         stored(parked),
         now.ms,
         name}
    );
}

std::int64_t GenerationBook::ask(const RebuildWish& wish, Instant now) {
    session_->begin();
    session_->execute(
        "insert into wish (verb, generation, since, effective, rate_max, asked_by, reason, "
        "asked_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        {static_cast<std::int64_t>(wish.verb),
         wish.into,
         wish.since,
         wish.effective,
         stored(wish.events_per_second_max),
         wish.by,
         wish.reason,
         now.ms}
    );
    const std::int64_t number = session_->query("select max(number) from wish").front().integer(0);
    session_->commit();
    return number;
}

std::optional<GenerationBook::Wish> GenerationBook::next_wish() const {
    const auto rows = session_->query(
        "select number, verb, generation, since, effective, rate_max, asked_by, reason from wish "
        "where state = 0 order by number limit 1"
    );
    if (rows.empty()) return std::nullopt;
    const SqlRow& row = rows.front();
    RebuildWish what;
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a wish that is none is refused
    what.verb = static_cast<RebuildWish::Verb>(row.integer(1));
    what.into = row.text(2);
    what.since = row.text(3);
    what.effective = row.text(4);
    what.events_per_second_max = count_at(row, 5);
    what.by = row.text(6);
    what.reason = row.text(7);
    return Wish{row.integer(0), std::move(what)};
}

std::optional<RebuildOutcome> GenerationBook::outcome(std::int64_t wish) const {
    const auto rows = session_->query("select state, answer from wish where number = ?", {wish});
    if (rows.empty()) return std::nullopt;
    return RebuildOutcome{
        static_cast<RebuildOutcome::State>(rows.front().integer(0)), rows.front().text(1)};
}

void GenerationBook::settle(
    const rebuild::Generations& now_are,
    const std::optional<Wish>& wish,
    const RebuildOutcome& outcome,
    Instant now
) {
    session_->begin();
    try {
        for (const rebuild::Generation& one : now_are.all()) store(one, wish, now);
        if (wish) {
            session_->execute(
                "update wish set state = ?, answer = ?, answered_at = ? where number = ?",
                {static_cast<std::int64_t>(outcome.state), outcome.text, now.ms, wish->number}
            );
        }
        SLUICE_POINT("rebuild.before_settle");
        session_->commit();
        SLUICE_POINT("rebuild.after_settle");
    } catch (const SqlError&) {
        session_->rollback();
        throw;
    }
}

void GenerationBook::store(
    const rebuild::Generation& one, const std::optional<Wish>& wish, Instant now
) {
    const auto phase = static_cast<std::int64_t>(one.phase);
    const std::int64_t there =
        session_->execute("update generation set phase = ? where name = ?", {phase, one.name});
    if (there > 0 || !wish) return;
    const RebuildWish& what = wish->what;
    session_->execute(
        "insert into generation (name, phase, since, effective, rate_max, begun_at, asked_by, "
        "reason) values (?, ?, ?, ?, ?, ?, ?, ?)",
        {one.name,
         phase,
         what.since,
         what.effective,
         stored(what.events_per_second_max),
         now.ms,
         what.by,
         what.reason}
    );
}

void GenerationBook::put_comparison(std::int64_t wish, const std::vector<TableDifference>& found) {
    session_->begin();
    try {
        for (const std::string table : {"difference", "difference_sum"})
            session_->execute("delete from " + table + " where wish = ?", {wish});
        std::int64_t place = 0;
        for (const TableDifference& one : found) {
            session_->execute(
                "insert into difference values (?, ?, ?, ?, ?, ?, ?)",
                {wish,
                 ++place,
                 one.table,
                 stored(one.rows_live),
                 stored(one.rows_other),
                 stored(one.only_live),
                 stored(one.only_other)}
            );
            std::int64_t at = 0;
            for (const TableDifference::Sum& sum : one.sums) {
                session_->execute(
                    "insert into difference_sum values (?, ?, ?, ?, ?, ?)",
                    {wish, place, ++at, sum.column, sum.live, sum.other}
                );
            }
        }
        session_->commit();
    } catch (const SqlError&) {
        session_->rollback();
        throw;
    }
}

std::vector<TableDifference> GenerationBook::comparison(std::int64_t wish) const {
    std::vector<TableDifference> found;
    for (const SqlRow& row : session_->query(
             "select relation, rows_live, rows_other, only_live, only_other from difference "
             "where wish = ? order by place",
             {wish}
         )) {
        found.push_back(
            {row.text(0),
             count_at(row, 1),
             count_at(row, 2),
             count_at(row, 3),
             count_at(row, 4),
             {}}
        );
    }
    for (const SqlRow& row : session_->query(
             "select place, column_name, live, other from difference_sum where wish = ? order by "
             "place, at",
             {wish}
         )) {
        const auto place = static_cast<std::size_t>(row.integer(0)) - 1;
        if (place >= found.size()) continue;
        found[place].sums.push_back({row.text(1), row.integer(2), row.integer(3)});
    }
    return found;
}

}  // namespace sluice::store
