#include "log/conformance_suite.hpp"

#include <chrono>

namespace sluice::log::conformance {

namespace {

constexpr Table kKept{1, Restore::kChangelog};

/// Of a group of one process over "in", whose partitions are the homes.
class Joined {
public:
    Joined(LogConformance& suite, const std::string& group) : suite_{suite}, group_{group} {
        auto joined = suite_.log().join({group, "in", {}});
        SLUICE_EXPECT_OK(joined);
        if (!joined) return;
        membership_ = std::move(joined.value());
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (share().homes.size() < 2 && std::chrono::steady_clock::now() < deadline) {
            const std::uint64_t seen = suite_.log().version();
            if (share().homes.size() < 2) {
                suite_.log().wait_for_change(seen, std::chrono::milliseconds{100});
            }
        }
    }

    [[nodiscard]] Share share() const { return membership_->share(); }

    [[nodiscard]] const Membership& membership() const { return *membership_; }

    [[nodiscard]] std::unique_ptr<Lease> take() { return suite_.take(group_, share().homes); }

private:
    LogConformance& suite_;
    std::string group_;
    std::unique_ptr<Membership> membership_;
};

Step step(HomeId home, const std::string& tag, std::int64_t next) {
    Step made;
    made.homes = {home};
    made.appends = {append(place("out"), {tag})};
    made.consumed = {Consumed{home, place("in", home.value), Offset{next}}};
    made.changes = {StateChange{home, kKept, "key", tag}};
    return made;
}

TEST_P(LogSteps, WhoJoinsAloneHasAllHomes) {
    Joined group{*this, "g"};
    EXPECT_EQ(group.share().homes, (std::vector{HomeId{0}, HomeId{1}}));
    EXPECT_EQ(group.membership().round(), group.share().round);
    const auto lease = group.take();
    SLUICE_EXPECT_OK(lease->commit(step(HomeId{0}, "a", 1)));
    SLUICE_EXPECT_OK(lease->commit(step(HomeId{1}, "b", 2)));
    EXPECT_EQ(texts(place("out")), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(group.membership().round(), group.share().round) << "nothing has changed";
}

TEST_P(LogSteps, AGroupOverNoTopicIsNotJoined) {
    const auto refused = log().join({"g", "nowhere", {}});
    EXPECT_EQ(code_of(refused), ErrorCode::kNotFound);
    EXPECT_NE(refused.error().message.find("nowhere"), std::string::npos);
}

TEST_P(LogSteps, WhoeverJoinsAgainFindsWhatWasLeft) {
    for (int life = 0; life < 3; ++life) {
        {
            Joined group{*this, "g"};
            const auto lease = group.take();
            const auto before = lease->consumed(HomeId{0}, place("in")).value();
            EXPECT_EQ(before, life == 0 ? std::nullopt : std::optional{Offset{life}});
            const auto key = lease->get(HomeId{0}, kKept, "key").value();
            EXPECT_EQ(key, life == 0 ? std::nullopt : std::optional{std::to_string(life)});
            SLUICE_ASSERT_OK(lease->commit(step(HomeId{0}, std::to_string(life + 1), life + 1)));
        }
        reopen();
    }
    EXPECT_EQ(texts(place("out")), (std::vector<std::string>{"1", "2", "3"}));
}

TEST_P(LogSteps, AGroupThatConsumesNothingOfItsHomeTopicHoldsNothingBack) {
    SLUICE_ASSERT_OK(log().publish({append(place("in"), {"a", "b"})}));
    for (int life = 0; life < 2; ++life) {
        Joined group{*this, "follower"};
        const auto lease = group.take();
        Step follows = step(HomeId{0}, "x", 0);
        follows.consumed.clear();
        SLUICE_ASSERT_OK(lease->commit(follows));
        EXPECT_EQ(lease->consumed(HomeId{0}, place("in")).value(), std::nullopt);
        EXPECT_EQ(log().consumed_by("follower", place("in")).value(), std::nullopt);
    }
    SLUICE_EXPECT_OK(log().trim(place("in"), Offset{2}));
}

TEST_P(LogSteps, InAGroupTooTheLaterLeaseFencesTheEarlier) {
    Joined group{*this, "g"};
    const auto before = group.take();
    SLUICE_ASSERT_OK(before->commit(step(HomeId{0}, "old", 1)));
    const auto after = group.take();
    EXPECT_EQ(code_of(before->commit(step(HomeId{0}, "zombie", 2))), ErrorCode::kFenced);
    EXPECT_EQ(after->consumed(HomeId{0}, place("in")).value(), Offset{1});
    SLUICE_ASSERT_OK(after->commit(step(HomeId{0}, "new", 2)));
    EXPECT_EQ(texts(place("out")), (std::vector<std::string>{"old", "new"}));
}

TEST_P(LogSteps, ALeaseMayHoldSomeOfTheHomesOnly) {
    Joined group{*this, "g"};
    const auto one = take("g", {HomeId{0}});
    const auto two = take("g", {HomeId{1}});
    for (int round = 0; round < 3; ++round) {
        SLUICE_ASSERT_OK(one->commit(step(HomeId{0}, "one", round)));
        SLUICE_ASSERT_OK(two->commit(step(HomeId{1}, "two", round)));
    }
    EXPECT_EQ(code_of(one->commit(step(HomeId{1}, "x", 1))), ErrorCode::kInvalidArgument);
    EXPECT_EQ(texts(place("out")).size(), 6U);
    EXPECT_EQ(log().peek("g", HomeId{0}, kKept, "", 9).value().front().second, "one");
    EXPECT_EQ(log().peek("g", HomeId{1}, kKept, "", 9).value().front().second, "two");
}

}  // namespace

}  // namespace sluice::log::conformance
