#include "state/at.hpp"

#include <gtest/gtest.h>

namespace sluice::state {
namespace {

template <class Kind>
Kind asked(std::string_view text) {
    const auto at = parse_at(text);
    EXPECT_TRUE(at) << at.error().message;
    EXPECT_TRUE(std::holds_alternative<Kind>(at.value())) << text;
    return std::get<Kind>(at.value());
}

TEST(At, IsAPositionATimeOrAnEvent) {
    static_cast<void>(asked<AtLast>(""));
    EXPECT_EQ(asked<Position>("17").value, 17U);
    EXPECT_EQ(asked<Position>("18446744073709551615").value, ~std::uint64_t{0});
    EXPECT_EQ(asked<Instant>("1970-01-01T00:00:01Z").ms, 1'000);
    EXPECT_EQ(asked<Instant>("1970-01-01T01:00:00.5+01:00").ms, 500);
    EXPECT_EQ(asked<AtEvent>("o-17-2").id, "o-17-2");
    EXPECT_EQ(asked<AtEvent>("2026-11-30").id, "2026-11-30") << "a day is no moment";
    EXPECT_EQ(asked<AtEvent>("-1").id, "-1");
}

TEST(At, AnIdThatLooksLikeAnotherIsSaidToBeOne) {
    EXPECT_EQ(asked<AtEvent>("id:17").id, "17");
    EXPECT_EQ(asked<AtEvent>("id:1970-01-01T00:00:01Z").id, "1970-01-01T00:00:01Z");
    EXPECT_EQ(asked<AtEvent>("id:id:x").id, "id:x");
}

TEST(At, RefusesWhatIsNone) {
    EXPECT_EQ(
        parse_at("0").error().message, "at=0: positions are 1, 2, 3 …; an event's id is id:0"
    );
    EXPECT_FALSE(parse_at("18446744073709551616").has_value());
    EXPECT_EQ(parse_at("id:").error().message, "at=id: names no event");
}

}  // namespace
}  // namespace sluice::state
