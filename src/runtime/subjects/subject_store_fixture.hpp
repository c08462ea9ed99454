#pragma once

#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

using sequence::Sequencer;
using sequence::SweepId;

inline constexpr HomeId kStoredHome{0};
inline constexpr Instant kStoredAt{1'000'000};

/// A store over a lease of homes 0 and 1; steps are written by hand.
class SubjectStoreTest : public testing::Test {
protected:
    void SetUp() override {
        auto taken = log_.take("sequencer.d", {HomeId{0}, HomeId{1}});
        ASSERT_TRUE(taken.has_value());
        lease_ = std::move(taken.value());
        reload();
    }

    /// As after any error: a new store that believes the lease only.
    void reload(const CacheLimits& limits = {}) {
        HistoryLimits at_once;
        at_once.records_max = 0;
        store_ = std::make_unique<SubjectStore>(
            *lease_, SubjectStore::Options{limits, at_once, "d.ordered"}
        );
        ASSERT_TRUE(store_->load());
    }

    SubjectEntry& find(const std::string& subject, HomeId home = kStoredHome) {
        auto found = store_->find(home, subject);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return *found.value();
    }

    void offer(const std::string& subject, sequence::Arrival arrival, HomeId home = kStoredHome) {
        arrival.subject = subject;
        SubjectEntry& entry = find(subject, home);
        static_cast<void>(sequencer_.offer(entry.subject, std::move(arrival), now_, SweepId{1}));
        store_->changed(entry);
    }

    SubjectEntry& find_head(const std::string& subject) {
        auto found = store_->find_head(kStoredHome, subject);
        EXPECT_TRUE(found.has_value()) << found.error().message;
        return *found.value();
    }

    /// Whether it joins without the line being read.
    bool join(const std::string& subject, sequence::Arrival arrival) {
        arrival.subject = subject;
        SubjectEntry& entry = find_head(subject);
        EXPECT_FALSE(entry.subject.waiting.is_read());
        const auto in_line = store_->look_up(entry, arrival);
        EXPECT_TRUE(in_line.has_value()) << in_line.error().message;
        if (!sequencer_.join(entry.subject, arrival, in_line.value(), now_)) return false;
        store_->changed(entry);
        return true;
    }

    std::size_t commit() {
        log::Step step;
        step.homes = {HomeId{0}, HomeId{1}};
        store_->write(step);
        const std::size_t changes = step.changes.size();
        EXPECT_TRUE(lease_->commit(std::move(step)).has_value());
        store_->committed();
        return changes;
    }

    std::size_t entries(log::Table table) {
        return lease_->scan(kStoredHome, table, "", 1'000).value().size();
    }

    /// Of both homes, page by page.
    std::vector<std::pair<HomeId, std::string>> unsettled(SubjectStore::Which which) {
        std::vector<std::pair<HomeId, std::string>> all;
        for (const HomeId home : store_->homes()) {
            std::string from;
            do {
                for (std::string& name : store_->unsettled(home, from, which, 100).value()) {
                    all.emplace_back(home, std::move(name));
                }
            } while (!from.empty());
        }
        return all;
    }

    static std::unique_ptr<log::Log> open(const log::test::ScratchDirectory& at) {
        auto options = log::test::test_options(at.path());
        options.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(options);
    }

    const Sequencer sequencer_{sequence::SequencerOptions{}};
    log::test::ScratchDirectory scratch_;
    FaultyLog log_{open(scratch_)};
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<SubjectStore> store_;
    Instant now_{kStoredAt};
};

}  // namespace sluice::runtime::test
