#include "daemon/metrics/metrics_parts.hpp"

namespace sluice::daemon {

using http::Metrics;
using orchestrate::SagaCensus;

namespace {

void add_counts(Metrics& metrics, const std::string& name, const SagaCensus::Counts& counts) {
    const auto add =
        [&](const char* metric, const char* help, std::uint64_t value, const auto&... label) {
            add_value(
                metrics,
                metric,
                help,
                static_cast<double>(value),
                Metrics::Labels{{"saga", name}, label...}
            );
        };
    using Label = Metrics::Labels::value_type;
    for (const orchestrate::Standing standing : orchestrate::kStandings) {
        add("sluice_saga_open",
            "Sagas that have not ended, by where they stand.",
            counts.at(standing),
            Label{"state", to_string(standing)});
    }
    constexpr const char* kEnded = "sluice_saga_ended_total";
    constexpr const char* kEndedHelp = "Sagas that ended since the start, by how.";
    add(kEnded, kEndedHelp, counts.done_total, Label{"result", "done"});
    add(kEnded, kEndedHelp, counts.compensated_total, Label{"result", "compensated"});
    add("sluice_saga_commands_total",
        "Commands sent to services, each time that they were.",
        counts.commands_total);
}

}  // namespace

void add_saga_metrics(Metrics& metrics, const orchestrate::SagaKeeper& sagas) {
    for (const auto& [name, counts] : sagas.census().counts()) add_counts(metrics, name, counts);
    const auto add = [&metrics](const char* name, const char* help, std::size_t value) {
        add_value(metrics, name, help, static_cast<double>(value));
    };
    add("sluice_saga_limit_open",
        "So many sagas may be open; more are refused.",
        sagas.limits().open_max);
    add("sluice_saga_queue_inputs", "Inputs of sagas that wait to be taken.", sagas.waiting());
    add("sluice_saga_queue_limit_inputs",
        "So many may wait; more are refused.",
        orchestrate::SagaKeeper::kWaitingMax);
}

}  // namespace sluice::daemon
