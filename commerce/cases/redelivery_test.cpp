// Every service is idempotent: whatever was delivered again after a crash, its tables are those of
// one clean pass. With the real inbox on a real database.
#include "base/test_seed.hpp"
#include "commerce/cases/platform.hpp"
#include "commerce/orderstate/test_shuffle.hpp"
#include "commerce/orderstate/test_story.hpp"
#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce::test {
namespace {

using deliver::HandlerSink;
using deliver::test::FaultyDatabase;
using Commit = deliver::test::FaultySession::Plan::Commit;

/// The events of a few random orders as Sluice hands them on, with days of the calendar, by
/// subject.
using BySubject = std::map<std::string, std::vector<Event>>;

BySubject some_events(std::mt19937_64& random) {
    BySubject events;
    std::map<std::string, std::map<std::string, std::int64_t>> published;  // by day and type
    for (const Event& event : random_events(random, 8)) {
        events[event.subject].push_back(event);
        if (event.type != type::kDeliveryCompleted && event.type != type::kOrderReturned) continue;
        ++published[to_text(bday(Policy{}, parse_time(*event.time).value()))][event.type];
    }
    for (int day = 1; day <= 20; ++day) {
        const std::string date = fmt::format("2018-01-{:02}", day + 9);
        std::vector<TypeCount> counts;
        for (const auto& [type, count] : published[date]) counts.push_back({type, count});
        events["calendar"].push_back(day_closed(day, date, counts));
    }
    return events;
}

/// One part of a service and its deliverer, which dies and comes back.
class Subscriber {
public:
    Subscriber(ServicePart part, const BySubject& events, const std::string& file)
        : part_{std::move(part)},
          database_{file} {
        for (const auto& [subject, all] : events) {
            if ((subject == "calendar") != (part_.domain == "calendar")) continue;
            for (std::size_t i = 0; i < all.size(); ++i) {
                if (part_.service.handlers().contains(all[i].type))
                    subjects_[subject].push_back({Position{i + 1}, all[i]});
            }
        }
        restart();
    }

    /// A new process: it begins with the same tables.
    void restart() {
        auto opened =
            HandlerSink::open(part_.service, database_, clock_, {std::string{part_.domain}, {}});
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        sink_ = std::move(opened).value();
    }

    [[nodiscard]] bool finished() const {
        return std::all_of(subjects_.begin(), subjects_.end(), [this](const auto& entry) {
            const auto at = reached_.find(entry.first);
            return at != reached_.end() && at->second == entry.second.size();
        });
    }

    /// Delivers the next events of some subjects in one transaction. `how` the commit ends; whoever
    /// `forgets` does not learn what became of it, and delivers some prefix of it again.
    void deliver_some(std::mt19937_64& random, Commit how, bool forgets) {
        database_.plan.commit = how;
        std::deque<Record> records;
        std::vector<deliver::RunWork> runs;
        for (const auto& [subject, events] : subjects_) {
            if (random() % 3 == 0) continue;
            deliver::RunWork run;
            run.subject = subject;
            std::size_t at = reached_[subject];
            for (std::size_t left = 1 + random() % 5; left > 0 && at < events.size();
                 --left, ++at) {
                records.push_back(event::to_record(events[at].event, subject));
                run.events.push_back({events[at].position, Offset{0}, &records.back()});
            }
            if (!run.events.empty()) runs.push_back(std::move(run));
        }
        const auto outcomes = sink_->deliver(runs);
        for (std::size_t i = 0; i < runs.size(); ++i) {
            std::size_t& reached = reached_[std::string{runs[i].subject}];
            reached = forgets ? random() % (reached + 1) : reached + outcomes[i].handled;
            const auto& failure = outcomes[i].failure;
            EXPECT_TRUE(!failure || failure->kind == dispatch::FailureKind::kNotTried)
                << runs[i].subject << ": " << failure->reason;
        }
    }

    [[nodiscard]] std::string name() const { return Platform::name_of(part_); }

    [[nodiscard]] std::string tables() const {
        const auto session = database_.open_session().value();
        return tables_of(*session, name());
    }

private:
    struct Ordered {
        Position
            position;  ///< in the subject's history; what the service does not want is left out
        Event event;
    };

    ServicePart part_;
    FaultyDatabase database_;
    deliver::test::FixedClock clock_;
    std::map<std::string, std::vector<Ordered>> subjects_;
    std::map<std::string, std::size_t> reached_;  ///< of these
    std::unique_ptr<HandlerSink> sink_;
};

class Redelivery : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    EveryService,
    Redelivery,
    testing::Values(
        "order",
        "delivery",
        "apportionment",
        "review",
        "inquiry",
        "sales",
        "accounting",
        "settlement",
        "benefits"
    ),
    [](const auto& parameter) { return parameter.param; }
);

TEST_P(Redelivery, OfAnyPrefixAfterAnyCrashChangesNothing) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(rerun(seed));
    std::mt19937_64 random{seed};
    const BySubject events = some_events(random);
    Platform once{Policy{}};
    for (const auto& [subject, all] : events) {
        for (const Event& event : all) ASSERT_EQ(once.give(event), "") << event.id;
    }

    const ::sluice::test::TempDir folder;
    std::vector<std::unique_ptr<Subscriber>> parts;
    for (const ServicePart& part : all_services(Policy{})) {
        if (Platform::name_of(part) != GetParam()) continue;
        parts.push_back(
            std::make_unique<Subscriber>(part, events, folder.file(GetParam() + ".sqlite"))
        );
    }
    ASSERT_FALSE(parts.empty());
    int crashes = 0;
    for (int step = 0; step < 400; ++step) {
        const bool done = std::all_of(parts.begin(), parts.end(), [](const auto& part) {
            return part->finished();
        });
        if (done) break;
        Subscriber& part = *parts[random() % parts.size()];
        const bool crashes_now = crashes == 0 || (crashes < 12 && random() % 2 == 0);
        const auto how = !crashes_now        ? Commit::kWorks
                         : random() % 2 == 0 ? Commit::kLostBefore
                                             : Commit::kLostAfter;
        part.deliver_some(random, how, crashes_now && random() % 4 != 0);
        if (crashes_now) {
            ++crashes;
            part.restart();
        }
    }
    for (const auto& part : parts) ASSERT_TRUE(part->finished());
    EXPECT_EQ(parts.front()->tables(), once.tables(GetParam()));
}

}  // namespace
}  // namespace sluice::commerce::test
