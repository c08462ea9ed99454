#pragma once

#include "runtime/sequencing/session_fixture.hpp"

#include <fmt/format.h>

#include <string>

namespace sluice::runtime::test {

/// The shop with one channel more, shop.d, which nothing but itself orders.
inline DomainPlan plan_with_d(std::uint32_t partitions) {
    DomainPlan plan = shop_plan();
    plan.channels.push_back(
        {"shop.d", partitions, Partitioner::kMurmur2, {"d.updated"}, Checking::kOff, false}
    );
    plan.types["d.updated"] = {};
    return plan;
}

/// Sessions over a shop whose channel d grows from 2 partitions to 4, or 8, when it is told to.
struct GrowingRig : SessionRig {
    explicit GrowingRig(DomainPlan with_all = plan_with_d(kMost))
        : SessionRig{std::move(with_all)} {
        plan().channels.back().partitions = kBefore;
        log().count_as("shop.d", kBefore);
    }

    void grow(std::uint32_t partitions = kAfter) { log().count_as("shop.d", partitions); }

    /// Its number is for people: the event has none.
    void update(std::uint32_t partition, const std::string& subject, int which) {
        Event made = event("d.updated", subject, "/legacy", 0);
        made.id = fmt::format("{}.{}", subject, which);
        publish_to("shop.d", partition, event::to_record(made, subject));
    }

    /// Steps one task so often that it does all that it can do alone, while time goes on.
    void step_alone(std::size_t task, int steps = 30) {
        for (int i = 0; i < steps; ++i) {
            clock().advance(Milliseconds{1'000});
            const auto moved = step(task);
            ASSERT_TRUE(moved.has_value()) << moved.error().message;
        }
    }

    static constexpr std::uint32_t kBefore = 2;
    static constexpr std::uint32_t kAfter = 4;
    static constexpr std::uint32_t kMost = 8;
};

}  // namespace sluice::runtime::test
