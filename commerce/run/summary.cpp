#include "commerce/run/summary.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace sluice::commerce {

namespace {

double share(std::size_t part, std::size_t all) {
    return all == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(all);
}

double per_second(const RunSummary& summary) {
    return summary.seconds > 0 ? static_cast<double>(summary.deliveries) / summary.seconds : 0.0;
}

nlohmann::ordered_json oracle_json(const oracle::Comparison& comparison) {
    nlohmann::ordered_json by_table = nlohmann::ordered_json::object();
    for (const auto& table : comparison.tables) by_table[table.table] = table.differing();
    return {
        {"tables", comparison.tables.size()},
        {"rows", comparison.rows()},
        {"differences", comparison.differences()},
        {"rows_differing_by_table", by_table}};
}

}  // namespace

bool RunSummary::good() const {
    const bool equal = !oracle.has_value() || oracle->differences() == 0;
    return equal && sluice.parked_now == 0 && sluice.conflicts == 0;
}

std::string to_json(const RunSummary& summary) {
    const InstanceCounts& sluice = summary.sluice;
    const PlainCounts& plain = summary.plain;
    nlohmann::ordered_json json{
        {"orders", summary.input.orders},
        {"unordered", summary.unordered},
        {"events_published", summary.deliveries},
        {"events", summary.events},
        {"events_delivered", summary.unordered ? plain.handled : sluice.delivered},
        {"waited", sluice.waited},
        {"waited_max", sluice.waiting_max},
        {"waiting", sluice.waiting_now},
        {"duplicates", summary.unordered ? plain.duplicates : sluice.duplicates},
        {"conflicts", sluice.conflicts},
        {"late", sluice.late},
        {"aside", sluice.aside},
        {"parked", sluice.parked_now},
        {"given_up", plain.given_up},
        {"repartitioned", sluice.repartitioned},
        {"sweeps", sluice.sweeps},
        {"restarts", summary.restarts},
        {"early_cancellations", summary.early.early_cancellations},
        {"early_cancellations_share",
         share(summary.early.early_cancellations, summary.early.cancellations)},
        {"early_deliveries", summary.early.early_deliveries},
        {"early_deliveries_share", share(summary.early.early_deliveries, summary.early.deliveries)},
        {"stepwise_cancellations", summary.input.stepwise_cancellations},
        {"discounted_orders", summary.input.discounted_orders},
        {"returns", summary.input.returns},
        {"seconds", summary.seconds},
        {"events_per_second", per_second(summary)}};
    if (summary.oracle.has_value()) json["oracle"] = oracle_json(*summary.oracle);
    return json.dump();
}

std::string to_text(const RunSummary& summary) {
    std::string text;
    const auto line = [&text](std::string_view name, const std::string& value) {
        fmt::format_to(std::back_inserter(text), "  {:<40}{}\n", name, value);
    };
    const auto percent = [](std::size_t part, std::size_t all) {
        return fmt::format("{} of {} ({:.1f} %)", part, all, 100 * share(part, all));
    };
    text += summary.unordered ? "Plain consumers, one per topic\n" : "Sluice\n";
    line("orders", std::to_string(summary.input.orders));
    line(
        "events published",
        fmt::format(
            "{} ({} of them doubled)", summary.deliveries, summary.deliveries - summary.events
        )
    );
    line(
        "cancellations before what they follow",
        percent(summary.early.early_cancellations, summary.early.cancellations)
    );
    line(
        "deliveries before what they follow",
        percent(summary.early.early_deliveries, summary.early.deliveries)
    );
    if (summary.unordered) {
        line("events handled, over all services", std::to_string(summary.plain.handled));
        line("events given up", std::to_string(summary.plain.given_up));
    } else {
        line(
            "events put in order after waiting",
            fmt::format(
                "{} (at most {} at a time)", summary.sluice.waited, summary.sluice.waiting_max
            )
        );
        line("duplicates dropped", std::to_string(summary.sluice.duplicates));
        line("events that took the detour home", std::to_string(summary.sluice.repartitioned));
        line("events handled, over all services", std::to_string(summary.sluice.delivered));
        line(
            "parked, conflicting, still waiting",
            fmt::format(
                "{}, {}, {}",
                summary.sluice.parked_now,
                summary.sluice.conflicts,
                summary.sluice.waiting_now
            )
        );
        line("restarts in the middle", std::to_string(summary.restarts));
    }
    line("time", fmt::format("{:.1f} s, {:.0f} events/s", summary.seconds, per_second(summary)));
    if (!summary.oracle.has_value()) return text;
    if (summary.unordered) {
        line(
            "oracle",
            fmt::format(
                "{} of {} rows differ", summary.oracle->differences(), summary.oracle->rows()
            )
        );
    } else {
        line("oracle", to_text(*summary.oracle));
    }
    return text;
}

std::string to_json(const oracle::Comparison& comparison) {
    return oracle_json(comparison).dump();
}

std::string to_text(const oracle::Comparison& comparison) {
    std::string text = fmt::format(
        "{} tables, {} rows, {} differ",
        comparison.tables.size(),
        comparison.rows(),
        comparison.differences()
    );
    for (const auto& table : comparison.tables) {
        if (table.differing() == 0) continue;
        fmt::format_to(
            std::back_inserter(text), "\n  {:<24}{} rows differ", table.table, table.differing()
        );
        for (const std::string& sample : table.samples) {
            fmt::format_to(std::back_inserter(text), "\n    {}", sample);
        }
    }
    return text;
}

std::string side_by_side(const RunSummary& sluice, const RunSummary& plain) {
    std::string text = fmt::format(
        "{:<24}{:>12}{:>16}{:>22}\n", "table", "rows", "wrong, Sluice", "wrong, plain topics"
    );
    if (!sluice.oracle.has_value() || !plain.oracle.has_value()) return text;
    for (const auto& table : sluice.oracle->tables) {
        const auto other = std::find_if(
            plain.oracle->tables.begin(),
            plain.oracle->tables.end(),
            [&](const auto& one) { return one.table == table.table; }
        );
        const std::uint64_t wrong = other == plain.oracle->tables.end() ? 0 : other->differing();
        fmt::format_to(
            std::back_inserter(text),
            "{:<24}{:>12}{:>16}{:>22}\n",
            table.table,
            table.expected,
            table.differing(),
            wrong
        );
    }
    return text;
}

}  // namespace sluice::commerce
