// The process that crash_test.cpp kills: publishes a fixed input, as a producer that knows nothing
// of the last run would, and lets a service write what it gets. Arguments: directory, how many
// subjects, tasks.

#include <sluice/instance.hpp>

#include "runtime/engine/crash_input.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace sluice::runtime::test {
namespace {

/// Takes an event only after the one before it, and once: else it is dead, and the subject parked.
Service strict() {
    Service service{"strict"};
    service.schema("create table if not exists seen(subject text, n int, primary key(subject, n))");
    service.on("x.happened", [](const Event& event, Sql& sql) {
        const std::int64_t number = std::stoll(event.extensions.at("sourcesequence"));
        const auto rows = sql.query("select count(*) from seen where subject = ?", {event.subject});
        if (rows.at(0).integer(0) != number - 1) return Handled::dead("out of order");
        sql.execute("insert into seen values(?, ?)", {event.subject, number});
        return Handled::done();
    });
    return service;
}

int fail(const char* what, const Error& error) {
    static_cast<void>(std::fprintf(stderr, "%s: %s\n", what, error.message.c_str()));
    return 1;
}

int run(const std::string& directory, std::uint32_t subjects, std::uint32_t threads) {
    InstanceOptions options;
    options.directory = directory + "/log";
    options.threads = threads;
    auto opened = Instance::open(options);
    if (!opened) return fail("open", opened.error());
    Instance& instance = *opened.value();
    if (const Status s = instance.add_domain_text(kCrashContract, "crash.yaml"); !s) {
        return fail("domain", s.error());
    }
    if (const Status s = instance.add_service("x", strict(), directory + "/seen.sqlite"); !s) {
        return fail("service", s.error());
    }
    if (const Status s = instance.start(); !s) return fail("start", s.error());
    const std::vector<Event> events = crash_input(subjects);
    for (std::size_t from = 0; from < events.size(); from += kCrashBatch) {
        const std::size_t size = std::min(kCrashBatch, events.size() - from);
        for (const auto& answer : instance.publish(std::span{events}.subspan(from, size))) {
            if (!answer) return fail("publish", answer.error());
        }
    }
    if (!instance.wait_until_idle(Milliseconds{60'000})) return 2;
    const InstanceCounts counts = instance.counts();
    if (const Status s = instance.stop(); !s) return fail("stop", s.error());
    return counts.parked_now + counts.conflicts + counts.late == 0 ? 0 : 3;
}

}  // namespace
}  // namespace sluice::runtime::test

int main(int count, char** arguments) {
    if (count != 4) return 64;
    const std::vector<std::string> given{arguments + 1, arguments + count};
    const auto number = [&](std::size_t at) {
        return static_cast<std::uint32_t>(std::strtoul(given[at].c_str(), nullptr, 10));
    };
    return sluice::runtime::test::run(given[0], number(1), number(2));
}
