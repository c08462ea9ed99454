#include "daemon/render/render_rebuild.hpp"

#include "base/assert.hpp"
#include "daemon/render/table.hpp"

#include <fmt/format.h>

namespace sluice::daemon {

namespace {

std::string time_left_of(const std::optional<Milliseconds>& time) {
    if (!time) return "-";
    return fmt::format("{} s", (time->count() + 999) / 1'000);
}

}  // namespace

Json json_of(const std::vector<ReadModel>& models) {
    Json all = Json::array();
    for (const ReadModel& one : models) {
        Json json{
            {"name", one.name},
            {"phase", one.phase},
            {"file", one.file},
            {"since", one.since},
            {"read", one.read},
            {"left", one.left},
            {"events_per_second", one.events_per_second},
            {"parked", one.parked}};
        if (!one.effective.empty()) json["effective"] = one.effective;
        if (one.events_per_second_max > 0) json["rate_max"] = one.events_per_second_max;
        if (one.time_left) json["time_left_ms"] = one.time_left->count();
        if (one.seen_at.ms > 0) json["seen_at"] = to_rfc3339(one.seen_at);
        all.push_back(std::move(json));
    }
    return Json{{"read_models", std::move(all)}};
}

std::string render_models(const std::vector<ReadModel>& models) {
    Table table{
        {"read model", "phase", ">read", ">left", ">events/s", ">time left", ">parked", "file"}};
    for (const ReadModel& one : models) {
        const bool seen = one.seen_at.ms > 0;
        const auto count = [&](std::uint64_t number) {
            return seen ? fmt::to_string(number) : std::string{"-"};
        };
        table.add(
            {one.name + (one.effective.empty() ? "" : " from " + one.effective),
             one.phase,
             count(one.read),
             count(one.left),
             count(one.events_per_second),
             time_left_of(one.time_left),
             count(one.parked),
             one.phase == "dropped" ? "-" : one.file}
        );
    }
    return table.text();
}

Json json_of(const std::vector<TableDifference>& found) {
    Json all = Json::array();
    for (const TableDifference& one : found) {
        Json sums = Json::array();
        for (const TableDifference::Sum& sum : one.sums)
            sums.push_back({{"column", sum.column}, {"live", sum.live}, {"other", sum.other}});
        all.push_back(
            {{"table", one.table},
             {"rows_live", one.rows_live},
             {"rows_other", one.rows_other},
             {"only_live", one.only_live},
             {"only_other", one.only_other},
             {"sums", std::move(sums)}}
        );
    }
    return Json{{"tables", std::move(all)}};
}

std::string render_differences(const std::vector<TableDifference>& found) {
    Table table{
        {"table", ">rows live", ">rows new", ">only live", ">only new", "sums that differ"}};
    for (const TableDifference& one : found) {
        std::string sums;
        for (const TableDifference::Sum& sum : one.sums) {
            if (sum.live == sum.other) continue;
            sums += fmt::format(
                "{}{}: {} and {}", sums.empty() ? "" : "; ", sum.column, sum.live, sum.other
            );
        }
        table.add(
            {one.table,
             fmt::to_string(one.rows_live),
             fmt::to_string(one.rows_other),
             fmt::to_string(one.only_live),
             fmt::to_string(one.only_other),
             sums.empty() ? "-" : sums}
        );
    }
    return table.text();
}

std::string render_wish(const RebuildWish& wish, const std::string& service) {
    switch (wish.verb) {
        case RebuildWish::Verb::kBegin:
            return fmt::format(
                "{0} is filled beside {1}, from {2}{3}; readers and side effects stay {1}'s\n",
                wish.into,
                service,
                wish.since,
                wish.effective.empty() ? "" : ", effective " + wish.effective
            );
        case RebuildWish::Verb::kCompare:
            return fmt::format(
                "{} and the live one stand still until both are at the same event\n", wish.into
            );
        case RebuildWish::Verb::kSwitch:
            return fmt::format(
                "{} becomes the live one: readers and side effects are its own from then on\n",
                wish.into
            );
        case RebuildWish::Verb::kCancel:
            return fmt::format("{} goes, with its file and its backlog, for good\n", wish.into);
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::daemon
