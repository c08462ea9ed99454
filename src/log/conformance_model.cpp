#include "base/test_seed.hpp"
#include "log/conformance_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <thread>

namespace sluice::log::conformance {

namespace {

constexpr std::uint32_t kPartitions = 3;
constexpr std::uint32_t kHomes = 2;
constexpr Table kModelTable{4};
constexpr std::uint32_t kThreads = 4;

/// What a log promises, as four maps.
struct Reference {
    std::map<PartitionRef, std::map<Offset, std::string>> records;
    std::map<PartitionRef, Offset> first;
    std::map<std::pair<std::string, PartitionRef>, Offset> consumed;
    std::map<std::pair<std::string, HomeId>, std::map<std::string, std::string>> state;
};

/// Does something at random, to the log and to the reference.
class Model {
public:
    Model(LogConformance& suite, std::uint64_t seed) : suite_{suite}, random_{seed} {
        for (const char* topic : {"a", "b"}) suite_.make(topic, kPartitions);
        lease();
    }

    void act() {
        switch (below(12)) {
            case 0: return trim();
            case 1: return lease();
            case 2: return below(4) == 0 ? reopen() : check();
            case 3:
            case 4:
            case 5: return publish();
            default: return step();
        }
    }

    void check() {
        for (auto& [at, records] : reference_.records) {
            const Offset first = reference_.first[at];
            const Ends ends = suite_.settled_ends(at);
            ASSERT_EQ(ends.first, first);
            ASSERT_EQ(ends.committed, ends.high_watermark);
            const Offset end = records.empty() ? Offset{0} : records.rbegin()->first.next();
            ASSERT_TRUE(suite_.may_be(ends.committed, end)) << ends.committed.value;
            std::vector<std::string> values;
            for (auto one = records.lower_bound(first); one != records.end(); ++one) {
                values.push_back(one->second);
            }
            ASSERT_EQ(suite_.texts(at), values);
        }
        for (const auto& [at, next] : reference_.consumed) {
            ASSERT_EQ(log().consumed_by(at.first, at.second).value(), next);
        }
        for (const auto& [at, table] : reference_.state) {
            const std::vector<std::pair<std::string, std::string>> all{table.begin(), table.end()};
            ASSERT_EQ(leases_[at.first]->scan(at.second, kModelTable, "", 1'000).value(), all);
            ASSERT_EQ(log().peek(at.first, at.second, kModelTable, "", 1'000).value(), all);
        }
    }

private:
    [[nodiscard]] Log& log() { return suite_.log(); }

    void lease() {
        for (const char* group : {"g", "h"}) {
            leases_[group] = suite_.take(group, {HomeId{0}, HomeId{1}});
        }
    }

    void reopen() {
        leases_.clear();
        suite_.reopen();
        lease();
    }

    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    [[nodiscard]] PartitionRef any_place() {
        return place(below(2) == 0 ? "a" : "b", static_cast<std::uint32_t>(below(kPartitions)));
    }

    [[nodiscard]] std::vector<Append> any_appends() {
        std::vector<Append> appends(1 + below(3));
        for (Append& one : appends) {
            std::vector<std::string> values(1 + below(4));
            for (std::string& value : values) value = fmt::format("{}", serial_++);
            one = append(any_place(), values);
        }
        return appends;
    }

    void appended(const std::vector<Append>& appends, const std::vector<Offset>& offsets) {
        auto at = offsets.begin();
        for (const Append& append : appends) {
            auto& there = reference_.records[append.to];
            for (const Record& record : append.records) {
                ASSERT_NE(at, offsets.end());
                const Offset end = there.empty() ? Offset{0} : there.rbegin()->first.next();
                ASSERT_TRUE(suite_.may_be(*at, end)) << at->value;
                there.emplace(*at++, *record.value);
            }
        }
        ASSERT_EQ(at, offsets.end());
    }

    void publish() {
        const std::vector<Append> appends = any_appends();
        const auto offsets = log().publish(appends);
        SLUICE_ASSERT_OK(offsets);
        appended(appends, *offsets);
    }

    void step() {
        const std::string group = below(2) == 0 ? "g" : "h";
        const HomeId home{static_cast<std::uint32_t>(below(kHomes))};
        Step step{{home}, {}, {}, {}};
        if (below(2) == 0) step.appends = any_appends();
        const Offset next{static_cast<std::int64_t>(below(100))};
        if (below(2) == 0) step.consumed = {Consumed{home, any_place(), next}};
        for (std::uint64_t left = below(4); left > 0; --left) {
            std::optional<std::string> value;
            if (below(3) != 0) value = fmt::format("{}", serial_++);
            step.changes.push_back(StateChange{
                home, kModelTable, fmt::format("{}", below(20)), value});
        }
        const auto offsets = leases_[group]->commit(step);
        SLUICE_ASSERT_OK(offsets);
        appended(step.appends, *offsets);
        for (const Consumed& read : step.consumed)
            reference_.consumed[{group, read.from}] = read.next;
        for (const StateChange& change : step.changes) {
            auto& table = reference_.state[{group, home}];
            table.erase(change.key);
            if (change.value) table[change.key] = *change.value;
        }
    }

    void trim() {
        const PartitionRef at = any_place();
        const auto& records = reference_.records[at];
        auto one = records.begin();
        std::advance(one, below(records.size() + 1));
        const Offset to = one == records.end() ? log().ends(at).value().committed : one->first;
        Offset& first = reference_.first[at];
        const bool needed = std::any_of(
            reference_.consumed.begin(),
            reference_.consumed.end(),
            [&](const auto& read) { return read.first.second == at && read.second < to; }
        );
        if (needed && to > first) {
            ASSERT_EQ(code_of(log().trim(at, to)), ErrorCode::kConflict);
            return;
        }
        SLUICE_ASSERT_OK(log().trim(at, to));
        first = std::max(first, to);
    }

    LogConformance& suite_;
    std::mt19937_64 random_;
    std::uint64_t serial_{0};
    std::map<std::string, std::unique_ptr<Lease>> leases_;
    Reference reference_;
};

TEST_P(LogModel, EqualsFourMaps) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    Model model{*this, seed};
    const int rounds = 400 / backend().shorter();
    for (int round = 0; round < rounds && !HasFatalFailure(); ++round) model.act();
    model.check();
}

/// What one thread sent, in its order, with the offsets that it was told.
struct Sent {
    PartitionRef to;
    std::int64_t offset;
    std::string value;
};

std::vector<Sent> send_some(
    Log& log, Lease& lease, HomeId home, std::uint64_t seed, int thread, int rounds
) {
    std::mt19937_64 random{seed + static_cast<std::uint64_t>(thread)};
    std::vector<Sent> sent;
    for (int round = 0; round < rounds; ++round) {
        const PartitionRef to = place("a", static_cast<std::uint32_t>(random() % kPartitions));
        const std::string value = fmt::format("{}-{}", thread, round);
        const Append one = append(to, {value, value + "+"});
        const StateChange change{home, kModelTable, "round", fmt::format("{}", round)};
        const auto offsets = random() % 2 == 0 ? log.publish({one})
                                               : lease.commit(Step{{home}, {one}, {}, {change}});
        SLUICE_EXPECT_OK(offsets);
        if (!offsets) return sent;
        sent.push_back(Sent{to, offsets.value()[0].value, value});
        sent.push_back(Sent{to, offsets.value()[1].value, value + "+"});
    }
    return sent;
}

TEST_P(LogModel, ThreadsShareOffsetsWithoutHolesOrDoubles) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    make("a", kPartitions);
    std::vector<std::vector<Sent>> sent(kThreads);
    std::vector<std::unique_ptr<Lease>> leases;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < kThreads; ++i) leases.push_back(take("threads", {HomeId{i}}));
    for (std::uint32_t i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            const int rounds = 60 / backend().shorter();
            sent[i] = send_some(log(), *leases[i], HomeId{i}, seed, static_cast<int>(i), rounds);
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::map<PartitionRef, std::map<std::int64_t, std::string>> told;
    for (const auto& of_thread : sent) {
        std::map<PartitionRef, std::int64_t> last;
        for (const Sent& one : of_thread) {
            ASSERT_TRUE(told[one.to].emplace(one.offset, one.value).second)
                << "an offset given twice";
            ASSERT_GE(one.offset, last[one.to]) << "a thread's own order";
            last[one.to] = one.offset;
        }
    }
    leases.clear();
    reopen();
    for (const auto& [at, records] : told) {
        std::vector<std::string> values;
        for (const auto& [offset, value] : records) values.push_back(value);
        EXPECT_EQ(texts(at), values);
    }
}

}  // namespace

}  // namespace sluice::log::conformance
