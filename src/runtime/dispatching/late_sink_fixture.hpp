#pragma once

#include "deliver/async_sink.hpp"
#include "runtime/dispatching/dispatch_fixture.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <thread>

namespace sluice::runtime::test {

/// Ends runs in any order, some turns after they were begun; given up, some have taken effect and
/// some not, and nobody is told which.
class LateSink final : public deliver::Sink, public deliver::AsyncSink {
public:
    LateSink(Seen& seen, Judge judge, std::uint64_t seed)
        : inner_{seen, std::move(judge)},
          random_{seed} {}

    ~LateSink() override { EXPECT_TRUE(under_way_.empty()) << "a session left runs under way"; }

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork>) override {
        ADD_FAILURE() << "runs are begun, not delivered";
        return {};
    }

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override {
        return room_max - std::min(room_max, under_way_.size());
    }

    void begin(std::span<const deliver::RunBegun> runs) override {
        for (const deliver::RunBegun& run : runs) {
            const std::string subject{run.work.subject};
            EXPECT_TRUE(subjects_.insert(subject).second) << subject << " has two runs at once";
            Kept& kept = under_way_.emplace_back();
            kept.ticket = run.ticket;
            kept.subject = subject;
            kept.attempt = run.work.attempt;
            for (deliver::Outgoing one : run.work.events) {
                one.record = &kept.records.emplace_back(*one.record);
                kept.events.push_back(one);
            }
        }
        most_at_once = std::max(most_at_once.load(), under_way_.size());
    }

    [[nodiscard]] std::vector<deliver::RunEnded> ended() override {
        std::vector<deliver::RunEnded> all = std::exchange(given_up_, {});
        std::erase_if(under_way_, [&](Kept& kept) {
            if (holds || random_() % 3 != 0) return false;
            all.push_back({kept.ticket, handle(kept)});
            return true;
        });
        return all;
    }

    void wait(Milliseconds longest) override {
        std::this_thread::sleep_for(std::min(longest, Milliseconds{1}));
    }

    void drain() override { ++drained; }

    void abandon() override {
        ++abandoned;
        for (Kept& kept : under_way_) {
            if (random_() % 2 == 0) static_cast<void>(handle(kept));
            subjects_.erase(kept.subject);
            given_up_.push_back(
                {kept.ticket,
                 {0, dispatch::Failure{dispatch::FailureKind::kNotTried, "given up", {}}}}
            );
        }
        under_way_.clear();
    }

    [[nodiscard]] std::optional<std::string> refused_for_good() override {
        const std::lock_guard lock{mutex_};
        return std::exchange(refusal_, std::nullopt);
    }

    void refuse(std::string why) {
        const std::lock_guard lock{mutex_};
        refusal_ = std::move(why);
    }

    std::size_t room_max{1'000};
    std::atomic<bool> holds{false};  ///< nothing ends
    std::atomic<std::size_t> most_at_once{0};
    std::atomic<std::uint64_t> abandoned{0};
    std::atomic<std::uint64_t> drained{0};

private:
    struct Kept {
        deliver::RunTicket ticket;
        std::string subject;
        std::uint32_t attempt{};
        std::deque<Record> records;
        std::vector<deliver::Outgoing> events;
    };

    dispatch::RunOutcome handle(Kept& kept) {
        subjects_.erase(kept.subject);
        const deliver::RunWork work{kept.subject, kept.events, kept.attempt};
        return inner_.deliver(std::span{&work, 1}).front();
    }

    JudgedSink inner_;
    std::mt19937_64 random_;
    std::deque<Kept> under_way_;
    std::set<std::string> subjects_;
    std::vector<deliver::RunEnded> given_up_;
    std::mutex mutex_;
    std::optional<std::string> refusal_;
};

}  // namespace sluice::runtime::test
