#include <sluice/instance.hpp>

#include "contract/load.hpp"
#include "deliver/handler_sink.hpp"
#include "log/embedded/embedded.hpp"
#include "log/kafka/kafka.hpp"
#include "runtime/dispatching/serial_sink.hpp"
#include "runtime/dispatching/versioned_sink.hpp"
#include "runtime/domain/plan_of.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/rebuild/rebuild_keeper.hpp"
#include "store/connect/connect.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace sluice {

namespace {

/// A read model's place, and the turn to write in it.
struct ServiceTables {
    std::unique_ptr<store::Database> database;
    std::mutex turn;
};

runtime::EngineOptions engine_options(const InstanceOptions& options) {
    runtime::EngineOptions engine;
    engine.threads = options.threads;
    engine.task.sweep_interval = options.sweep_interval;
    return engine;
}

Result<std::unique_ptr<log::Log>> open_embedded(const InstanceOptions& options) {
    log::EmbeddedOptions embedded;
    embedded.directory = options.directory;
    embedded.durability =
        options.survive_power_cut ? log::Durability::kFsync : log::Durability::kProcessCrash;
    return log::open_embedded_log(embedded);
}

Result<std::unique_ptr<log::Log>> open_kafka(const InstanceOptions& options) {
    auto brokers = log::kafka::parse_address(options.kafka);
    if (!brokers) return brokers.error();
    log::KafkaLogOptions kafka;
    kafka.cluster.bootstrap = std::move(brokers.value());
    kafka.prefix = options.kafka_prefix;
    kafka.instance = options.name;
    kafka.cache = std::filesystem::path{options.directory} / "kafka-cache";
    return log::open_kafka_log(kafka);
}

project::JqPrograms::Options programs_of(const InstanceOptions& options) {
    project::JqPrograms::Options programs;
    programs.worker = options.jq_worker;
    programs.event_timeout = options.cast_max;
    return programs;
}

Status check_options(const InstanceOptions& options) {
    const auto refuse = [](std::string_view why) {
        return Error{ErrorCode::kInvalidArgument, std::string{why}};
    };
    if (options.directory.empty()) return refuse("directory: is empty; name one for the log");
    if (options.threads == 0) return refuse("threads: 0; at least 1 must sequence");
    if (options.jq_worker.empty()) {
        return refuse("jq_worker: is empty; name the program and its arguments: sluice, jq-worker");
    }
    if (options.cast_max < Milliseconds{1}) {
        return refuse(fmt::format("cast_max: {} ms; at least 1 ms", options.cast_max.count()));
    }
    return ok();
}

std::string canonical(const std::string& path) {
    std::error_code ignored;
    const auto whole = std::filesystem::weakly_canonical(path, ignored);
    return whole.empty() ? path : whole.string();
}

/// One turn for a file, in which SQLite lets one write at a time; on a server each service has its
/// own.
std::string key_of(
    const store::DatabaseUrl& url, std::string_view domain, const std::string& service
) {
    if (url.kind == store::DatabaseUrl::Kind::kSqlite) return canonical(url.sqlite_path);
    return fmt::format("{}/{}", domain, service);
}

}  // namespace

struct Instance::Impl {
    Impl(std::unique_ptr<log::Log> opened, const InstanceOptions& options)
        : log{std::move(opened)},
          programs{programs_of(options)},
          engine{*log, clock, engine_options(options)} {
        rebuilds = std::make_unique<runtime::RebuildKeeper>(engine, clock, options.directory);
    }

    ~Impl() { static_cast<void>(stop()); }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status stop() {
        Status kept = rebuilds->stop();
        Status ended = engine.stop();
        return kept ? ended : kept;
    }

    Status add(Result<contract::Contract> loaded) {
        if (!loaded) return loaded.error();
        const auto contract = std::make_shared<const contract::Contract>(std::move(loaded.value()));
        if (Status added = engine.add_domain(runtime::plan_of(contract)); !added) return added;
        contracts.emplace(contract->domain, contract);
        return ok();
    }

    [[nodiscard]] runtime::ServiceCasts casts_in(std::string_view domain) const {
        const auto found = contracts.find(domain);
        return {found == contracts.end() ? nullptr : found->second, programs};
    }

    SystemClock clock;
    std::unique_ptr<log::Log> log;
    project::JqPrograms::Options programs;  ///< how casts are run
    std::map<std::string, std::shared_ptr<const contract::Contract>, std::less<>> contracts;
    std::map<std::string, ServiceTables> tables;       ///< before the engine, whose sinks use them
    std::unique_ptr<runtime::RebuildKeeper> rebuilds;  ///< likewise; ends before the engine stops
    runtime::Engine engine;  ///< last: stops before anything that it uses goes
};

Instance::Instance(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Instance::~Instance() = default;

Result<std::unique_ptr<Instance>> Instance::open(const InstanceOptions& options) {
    if (Status checked = check_options(options); !checked) return checked.error();
    auto log = options.kafka.empty() ? open_embedded(options) : open_kafka(options);
    if (!log) return log.error();
    auto impl = std::make_unique<Impl>(std::move(log.value()), options);
    return std::unique_ptr<Instance>{new Instance{std::move(impl)}};
}

Status Instance::add_domain(const std::string& contract_file) {
    return impl_->add(contract::load_contract_file(contract_file));
}

Status Instance::add_domain_text(std::string_view contract, const std::string& name) {
    return impl_->add(contract::load_contract_text(name, contract));
}

Status Instance::add_service(
    std::string_view domain, const Service& service, const std::string& database
) {
    const auto url = store::DatabaseUrl::parse(database);
    if (!url) return url.error().at("service " + service.name());
    ServiceTables& tables = impl_->tables[key_of(*url, domain, service.name())];
    if (!tables.database) tables.database = store::database_at(*url);
    deliver::HandlerSink::Options options;
    options.domain = domain;
    auto sink =
        deliver::HandlerSink::open(service, *tables.database, impl_->clock, std::move(options));
    if (!sink) return sink.error();
    runtime::Subscription subscription;
    subscription.name = service.name();
    // Casts are made before the turn: whoever shares the file need not wait for them.
    auto cast = runtime::in_versions(
        std::make_unique<runtime::SerialSink>(std::move(sink.value()), tables.turn),
        service.versions(),
        impl_->casts_in(domain)
    );
    if (!cast) return cast.error().at("service " + service.name());
    subscription.sink = std::move(cast).value();
    return impl_->engine.add_subscription(domain, std::move(subscription));
}

Status Instance::add_service(
    std::string_view domain, const std::string& name, ServiceOf make, const std::string& database
) {
    const auto url = store::DatabaseUrl::parse(database);
    if (!url) return url.error().at("service " + name);
    if (url->kind != store::DatabaseUrl::Kind::kSqlite) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "service {}: rebuilds fill a file each, so it needs sqlite:FILE; on a server, add "
                "the service itself in place of what makes it",
                name
            )};
    }
    const auto [tables, is_new] = impl_->tables.try_emplace(canonical(url->sqlite_path));
    if (!is_new) {
        return Error{
            ErrorCode::kBadConfig,
            url->sqlite_path + ": a service with rebuilds needs a file of its own"};
    }
    return impl_->rebuilds->add(
        {std::string{domain}, name, std::move(make), tables->first, impl_->casts_in(domain)}
    );
}

std::vector<Result<Published>> Instance::publish(std::span<const Event> events) {
    std::vector<Result<Published>> answers;
    answers.reserve(events.size());
    for (auto& placed : impl_->engine.publish(events)) {
        if (!placed) {
            answers.emplace_back(placed.error());
            continue;
        }
        const auto& [at, offset] = placed.value();
        answers.emplace_back(Published{at.topic, at.partition.value, offset.value});
    }
    return answers;
}

Status Instance::start() {
    if (Status started = impl_->engine.start(); !started) return started;
    return impl_->rebuilds->start();
}

bool Instance::wait_until_idle(Milliseconds timeout) {
    return impl_->engine.wait_until_idle(timeout);
}

Status Instance::stop() {
    return impl_->stop();
}

Status Instance::failure() const {
    Status kept = impl_->rebuilds->failure();
    return kept ? impl_->engine.failure() : kept;
}

InstanceCounts Instance::counts() const {
    InstanceCounts sum;
    for (const auto& domain : impl_->engine.domains()) {
        for (const auto& probe : domain->probes) {
            sum.released += probe->released;
            sum.waited += probe->waited;
            sum.waiting_now += probe->waiting_now;
            sum.waiting_max += probe->waiting_max;
            sum.waited_ms_max = std::max<std::uint64_t>(sum.waited_ms_max, probe->waited_ms_max);
            sum.duplicates += probe->duplicates + probe->duplicates_not_compared;
            sum.conflicts += probe->conflicts;
            sum.late += probe->late;
            sum.aside += probe->unreadable + probe->flooded;
            sum.invalid += probe->invalid;
            sum.repartitioned += probe->repartitioned;
            sum.gaps_skipped += probe->gaps_skipped;
            sum.gaps_parked += probe->gaps_parked;
            sum.sweeps += probe->sweeps;
        }
        for (const auto& entry : domain->runner->entries()) {
            sum.delivered += entry->probe.delivered;
            sum.retried += entry->probe.retried;
            sum.parked_now += entry->probe.parked_now;
            sum.retrying_now += entry->probe.retrying_now;
        }
    }
    return sum;
}

}  // namespace sluice
