// Receivers that do anything at all: each subject in order, nothing lost, nothing passed over.

#include "base/test_seed.hpp"
#include "deliver/push/push_fixture.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::deliver::push {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using dispatch::FailureKind;
using Then = Reaction::Then;

constexpr std::uint64_t kEvents = 12;

/// What the receiver's database would hold, with the checks of an honest receiver.
class Shop {
public:
    explicit Shop(std::uint64_t seed) : random_{seed} {}

    Reaction serve(const Got& got) {
        const std::string subject = got.header("ce-subject");
        const std::uint64_t position = std::stoull(got.header("sluice-position"));
        std::unique_lock lock{mutex_};
        // Of what was given up the receiver may still be busy with the request before.
        EXPECT_TRUE(busy_.insert(subject).second || gives_up) << subject << " twice at once";
        const std::uint64_t doing = random_() % 16;
        const auto wait = Milliseconds{random_() % 4};
        lock.unlock();
        std::this_thread::sleep_for(wait);
        lock.lock();
        busy_.erase(subject);
        std::uint64_t& last = last_[subject];
        EXPECT_LE(position, last + 1) << subject << ": an event was passed over";
        const bool takes = doing < 12;
        if (takes && position == last + 1) ++last;
        switch (doing) {
            case 8: return {"", Then::kReset};  // taken, and nobody is told
            case 9: return {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", Then::kClose};
            case 10: return answer(200, "Connection: close\r\n");
            case 11: return {answer(204).bytes, Then::kClose};
            case 12: return {"", Then::kReset};
            case 13: return answer(500);
            case 14: return answer(503, "Retry-After: 0\r\n");
            case 15: return answer(200, "sluice-answer: retry\r\n");
            default: return answer(200);
        }
    }

    std::map<std::string, std::uint64_t> taken() {
        const std::lock_guard lock{mutex_};
        return last_;
    }

    std::atomic<bool> gives_up{false};

private:
    std::mutex mutex_;
    std::mt19937_64 random_;
    std::set<std::string> busy_;
    std::map<std::string, std::uint64_t> last_;
};

class PushModel : public PushTest, public testing::WithParamInterface<int> {};

TEST_P(PushModel, EachSubjectGoesInOrderToItsEnd) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop{random()};
    shop.gives_up = GetParam() == 2;
    receive([&](const Got& got) { return shop.serve(got); });
    PushOptions options = options_for(receiver_->port());
    options.courier.connections_max = 1 + random() % 12;
    open(std::move(options));
    constexpr int kSubjects = 30;
    std::map<std::string, std::uint64_t> next;  // position that goes next
    for (int s = 0; s < kSubjects; ++s) next[fmt::format("s{}", s)] = 1;
    std::map<RunTicket, std::pair<std::string, std::uint64_t>> under_way;
    std::set<std::string> flying;
    RunTicket ticket{};
    std::size_t done = 0;
    for (int turn = 0; done < kSubjects && turn < 100'000; ++turn) {
        Runs runs;
        std::vector<RunBegun> begun;
        std::size_t room = sink_->room();
        for (const auto& [subject, position] : next) {
            if (room == 0 || position > kEvents || flying.contains(subject)) continue;
            const std::uint64_t count = 1 + random() % (kEvents - position + 1);
            runs.add(subject, position, count);
            under_way.emplace(ticket, std::pair{subject, count});
            flying.insert(subject);
            begun.push_back({ticket, runs.all().back()});
            ++ticket.value;
            --room;
        }
        if (!begun.empty()) sink_->begin(begun);
        if (shop.gives_up && random() % 50 == 0) sink_->abandon();
        sink_->wait(Milliseconds{5});
        for (const RunEnded& one : sink_->ended()) {
            const auto [subject, count] = under_way.at(one.ticket);
            under_way.erase(one.ticket);
            flying.erase(subject);
            next[subject] += one.outcome.handled;
            EXPECT_EQ(one.outcome.handled < count, one.outcome.failure.has_value());
            if (next[subject] > kEvents) ++done;
        }
    }
    sink_.reset();
    receiver_->stop();  // what was given up may be with it still
    EXPECT_EQ(done, std::size_t{kSubjects});
    EXPECT_TRUE(under_way.empty());
    for (const auto& [subject, last] : shop.taken()) EXPECT_EQ(last, kEvents) << subject;
    EXPECT_EQ(shop.taken().size(), std::size_t{kSubjects});
}

INSTANTIATE_TEST_SUITE_P(Rounds, PushModel, testing::Range(0, 3));

}  // namespace
}  // namespace sluice::deliver::push
