#pragma once

#include "plan/plan.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace sluice::plan::test {

/// A plan of what is in range.
inline Plan planned(const Load& load, const Capacity& capacity = {}) {
    auto plan = make_plan(load, capacity);
    EXPECT_TRUE(plan) << plan.error().message;
    return plan ? std::move(plan).value() : Plan{};
}

}  // namespace sluice::plan::test
