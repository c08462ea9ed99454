#include <sluice/instance.hpp>

#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/raw_store.hpp"
#include "deliver/handler_sink.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::bench {

namespace {

Service counting() {
    Service service{"counting"};
    service.schema("CREATE TABLE IF NOT EXISTS model (subject TEXT PRIMARY KEY, events INTEGER)");
    for (const char* type : {"a", "b", "c"}) {
        service.on(type, [](const Event& event, Sql& sql) {
            sql.execute(
                "INSERT INTO model VALUES (?, 1) ON CONFLICT (subject) DO UPDATE SET events = "
                "model.events + 1",
                {event.subject}
            );
            return Handled::done();
        });
    }
    return service;
}

}  // namespace

void print_ceiling(std::string_view name, double per_second) {
    fmt::print("  {:<36}{:>10.0f} events/s\n", name, per_second);
}

void print_rate(std::string_view name, std::uint64_t events, Cost cost, Beside beside) {
    const auto count = static_cast<double>(events);
    const double rate = count / cost.seconds;
    fmt::print(
        "  {:<36}{:>10.0f} events/s   {:.2f} of {:<18} {:>6.1f} us of processor each\n",
        name,
        rate,
        rate / beside.per_second,
        beside.name,
        cost.cpu_seconds / count * 1e6
    );
}

int run_embedded(const Load& load) {
    fmt::print(
        "{} events of {} bytes, {} subjects, synced batches of {}\n",
        load.events,
        load.data_bytes,
        load.subjects,
        load.batch
    );
    const RawRates raw = raw_store(load);
    const Beside append{raw.append_per_second, "raw append"};
    const Beside once_each{
        1 / (1 / raw.append_per_second + 1 / raw.scan_per_second), "raw append + scan"};
    const Beside sqlite{raw_sqlite(load), "plain SQLite"};
    print_ceiling("raw append, RocksDB alone", raw.append_per_second);
    print_ceiling("raw scan", raw.scan_per_second);
    print_ceiling("plain SQLite, inbox and upsert", sqlite.per_second);

    const auto rate = [&load](std::string_view name, Cost cost, Beside beside) {
        print_rate(name, load.events, cost, beside);
    };
    {
        Pipeline pipeline{load.directory / "stages", nullptr};
        rate("publish", timed([&] { publish_load(load, pipeline); }), append);
        const Cost sequenced = timed([&] {
            pipeline.start();
            pipeline.wait();
        });
        rate("sequence, from the log to the log", sequenced, once_each);
        pipeline.stop();
    }
    {
        store::SqliteDatabase database{
            store::SqliteOptions{(load.directory / "model.sqlite").string()}};
        const SystemClock clock;
        auto sink = deliver::HandlerSink::open(counting(), database, clock, {"bench", {}});
        require(sink.has_value() ? ok() : Status{sink.error()});
        Pipeline pipeline{load.directory / "stages", std::move(sink).value()};
        const Cost handled = timed([&] {
            pipeline.start();
            pipeline.wait();
        });
        rate("handle with SQLite, rebuilt", handled, sqlite);
        pipeline.stop();
    }
    Pipeline pipeline{load.directory / "all", std::make_unique<NoOpSink>()};
    pipeline.start();
    const Cost all = timed([&] {
        publish_load(load, pipeline);
        pipeline.wait();
    });
    rate("publish, sequence, handle (no-op)", all, once_each);
    pipeline.stop();
    return 0;
}

}  // namespace sluice::bench
