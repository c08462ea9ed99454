// Two owners of the same subjects at one time, on each database: whatever is delivered twice, in
// whatever mixture, and however often a connection is lost, each effect is there once.

#include "base/test_seed.hpp"
#include "deliver/database_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <random>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

constexpr std::array kSubjects{"a", "b", "c", "d", "e"};
constexpr std::uint64_t kPositions = 30;

class TwoOwners : public SinkOnDatabase {
protected:
    /// Takes every subject to its end, a few events at a time, now and then from further back.
    void run(std::uint64_t seed) {
        std::mt19937_64 random{seed};
        const auto sink = open_sink(losing_service(seed));
        Told told;
        for (std::size_t ended = 0; ended < kSubjects.size();) {
            Work work;
            std::vector<std::uint64_t> firsts;
            for (const char* subject : kSubjects) {
                if (told[subject] == kPositions || random() % 3 == 0) continue;
                const std::uint64_t back = std::min<std::uint64_t>(random() % 3, told[subject]);
                firsts.push_back(told[subject] + 1 - back);
                const std::uint64_t most = kPositions - firsts.back() + 1;
                const std::uint64_t count = std::min(1 + back + random() % 4, most);
                work.run(subject, firsts.back(), std::vector<std::string>(count, "done"));
            }
            const auto outcomes = sink->deliver(work.runs());
            for (const auto& outcome : outcomes) {
                if (!outcome.failure.has_value()) continue;
                EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried) << outcome.failure->reason;
            }
            raise(told, work.runs(), firsts, outcomes);
            ended = 0;
            for (const char* subject : kSubjects) ended += told[subject] == kPositions ? 1 : 0;
        }
    }

    /// On a server its connection is cut in the midst of a handler, now and then.
    Service losing_service(std::uint64_t seed) {
        Service service = effects_service();
        auto random = std::make_shared<std::mt19937_64>(~seed);
        service.on("done", [this, random](const Event& event, Sql& sql) {
            const bool loses = !is_sqlite() && (*random)() % 40 == 0 && cuts_left_-- > 0;
            if (loses && (*random)() % 2 == 0) cut(dynamic_cast<store::Session&>(sql));
            write_effect(event, sql);
            if (loses) cut(dynamic_cast<store::Session&>(sql));
            return Handled::done();
        });
        return service;
    }

    std::atomic<int> cuts_left_{8};
};

TEST_P(TwoOwners, ModelEachEffectOnce) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    auto other = std::async(std::launch::async, [&] { run(seed); });
    run(seed + 1);
    other.get();
    Told all;
    for (const char* subject : kSubjects) all[subject] = kPositions;
    std::map<std::string, int> times;
    for (const SqlRow& row : open()->query("select subject, position from effects")) {
        ++times[row.text(0) + std::to_string(row.integer(1))];
    }
    for (const auto& [effect, count] : times) EXPECT_EQ(count, 1) << effect;
    EXPECT_EQ(times.size(), kSubjects.size() * kPositions);
}

INSTANTIATE_TEST_SUITE_P(On, TwoOwners, store::test::databases(), store::test::database_name);

}  // namespace
}  // namespace sluice::deliver::test
