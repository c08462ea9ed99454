#include "commerce/run/run.hpp"

#include "commerce/contract/contract.hpp"
#include "commerce/oracle/oracle.hpp"
#include "commerce/plain/plain_consumers.hpp"
#include "commerce/run/counts.hpp"
#include "commerce/run/publishing.hpp"
#include "commerce/run/services.hpp"
#include "log/kafka/removal.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace sluice::commerce {

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

Error cancelled() {
    return Error{
        ErrorCode::kCancelled,
        "interrupted; what was acknowledged is on disk: run the same again to go on"};
}

ChaosPlan plan_for(const RunOptions& options, const Publications& publications) {
    return options.chaos.has_value() ? ChaosPlan{publications, *options.chaos}
                                     : ChaosPlan::calm(publications);
}

Result<std::unique_ptr<Instance>> open_platform(const Workspace& workspace) {
    auto instance = Instance::open(
        {.directory = workspace.log().string(),
         .kafka = workspace.options().log,
         .kafka_prefix = workspace.kafka_prefix()}
    );
    if (!instance.has_value()) return instance;
    for (const auto& [text, name] :
         {std::pair{order_contract(), "order.yaml"},
          std::pair{calendar_contract(), "calendar.yaml"}}) {
        if (const Status added = instance.value()->add_domain_text(text, name); !added)
            return added.error();
    }
    for (const ServicePart& part : all_services(Policy{})) {
        const std::string file = (workspace.read_models() / part.database).string();
        const Status added =
            part.make
                ? instance.value()->add_service(part.domain, part.service.name(), part.make, file)
                : instance.value()->add_service(part.domain, part.service, file);
        if (!added) return added.error();
    }
    if (const Status started = instance.value()->start(); !started) return started.error();
    return instance;
}

/// Until all is handled; progress by what the services have done.
Status settle(Instance& instance, const RunControl& control) {
    while (!instance.wait_until_idle(Milliseconds{100})) {
        if (control.cancelled()) return cancelled();
        if (Status running = instance.failure(); !running) return running;
        control.progress("handling", instance.counts().delivered, 0);
    }
    return ok();
}

/// One life of the process: opens the platform, publishes, and stops it in order.
Result<Publishing::End> live(
    const Workspace& workspace,
    Publishing& publishing,
    const RunControl& control,
    InstanceCounts& counts
) {
    auto platform = open_platform(workspace);
    if (!platform.has_value()) return platform.error();
    Instance& instance = *platform.value();
    auto end = publishing.publish(instance, control.progress, control.cancelled);
    Status settled = ok();
    if (end.has_value() && end.value() == Publishing::End::kAll)
        settled = settle(instance, control);
    const Status stopped = instance.stop();
    counts = sum_of(counts, instance.counts());
    if (!end.has_value()) return end;
    if (!settled) return settled.error();
    if (!stopped) return stopped.error();
    return end;
}

RunSummary summary_of(
    const RunInput& input, const Publications& publications, const ChaosPlan& plan
) {
    RunSummary summary;
    summary.input = input.summary;
    summary.early = count_early(publications, plan.deliveries());
    summary.events = publications.size();
    summary.deliveries = plan.deliveries().size();
    return summary;
}

Status make_empty(const std::filesystem::path& directory) {
    std::error_code failed;
    std::filesystem::remove_all(directory, failed);
    if (!failed) std::filesystem::create_directories(directory, failed);
    if (failed) return Error{ErrorCode::kIo, directory.string() + ": " + failed.message()};
    return ok();
}

}  // namespace

Result<oracle::Comparison> check_models(
    const Workspace& workspace, const std::filesystem::path& models, const Progress& progress
) {
    const oracle::OracleInputs inputs{
        .raw = workspace.raw(), .additions = workspace.additions(), .read_models = models};
    return oracle::compare(inputs, [&progress](std::string_view part, int done, int all) {
        progress(part, static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(all));
    });
}

Result<RunSummary> run_sluice(
    const Workspace& workspace, const RunInput& input, const RunControl& control
) {
    const Publications publications{input.raw, input.additions, Policy{}};
    const ChaosPlan plan = plan_for(workspace.options(), publications);
    RunSummary summary = summary_of(input, publications, plan);
    if (workspace.options().chaos.has_value() && input.summary.orders >= kSharesFrom) {
        if (const Status early = check_early(summary.early); !early) return early.error();
    }
    auto publishing = Publishing::resume(workspace, publications, plan);
    if (!publishing.has_value()) return publishing.error();
    const auto start = SteadyClock::now();
    while (true) {
        const auto end = live(workspace, publishing.value(), control, summary.sluice);
        if (!end.has_value()) return end.error();
        if (end.value() == Publishing::End::kCancelled) return cancelled();
        if (end.value() == Publishing::End::kAll) break;
        ++summary.restarts;
    }
    summary.seconds = seconds_since(start);
    auto comparison = check_models(workspace, workspace.read_models(), control.progress);
    if (!comparison.has_value()) return comparison.error();
    summary.oracle = std::move(comparison).value();
    return summary;
}

Status remove_topics(const Workspace& workspace) {
    auto brokers = log::kafka::parse_address(workspace.options().log);
    if (!brokers) return brokers.error();
    log::KafkaLogOptions options;
    options.cluster.bootstrap = std::move(brokers.value());
    options.prefix = workspace.kafka_prefix();
    const auto removed = log::remove_from_kafka(options);
    return removed ? ok() : Status{removed.error()};
}

Result<RunSummary> run_plain(
    const Workspace& workspace, const RunInput& input, const RunControl& control
) {
    const Publications publications{input.raw, input.additions, Policy{}};
    const ChaosPlan plan = plan_for(workspace.options(), publications);
    RunSummary summary = summary_of(input, publications, plan);
    summary.unordered = true;
    if (const Status made = make_empty(workspace.plain_models()); !made) return made.error();
    const auto start = SteadyClock::now();
    {
        PlainConsumers consumers;
        for (const ServicePart& part : all_services(Policy{})) {
            const Status added =
                consumers.add(part.service, (workspace.plain_models() / part.database).string());
            if (!added) return added.error();
        }
        std::uint64_t done = 0;
        for (const Delivery& delivery : plan.deliveries()) {
            if (control.cancelled()) return cancelled();
            if (done++ % 1'000 == 0)
                control.progress("plain consumers", done, plan.deliveries().size());
            const Status consumed = consumers.consume(publications.at(delivery.publication).event);
            if (!consumed) return consumed.error();
        }
        if (const Status finished = consumers.finish(); !finished) return finished.error();
        summary.plain =
            PlainCounts{consumers.handled(), consumers.duplicates(), consumers.given_up()};
    }
    summary.seconds = seconds_since(start);
    auto comparison = check_models(workspace, workspace.plain_models(), control.progress);
    if (!comparison.has_value()) return comparison.error();
    summary.oracle = std::move(comparison).value();
    return summary;
}

}  // namespace sluice::commerce
