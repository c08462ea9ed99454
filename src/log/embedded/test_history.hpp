#pragma once

#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::log::test {

/// Numbered operations and the rule that an outside oracle holds a log to, whatever happened to its
/// disk: the operations that are there are 0, 1, 2 … without a hole, each whole, at least all that
/// were acknowledged and at most one more.
///
/// Operation k appends "k-…" to partition k % 3 of topic "t"; every third is a step that also
/// consumes and counts in its group's state.
class History {
public:
    static constexpr HomeId kHome{0};
    static constexpr Table kTable{1};

    /// Begins, or takes up where the log is. A failure before the first operation is no loss.
    [[nodiscard]] Status open(Log& log) {
        log_ = &log;
        lease_.reset();
        if (Status made = log.create_topic(TopicSpec{"t", 3}); !made) return made;
        auto lease = log.take("g", {kHome});
        if (!lease) return lease.error();
        lease_ = std::move(lease).value();
        const auto there = numbers(log);
        if (!there) return there.error();
        next_ = static_cast<std::int64_t>(there.value().size());
        return ok();
    }

    /// The log goes away; what was acknowledged is remembered.
    void close() { lease_.reset(); }

    /// The next operation; a refused one is tried again by the next call.
    [[nodiscard]] Status act() {
        const std::int64_t k = next_;
        const std::vector<Append> appends{Append{place(k), {text_record(text(k))}}};
        const auto done = k % 3 == 2 ? lease_->commit(step(k, appends)) : log_->publish(appends);
        if (!done) return done.error();
        acknowledged_ = ++next_;
        return ok();
    }

    [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }

    void check(const Log& log) const {
        const auto there = log.topic("t");
        ASSERT_TRUE(there) << there.error().message;
        if (!there.value()) {
            ASSERT_EQ(acknowledged_, 0) << "the topic is gone";
            return;
        }
        const auto read = numbers(log);
        ASSERT_TRUE(read) << read.error().message;
        std::vector<std::int64_t> all = *read;
        const auto count = static_cast<std::int64_t>(all.size());
        ASSERT_GE(count, acknowledged_) << "acknowledged, and gone";
        ASSERT_LE(count, std::max(acknowledged_, next_) + 1) << "never sent, and there";
        std::sort(all.begin(), all.end());
        for (std::int64_t k = 0; k < count; ++k) ASSERT_EQ(all[static_cast<std::size_t>(k)], k);
        const std::int64_t steps = count / 3;
        const auto state = log.peek("g", kHome, kTable, "n", 1);
        ASSERT_TRUE(state) << state.error().message;
        const std::string counted = state.value().empty() ? "" : state.value()[0].second;
        ASSERT_EQ(counted, steps == 0 ? "" : std::to_string(steps - 1)) << "half a step";
        if (steps > 0) {
            ASSERT_EQ(log.consumed_by("g", place(0)).value(), Offset{steps}) << "half a step";
        }
    }

private:
    [[nodiscard]] static PartitionRef place(std::int64_t k) {
        return PartitionRef{"t", PartitionId{static_cast<std::uint32_t>(k % 3)}};
    }

    /// Over several pages of the disk, now and then.
    [[nodiscard]] static std::string text(std::int64_t k) {
        return fmt::format(
            "{}-{}", k, std::string(static_cast<std::size_t>(k * k * 37 % 9'001), 'x')
        );
    }

    [[nodiscard]] static Step step(std::int64_t k, const std::vector<Append>& appends) {
        const Consumed read{kHome, place(0), Offset{k / 3 + 1}};
        return Step{
            {kHome}, appends, {read}, {StateChange{kHome, kTable, "n", std::to_string(k / 3)}}};
    }

    /// Of the operations whose records are there, each checked to be whole and in its place.
    [[nodiscard]] static Result<std::vector<std::int64_t>> numbers(const Log& log) {
        std::vector<std::int64_t> all;
        for (std::int64_t k = 0; k < 3; ++k) {
            Offset from{0};
            for (;;) {
                const auto read = log.read(place(k), from, ReadLimits{});
                if (!read) return read.error();
                if (read.value().empty()) break;
                for (const StoredRecord& stored : *read) {
                    const std::int64_t number = k + 3 * stored.offset.value;
                    EXPECT_EQ(stored.record.value, text(number));
                    all.push_back(number);
                }
                from = read.value().back().offset.next();
            }
        }
        return all;
    }

    Log* log_{};
    std::unique_ptr<Lease> lease_;
    std::int64_t next_{0};
    std::int64_t acknowledged_{0};
};

}  // namespace sluice::log::test
