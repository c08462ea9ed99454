// Clients that die, come late, answer twice and out of order: each event is done once, in order.

#include "base/test_seed.hpp"
#include "deliver/pull/lease_desk.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::deliver::pull {
namespace {

constexpr std::uint64_t kEvents = 40;
constexpr int kSubjects = 8;
constexpr std::size_t kRemembered = 100;  // leases, old ones among them

/// The dispatcher's side, and clients that remember every lease that they ever had.
class World {
public:
    explicit World(std::uint64_t seed) : random_{seed} {
        for (int s = 0; s < kSubjects; ++s) next_[fmt::format("s{}", s)] = 1;
    }

    [[nodiscard]] bool is_over() const {
        return std::all_of(next_.begin(), next_.end(), [](const auto& one) {
            return one.second > kEvents;
        });
    }

    void step() {
        now_.ms += static_cast<std::int64_t>(random_() % 12);
        offer_some();
        switch (random_() % 8) {
            case 0: pull(); break;
            case 1:
                if (random_() % 40 == 0) desk_.abandon();
                if (random_() % 40 == 0) desk_.drain();
                break;
            case 2: extend(); break;
            default: answer(); break;
        }
        take_ended();
    }

private:
    struct Held {
        std::string subject;
        std::uint64_t next{};  ///< position that the client would answer next
        std::uint64_t end{};
        RunTicket ticket;
    };

    void offer_some() {
        for (const auto& [subject, position] : next_) {
            if (position > kEvents || offered_.contains(subject) || random_() % 3 != 0) continue;
            Offered run{ticket_, subject, {}, 1};
            const std::uint64_t count =
                1 + random_() % std::min<std::uint64_t>(6, kEvents - position + 1);
            for (std::uint64_t p = position; p < position + count; ++p) {
                run.positions.push_back(Position{p});
                run.bytes.push_back(random_() % 20);
            }
            counts_[ticket_] = count;
            offered_[subject] = ticket_;
            subject_of_[ticket_] = subject;
            done_[ticket_] = 0;
            desk_.offer(std::move(run));
            ticket_ = ticket_.next();
        }
    }

    void pull() {
        for (const Leased& one : desk_.lease(
                 {1 + random_() % 10, Milliseconds{1 + random_() % 60}, random_() % 40}, now_
             )) {
            EXPECT_EQ(offered_.at(one.subject), one.ticket);
            EXPECT_TRUE(held_.empty() || held_.rbegin()->first < one.lease) << "leases only rise";
            EXPECT_EQ(one.first, done_.at(one.ticket)) << "from the first event that is not done";
            const std::uint64_t first = next_.at(one.subject) + one.first;
            current_[one.subject] = one.lease;
            held_[one.lease] = {one.subject, first, first + one.count, one.ticket};
            if (held_.size() > kRemembered) held_.erase(held_.begin());
        }
    }

    /// Mostly what a decent client says; now and then anything.
    void answer() {
        if (held_.empty()) return;
        const bool decent = random_() % 4 != 0;
        auto at = held_.begin();
        if (decent) {
            auto one = current_.begin();
            std::advance(one, static_cast<std::ptrdiff_t>(random_() % current_.size()));
            at = held_.find(one->second);
            if (at == held_.end()) return;  // long ago
        } else {
            std::advance(at, static_cast<std::ptrdiff_t>(random_() % held_.size()));
        }
        auto& [lease, held] = *at;
        const std::uint64_t position = decent ? held.next : 1 + random_() % (kEvents + 2);
        const auto word = static_cast<Word>(random_() % 8 < 6 ? 0 : 1 + random_() % 3);
        const Status told = desk_.settle({lease, Position{position}, word, "so", {}}, now_);
        if (!told) return;
        EXPECT_EQ(current_.at(held.subject), lease) << "an older lease has changed something";
        EXPECT_EQ(position, next_.at(held.subject) + done_.at(held.ticket)) << "out of order";
        EXPECT_LT(position, held.end);
        if (word != Word::kDone) return;
        ++done_.at(held.ticket);
        ++held.next;
    }

    void extend() {
        if (held_.empty()) return;
        const auto& [lease, held] = *held_.rbegin();
        if (desk_.extend(lease, Milliseconds{30}, now_)) {
            EXPECT_EQ(current_.at(held.subject), lease);
        }
    }

    void take_ended() {
        desk_.expire(now_);
        for (const RunEnded& one : desk_.ended()) {
            const std::string subject = subject_of_.at(one.ticket);
            ASSERT_EQ(offered_.at(subject), one.ticket);
            offered_.erase(subject);  // each ends once
            EXPECT_EQ(one.outcome.handled, done_.at(one.ticket));
            EXPECT_EQ(
                one.outcome.failure.has_value(), one.outcome.handled < counts_.at(one.ticket)
            );
            next_.at(subject) += one.outcome.handled;
        }
    }

    std::mt19937_64 random_;
    Instant now_{0};
    LeaseDesk desk_;
    RunTicket ticket_{1};
    std::map<std::string, std::uint64_t> next_;  ///< the first position that is not done
    std::map<std::string, RunTicket> offered_;
    std::map<RunTicket, std::string> subject_of_;
    std::map<RunTicket, std::uint64_t> counts_;
    std::map<RunTicket, std::uint64_t> done_;
    std::map<std::string, LeaseId> current_;
    std::map<LeaseId, Held> held_;
};

TEST(LeaseDeskModel, EachSubjectIsDoneInOrderWhateverClientsDo) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t round = 0; round < 10; ++round) {
        World world{seed + round};
        int steps = 0;
        while (!world.is_over() && steps < 200'000 && !testing::Test::HasFailure()) {
            world.step();
            ++steps;
        }
        EXPECT_TRUE(world.is_over()) << steps << " steps";
    }
}

}  // namespace
}  // namespace sluice::deliver::pull
