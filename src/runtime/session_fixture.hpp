#pragma once

#include "event/kafka.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/plan_fixture.hpp"
#include "runtime/publisher.hpp"
#include "runtime/sequencing_session.hpp"
#include "runtime/topics.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

class ManualClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }

    void advance(Milliseconds by) { now_ = now_ + by; }

private:
    Instant now_{1'800'000'000'000};
};

/// One sequencing session at a time over a log, stepped by hand under a clock set by hand.
class SessionRig {
public:
    explicit SessionRig(DomainPlan plan)
        : plan_{std::move(plan)},
          sequencer_{plan_.sequencer},
          publisher_{make_log(), clock_} {
        for (HomeId home{0}; home.value < plan_.homes; home = home.next()) {
            options_.homes.push_back(home);
        }
        EXPECT_TRUE(ensure_topics(*log_, plan_.name, plan_.homes, plan_.channel_topics()));
        publisher_.add(plan_);
    }

    void open() {
        session_.reset();
        auto opened = SequencingSession::open({*log_, clock_, plan_, sequencer_, probe_}, options_);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        session_ = std::move(opened.value());
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : publisher_.publish(events)) {
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        }
    }

    /// Steps until nothing moves any more.
    void settle() {
        for (int quiet = 0; quiet < 3;) {
            const auto moved = session_->step();
            ASSERT_TRUE(moved.has_value()) << moved.error().message;
            quiet = moved.value() ? 0 : quiet + 1;
        }
    }

    /// Ids in the ordered topic, per subject in order; positions are checked on the way.
    std::vector<std::string> ordered(const std::string& subject) const {
        std::vector<std::string> ids;
        const HomeId home = home_of(subject, plan_.homes);
        const log::PartitionRef from{ordered_topic(plan_.name), PartitionId{home.value}};
        log::ReadLimits all{100'000, std::size_t{1} << 30};
        const auto read = log_->read(from, Offset{0}, all);
        EXPECT_TRUE(read.has_value());
        for (const log::StoredRecord& stored : read.value()) {
            if (stored.record.key != subject) continue;
            ids.emplace_back(stored.record.header("ce_id").value_or(""));
            EXPECT_EQ(stored.record.header("ce_subjectposition"), fmt::to_string(ids.size()));
        }
        return ids;
    }

    [[nodiscard]] std::size_t entries(log::Table table) const {
        std::size_t sum = 0;
        for (const HomeId home : options_.homes) {
            const auto found = log_->peek(sequencer_group(plan_.name), home, table, "", 100'000);
            EXPECT_TRUE(found.has_value());
            sum += found.value().size();
        }
        return sum;
    }

    [[nodiscard]] SequencingProbe& probe() { return probe_; }

    [[nodiscard]] ManualClock& clock() { return clock_; }

    [[nodiscard]] log::Log& log() { return *log_; }

    [[nodiscard]] TaskOptions& options() { return options_; }

private:
    log::Log& make_log() {
        auto embedded = log::test::test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        log_ = log::test::open_or_fail(embedded);
        return *log_;
    }

    log::test::ScratchDirectory scratch_;
    ManualClock clock_;
    DomainPlan plan_;
    sequence::Sequencer sequencer_;
    std::unique_ptr<log::Log> log_;
    Publisher publisher_;
    TaskOptions options_;
    SequencingProbe probe_;
    std::unique_ptr<SequencingSession> session_;  ///< last: its lease goes before the log
};

}  // namespace sluice::runtime::test
