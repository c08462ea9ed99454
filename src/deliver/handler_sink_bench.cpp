#include "deliver/handler_sink.hpp"
#include "event/kafka.hpp"
#include "store/connect/connect.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

namespace {

using sluice::Event;
using sluice::Handled;
using sluice::Sql;

sluice::Record make_record(const std::string& subject, std::size_t number) {
    Event event;
    event.id = fmt::format("event-{}", number);
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = subject;
    event.datacontenttype = "application/json";
    event.data = std::string(300, ' ') + "{}";
    return sluice::event::to_record(event, subject);
}

}  // namespace

/// Events a second through a handler with one upsert: runs of one event, 500 runs a call.
/// Usage: sluice_deliver_bench [DIRECTORY] [EVENTS [DATABASE]], an empty one
/// (docs/reference/databases.md)
int main(int argc, char** argv) {
    const std::filesystem::path dir = argc > 1 ? argv[1] : ".";
    const std::size_t total = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
    constexpr std::size_t kSubjects = 20'000;
    constexpr std::size_t kRuns = 500;
    const std::string path = (dir / "deliver-bench.db").string();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    sluice::Service service{"bench"};
    const auto url = sluice::store::DatabaseUrl::parse(argc > 3 ? argv[3] : path);
    if (!url) {
        fmt::print(stderr, "{}\n", url.error().message);
        return 1;
    }
    const bool mysql = url->kind == sluice::store::DatabaseUrl::Kind::kMysql;
    const std::string upsert = fmt::format(
        "insert into totals values (?, 1) {} n = totals.n + 1",
        mysql ? "on duplicate key update" : "on conflict (subject) do update set"
    );
    service.schema("create table if not exists totals (subject varchar(64) primary key, n bigint)")
        .on("order.placed", [&upsert](const Event& event, Sql& sql) {
            sql.execute(upsert, {event.subject});
            return Handled::done();
        });
    const auto database = sluice::store::database_at(*url);
    const sluice::SystemClock clock;
    auto sink = sluice::deliver::HandlerSink::open(service, *database, clock, {"order", {}});
    if (!sink) {
        fmt::print(stderr, "{}\n", sink.error().message);
        return 1;
    }
    std::vector<std::string> subjects;
    std::vector<sluice::Record> records;
    for (std::size_t at = 0; at < kSubjects; ++at) {
        subjects.push_back(fmt::format("order-{}", at * 7'919 % kSubjects));
        records.push_back(make_record(subjects.back(), at));
    }
    const auto begun = std::chrono::steady_clock::now();
    std::size_t handled = 0;
    for (std::size_t sent = 0; sent < total; sent += kRuns) {
        std::vector<sluice::deliver::RunWork> runs;
        for (std::size_t at = sent; at < sent + kRuns; ++at) {
            const sluice::Position position{1 + at / kSubjects};
            runs.push_back({subjects[at % kSubjects], {{position, {}, &records[at % kSubjects]}}, 1}
            );
        }
        for (const auto& outcome : sink.value()->deliver(runs)) handled += outcome.handled;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    fmt::print(
        "{} events in {:.2f} s: {:.0f} events/s\n",
        handled,
        took.count(),
        static_cast<double>(handled) / took.count()
    );
    return handled >= total ? 0 : 1;
}
