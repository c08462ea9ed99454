// Every interleaving of one saga with its services, over a network that forgets nothing: what was
// sent once may arrive at any time, any number of times, or never. So losses, duplicates, late
// answers and late commands are all in it; and at every point the process may die between storing
// what it decided and sending it.

#include "saga/saga_fixture.hpp"
#include "saga/state_codec.hpp"

#include <fmt/format.h>

#include <deque>
#include <unordered_set>

namespace sluice::saga::test {
namespace {

/// A service as docs/guide/saga.md asks for: it knows a key that it has seen, and an undo whose
/// command it has not seen yet makes that command come to nothing.
enum class Service : std::uint8_t { kNever, kDone, kRefused, kUndone };

struct World {
    Instance saga;
    std::vector<Service> services;
    std::uint32_t commands{};  ///< bit 2 * step + direction: was sent
    std::uint32_t answers{};   ///< bit 3 * (2 * step + direction) + verdict: was given
    int laters{};              ///< how often a service may still say "not now"

    [[nodiscard]] std::string key() const {
        std::string text;
        const auto add = [&](auto number) { text.push_back(static_cast<char>(number)); };
        add(saga.phase);
        add(saga.awaits);
        add(saga.cancelled);
        add(saga.at);
        add(saga.attempts);
        add(laters);
        for (const StepRecord& step : saga.steps) add(step.state);
        for (const Service service : services) add(service);
        for (int byte = 0; byte < 4; ++byte) {
            add((commands >> (8 * byte)) & 255U);
            add((answers >> (8 * byte)) & 255U);
        }
        return text;
    }
};

class Explorer {
public:
    Explorer(Definition definition, int laters) : rules_{std::move(definition)} {
        World first;
        first.saga = rules_.make("s", "x", "", 1, Instant{0}).value();
        first.services.resize(rules_.definition().steps.size());
        first.laters = laters;
        visit(std::move(first));
    }

    void run() {
        while (!todo_.empty() && !::testing::Test::HasFatalFailure()) {
            const World world = std::move(todo_.front());
            todo_.pop_front();
            check(world);
            ends_well(world);
            move_saga(world);
            move_people(world);
            for (std::size_t bit = 0; bit < 2 * steps(); ++bit) {
                if ((world.commands >> bit & 1U) != 0) move_command(world, bit);
                for (std::size_t verdict = 0; verdict < 3; ++verdict) {
                    if ((world.answers >> (3 * bit + verdict) & 1U) != 0) {
                        move_answer(world, bit, static_cast<Verdict>(verdict));
                    }
                }
            }
        }
    }

    [[nodiscard]] std::size_t worlds() const { return seen_.size(); }

    [[nodiscard]] std::size_t done() const { return done_; }

    [[nodiscard]] std::size_t compensated() const { return compensated_; }

private:
    [[nodiscard]] std::size_t steps() const { return rules_.definition().steps.size(); }

    [[nodiscard]] bool can_undo(std::size_t step) const {
        return rules_.definition().steps[step].undo.has_value();
    }

    [[nodiscard]] bool must_not_refuse(std::size_t step) const {
        const auto pivot = rules_.definition().pivot();
        return pivot && step > *pivot;
    }

    void visit(World world) {
        if (seen_.insert(world.key()).second) todo_.push_back(std::move(world));
    }

    /// A turn is stored; then its command is sent, or the process dies before.
    void stored(World after, const Decision& decision) {
        if (decision.send) {
            check_send(after, *decision.send);
            World sent = after;
            sent.commands |= bit_of(*decision.send);
            visit(std::move(sent));
        }
        visit(std::move(after));
    }

    [[nodiscard]] static std::uint32_t bit_of(const Send& send) {
        const std::size_t direction = send.key.direction == Direction::kDo ? 0 : 1;
        return 1U << (2 * send.step + direction);
    }

    // ---- moves ---------------------------------------------------------------------------

    void move_saga(const World& world) {
        World after = world;
        if (after.saga.phase == Phase::kWaiting) {
            stored(after, rules_.start(after.saga, Instant{0}));
            return;
        }
        if (const auto again = rules_.under_way(world.saga)) {  // it comes back, and sends again
            check_send(world, *again);
            World sent = world;
            sent.commands |= bit_of(*again);
            visit(std::move(sent));
        }
        if (const auto due = Saga::due(world.saga)) {
            stored(after, rules_.tick(after.saga, *due));
        }
    }

    void move_people(const World& world) {
        const auto pivot = rules_.definition().pivot();
        const bool too_late = world.saga.ended() || (world.saga.phase == Phase::kForward && pivot &&
                                                     world.saga.at >= *pivot);
        World cancelled = world;
        const auto cancel = rules_.cancel(cancelled.saga, "c", Instant{0});
        ASSERT_EQ(cancel.has_value(), !too_late);
        if (cancel) stored(cancelled, *cancel);
        World turned = world;
        const auto compensate = rules_.compensate(turned.saga, "c", Instant{0});
        ASSERT_EQ(compensate.has_value(), !too_late);
        if (compensate) stored(turned, *compensate);
        World retried = world;
        const auto retry = rules_.retry(retried.saga, Instant{0});
        if (retry) stored(retried, *retry);
    }

    void move_command(const World& world, std::size_t bit) {
        const std::size_t step = bit / 2;
        const Service was = world.services[step];
        const auto becomes = [&](Service service, Verdict verdict) {
            World after = world;
            after.services[step] = service;
            after.answers |= 1U << (3 * bit + static_cast<std::size_t>(verdict));
            visit(std::move(after));
        };
        if (world.laters > 0) {
            World after = world;
            --after.laters;
            after.answers |= 1U << (3 * bit + static_cast<std::size_t>(Verdict::kLater));
            visit(std::move(after));
        }
        if (bit % 2 == 1) {
            becomes(was == Service::kRefused ? was : Service::kUndone, Verdict::kDone);
        } else if (was == Service::kNever) {
            becomes(Service::kDone, Verdict::kDone);
            if (!must_not_refuse(step)) becomes(Service::kRefused, Verdict::kRefused);
        } else {
            becomes(was, was == Service::kDone ? Verdict::kDone : Verdict::kRefused);
        }
    }

    void move_answer(const World& world, std::size_t bit, Verdict verdict) {
        World after = world;
        const Decision decision = rules_.reply(after.saga, reply_of(bit, verdict), Instant{0});
        if (!decision.changed) {
            ASSERT_EQ(after.saga, world.saga);
            return;
        }
        stored(after, decision);
    }

    [[nodiscard]] Reply reply_of(std::size_t bit, Verdict verdict) const {
        const Direction direction = bit % 2 == 0 ? Direction::kDo : Direction::kUndo;
        return {rules_.definition().steps[bit / 2].name, direction, verdict, "", "no"};
    }

    // ---- what must hold ------------------------------------------------------------------

    /// The reference: forward over what is done, back over what is undone, never back over a
    /// pivot.
    void check_send(const World& world, const Send& send) {
        const Key key{"s", rules_.definition().steps[send.step].name, send.key.direction};
        ASSERT_EQ(send.key, key) << "another key: a service would do it twice";
        const auto pivot = rules_.definition().pivot();
        for (std::size_t other = 0; other < steps(); ++other) {
            const Service service = world.services[other];
            if (send.key.direction == Direction::kDo) {
                ASSERT_TRUE(other >= send.step || service == Service::kDone);
                ASSERT_EQ(world.commands >> (2 * other + 1) & 1U, 0U) << "forward again";
                continue;
            }
            const bool ever = (world.commands >> (2 * other) & 1U) != 0;
            if (other > send.step && ever && can_undo(other)) {
                ASSERT_TRUE(service == Service::kUndone || service == Service::kRefused)
                    << "not in reverse order";
            }
            if (pivot && other >= *pivot) {
                ASSERT_TRUE(!ever || service == Service::kRefused) << "back over the pivot";
            }
        }
    }

    void check(const World& world) {
        const auto again = decode_instance(encode(world.saga));
        ASSERT_TRUE(again.has_value()) << again.error().message;
        ASSERT_EQ(again.value(), world.saga);
        ASSERT_TRUE(rules_.fits(world.saga).has_value());
        if (world.saga.phase == Phase::kDone) {
            ++done_;
            for (const Service service : world.services) ASSERT_EQ(service, Service::kDone);
        }
        if (world.saga.phase != Phase::kCompensated) return;
        ++compensated_;
        for (std::size_t step = 0; step < steps(); ++step) {
            const bool ever = (world.commands >> (2 * step) & 1U) != 0;
            const Service service = world.services[step];
            const bool harmless = rules_.definition().steps[step].nothing_to_undo;
            ASSERT_TRUE(
                !ever || harmless || service == Service::kUndone || service == Service::kRefused
            ) << "step "
              << step << " is left over";
        }
    }

    /// From wherever it stands: once the services answer, it ends.
    void ends_well(World world) {
        std::vector<std::string> passed;
        for (int moves = 0; moves < 100; ++moves) {
            if (world.saga.ended() || good_.contains(world.key())) {
                good_.insert(passed.begin(), passed.end());
                return;
            }
            passed.push_back(world.key());
            if (world.saga.phase == Phase::kWaiting) {
                static_cast<void>(rules_.start(world.saga, Instant{0}));
            } else if (world.saga.awaits == Awaits::kPerson) {
                ASSERT_TRUE(rules_.retry(world.saga, Instant{0}).has_value());
            } else if (world.saga.awaits == Awaits::kPause) {
                ASSERT_TRUE(rules_.tick(world.saga, *Saga::due(world.saga)).changed);
            } else {
                const std::size_t step = world.saga.at;
                const bool undo = world.saga.phase == Phase::kBackward;
                Service& service = world.services[step];
                if (undo && service != Service::kRefused) service = Service::kUndone;
                if (!undo && service == Service::kNever) service = Service::kDone;
                const bool said_no = !undo && service != Service::kDone;
                const Verdict verdict = said_no ? Verdict::kRefused : Verdict::kDone;
                const Reply reply = reply_of(2 * step + (undo ? 1 : 0), verdict);
                ASSERT_TRUE(rules_.reply(world.saga, reply, Instant{0}).changed);
            }
        }
        FAIL() << "does not end";
    }

    Saga rules_;
    std::unordered_set<std::string> seen_;
    std::unordered_set<std::string> good_;
    std::deque<World> todo_;
    std::size_t done_{0};
    std::size_t compensated_{0};
};

Definition saga_of(std::size_t steps, std::size_t pivot_at, std::size_t undo_none_at) {
    Definition definition;
    definition.name = "all";
    for (std::size_t at = 0; at < steps; ++at) {
        const std::string name = "s" + std::to_string(at);
        if (at == pivot_at) {
            definition.steps.push_back(pivot(name));
        } else if (at > pivot_at) {
            definition.steps.push_back(kept(name));
        } else if (at == undo_none_at) {
            definition.steps.push_back(nothing_to_undo(name));
        } else {
            definition.steps.push_back(undoable(name));
        }
    }
    return definition;
}

/// With the pivot at every place and nowhere, and one step, or none, that has nothing to undo.
void explore_all(std::size_t steps, int laters, bool with_undo_none) {
    std::size_t worlds = 0;
    for (std::size_t pivot_at = 0; pivot_at <= steps; ++pivot_at) {
        for (std::size_t none_at = with_undo_none ? 0 : pivot_at; none_at <= pivot_at; ++none_at) {
            if (none_at == steps && pivot_at != steps) continue;
            SCOPED_TRACE(fmt::format("{} steps, pivot {}, none {}", steps, pivot_at, none_at));
            Explorer explorer{saga_of(steps, pivot_at, none_at), laters};
            explorer.run();
            if (::testing::Test::HasFatalFailure()) return;
            EXPECT_GT(explorer.done(), 0U);
            EXPECT_GT(explorer.compensated(), 0U);
            worlds += explorer.worlds();
        }
    }
    ::testing::Test::RecordProperty("worlds", static_cast<int>(worlds));
    fmt::print("{} steps: {} worlds\n", steps, worlds);
}

TEST(SagaEveryInterleaving, OfOneStep) {
    explore_all(1, 3, true);
}

TEST(SagaEveryInterleaving, OfTwoSteps) {
    explore_all(2, 3, true);
}

TEST(SagaEveryInterleaving, OfThreeSteps) {
    explore_all(3, 2, true);
}

TEST(SagaEveryInterleaving, OfFourSteps) {
    explore_all(4, 1, true);
}

TEST(SagaEveryInterleaving, OfFiveSteps) {
    explore_all(5, 1, false);
}

}  // namespace
}  // namespace sluice::saga::test
