#include "cast/route.hpp"

#include "cast/cast_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::cast {
namespace {

using contract::test::versioned_with;
using Lines = std::vector<std::string>;

std::string numbers_of(const contract::MessageType& type, std::uint32_t from, std::uint32_t to) {
    const auto steps = steps_between(type, *type.version(from), *type.version(to));
    if (!steps) return steps.error().message;
    std::string text;
    for (const Step& one : steps.value()) {
        text += std::to_string(one.from->number) + ">" + std::to_string(one.to->number) + " ";
        const auto& due = one.from->number < one.to->number ? one.from->up : one.from->down;
        EXPECT_EQ(one.program, &due);
    }
    return text;
}

TEST(Route, ComposesNeighboursUpAndDown) {
    const auto contract = test::loaded();
    const contract::MessageType& type = *contract->type("order.placed");
    EXPECT_EQ(numbers_of(type, 1, 3), "1>2 2>3 ");
    EXPECT_EQ(numbers_of(type, 3, 1), "3>2 2>1 ");
    EXPECT_EQ(numbers_of(type, 2, 3), "2>3 ");
    EXPECT_EQ(numbers_of(type, 2, 2), "");
}

constexpr const char* kDown =
    "            down: '.name = .first + \" \" + .last | del(.first, .last)'\n";
constexpr const char* kNoWayDown =
    "version 2 of order.placed cannot be made 1: give version 2 a jq program 'down' in the "
    "contract";

TEST(Route, AMissingStepIsNamed) {
    const auto contract = test::loaded(versioned_with(kDown, ""));
    const contract::MessageType& type = *contract->type("order.placed");
    EXPECT_EQ(numbers_of(type, 3, 1), kNoWayDown);
    EXPECT_EQ(numbers_of(type, 1, 3), "1>2 2>3 ");
}

TEST(Route, WhatIsAskedForMustBeThere) {
    const auto contract = test::loaded();
    EXPECT_EQ(route_problems(*contract, {}), Lines{});
    EXPECT_EQ(route_problems(*contract, {{"order.placed", 1}}), Lines{});
    EXPECT_EQ(route_problems(*contract, {{"order.placed", 3}}), Lines{});
    EXPECT_EQ(
        route_problems(*contract, {{"order.placed", 4}, {"order.palced", 1}}),
        (Lines{
            "'order.palced' is no type of order; did you mean 'order.placed'?; there are: "
            "order.placed",
            "order.placed has no version 4; there are 1 to 3"})
    );
}

TEST(Route, EveryVersionMustHaveAWayToTheOneThatIsAskedFor) {
    const auto contract = test::loaded(versioned_with(kDown, ""));
    EXPECT_EQ(route_problems(*contract, {{"order.placed", 1}}), Lines{kNoWayDown});
    EXPECT_EQ(route_problems(*contract, {{"order.placed", 2}}), Lines{});
    EXPECT_EQ(route_problems(*contract, {{"order.placed", 3}}), Lines{});
}

TEST(Route, ATypeWithoutVersionsCannotBeAskedForOne) {
    const auto contract = test::loaded(versioned_with(
        "channels:\n", "channels:\n  paid: {messages: {order.paid: {payload: {type: object}}}}\n"
    ));
    EXPECT_EQ(
        route_problems(*contract, {{"order.paid", 1}}),
        Lines{"order.paid has no versions in the contract of order: leave it out"}
    );
}

}  // namespace
}  // namespace sluice::cast
