#include "log/kafka/broker_fixture.hpp"

#include <fmt/format.h>

#include <atomic>
#include <set>
#include <thread>

namespace sluice::log::kafka {
namespace {

using conformance::append;
using conformance::code_of;
using conformance::place;
using test::kFolded;
using test::kKept;
using test::OpenTransaction;
using test::soon;

constexpr std::uint32_t kHomes = 4;

/// A process of its own, as far as the brokers can tell.
struct Instance {
    Instance(const test::KafkaPlace& place, const std::string& name) {
        KafkaLogOptions options = place.options();
        options.instance = name;
        options.cache = cache.path() / "cache";
        options.session = std::chrono::milliseconds{6'000};
        options.handover = std::chrono::milliseconds{1'500};
        options.notice = [this](std::string_view text) {
            const std::lock_guard lock{mutex};
            notices.emplace_back(text);
        };
        log = test::open_kafka_or_fail(options);
    }

    void join() {
        auto joined = log->join({"g", "home", {"out"}});
        SLUICE_ASSERT_OK(joined);
        membership = std::move(joined.value());
    }

    [[nodiscard]] std::set<HomeId> homes() const {
        const Share share = membership->share();
        return {share.homes.begin(), share.homes.end()};
    }

    [[nodiscard]] bool was_told(std::string_view what) {
        const std::lock_guard lock{mutex};
        return std::any_of(notices.begin(), notices.end(), [&](const std::string& notice) {
            return notice.find(what) != std::string::npos;
        });
    }

    test::ScratchDirectory cache;
    std::mutex mutex;
    std::vector<std::string> notices;
    std::unique_ptr<Log> log;
    std::unique_ptr<Membership> membership;
    std::unique_ptr<Lease> lease;  ///< last: goes first
};

class MembershipTest : public testing::Test {
protected:
    void SetUp() override {
        for (const char* topic : {"home", "out", "in"}) {
            SLUICE_ASSERT_OK(one_.log->create_topic({topic, kHomes}));
        }
        one_.join();
        ASSERT_TRUE(soon([this] { return one_.homes().size() == kHomes; }));
    }

    static void take(Instance& instance) {
        const std::set<HomeId> homes = instance.homes();
        auto lease = instance.log->take("g", {homes.begin(), homes.end()});
        SLUICE_ASSERT_OK(lease);
        instance.lease = std::move(lease.value());
    }

    static Step step(HomeId home, const std::string& value, std::int64_t next) {
        Step step;
        step.homes = {home};
        step.appends = {append(place("out", home.value), {value})};
        step.consumed = {{home, place("in", home.value), Offset{next}}};
        step.changes = {
            {home, kKept, "key", value}, {home, kFolded, "key", value}, {home, kKept, value, "x"}};
        return step;
    }

    [[nodiscard]] std::vector<std::string> out(HomeId home) {
        std::vector<std::string> all;
        for (Offset from{0};;) {  // one answer need not have all
            const auto read = two_.log->read(place("out", home.value), from, {});
            SLUICE_EXPECT_OK(read);
            if (!read || read.value().next() == from) return all;
            for (const StoredRecord& stored : *read) all.push_back(*stored.record.value);
            from = read.value().next();
        }
    }

    test::KafkaPlace place_;
    Instance one_{place_, "one"};
    Instance two_{place_, "two"};
};

TEST_F(MembershipTest, TwoShareTheHomesAndEachHasItsOwn) {
    take(one_);
    const std::uint64_t round = one_.membership->round();
    two_.join();
    ASSERT_TRUE(soon([&] { return one_.membership->round() != round; }));
    one_.lease.reset();  // between two steps
    ASSERT_TRUE(soon([this] { return one_.homes().size() + two_.homes().size() == kHomes; }));
    EXPECT_EQ(one_.homes().size(), kHomes / 2);
    for (const HomeId home : one_.homes()) EXPECT_EQ(two_.homes().count(home), 0U) << home.value;
    const HomeId not_ours = *two_.homes().begin();
    EXPECT_EQ(code_of(one_.log->take("g", {not_ours})), ErrorCode::kFenced);
    take(one_);
    take(two_);
    const HomeId first = *one_.homes().begin();
    SLUICE_EXPECT_OK(one_.lease->commit(step(first, "a", 1)));
    SLUICE_EXPECT_OK(two_.lease->commit(step(not_ours, "b", 1)));
}

TEST_F(MembershipTest, ARestartWithinTheSessionMovesNobody) {
    two_.join();
    for (Instance* each : {&one_, &two_}) {  // each hears of the same share in its own time
        ASSERT_TRUE(soon([&] { return each->homes().size() == kHomes / 2; }));
    }
    const std::set<HomeId> before = two_.homes();
    const std::uint64_t round = one_.membership->round();
    two_.membership.reset();
    Instance again{place_, "two"};
    again.join();
    ASSERT_TRUE(soon([&] { return again.homes() == before; }));
    EXPECT_EQ(one_.membership->round(), round) << "the other was asked for nothing";
    take(again);
    SLUICE_EXPECT_OK(again.lease->commit(step(*before.begin(), "a", 1)));
}

TEST_F(MembershipTest, WhoIsGoneForLongerThanTheSessionLosesItsHomes) {
    two_.join();
    ASSERT_TRUE(soon([this] { return two_.homes().size() == kHomes / 2; }));
    two_.membership.reset();
    ASSERT_TRUE(soon([this] { return one_.homes().size() == kHomes; }));
}

TEST_F(MembershipTest, TheNextOwnerFindsEverythingThoughItsCopyIsEmpty) {
    take(one_);
    for (const HomeId home : one_.homes()) {
        SLUICE_ASSERT_OK(one_.lease->commit(step(home, "a", 3)));
        SLUICE_ASSERT_OK(one_.lease->commit(step(home, "b", 7)));
        Step last{{home}, {}, {}, {{home, kKept, "a", std::nullopt}}};
        SLUICE_ASSERT_OK(one_.lease->commit(last));
    }
    one_.lease.reset();
    one_.membership.reset();
    two_.join();
    ASSERT_TRUE(soon([this] { return two_.homes().size() == kHomes; }));
    take(two_);
    for (const HomeId home : two_.homes()) {
        EXPECT_EQ(two_.lease->get(home, kKept, "key").value(), "b");
        EXPECT_EQ(two_.lease->get(home, kKept, "a").value(), std::nullopt);
        EXPECT_EQ(two_.lease->get(home, kFolded, "key").value(), std::nullopt) << "for a fold";
        EXPECT_EQ(two_.lease->consumed(home, place("in", home.value)).value(), Offset{7});
        SLUICE_ASSERT_OK(two_.lease->commit(step(home, "c", 9)));
    }
    // Back again: the copy of the first has missed a step.
    two_.lease.reset();
    two_.membership.reset();
    one_.join();
    ASSERT_TRUE(soon([this] { return one_.homes().size() == kHomes; }));
    take(one_);
    for (const HomeId home : one_.homes()) {
        EXPECT_EQ(one_.lease->get(home, kKept, "key").value(), "c");
        EXPECT_EQ(one_.lease->get(home, kFolded, "key").value(), "b") << "it says so itself";
        EXPECT_EQ(one_.log->peek("g", home, kKept, "c", 1).value().size(), 1U);
    }
    EXPECT_FALSE(one_.was_told("torn"));
}

/// Nothing, as of a group without state, would be a lie.
TEST_F(MembershipTest, WhoLooksWhileStateIsBeingRestoredSeesItWholeOrHearsSo) {
    take(one_);
    const HomeId home{0};
    Step large{{home}, {}, {}, {}};
    for (int i = 0; i < 5'000; ++i) {
        large.changes.push_back({home, kKept, fmt::format("k{:05}", i), std::string(200, 'x')});
    }
    SLUICE_ASSERT_OK(one_.lease->commit(std::move(large)));
    one_.lease.reset();
    one_.membership.reset();
    two_.join();
    ASSERT_TRUE(soon([this] { return two_.homes().size() == kHomes; }));
    std::atomic<bool> taken{false};
    std::size_t looks = 0;
    std::thread looker{[&] {
        for (; !taken.load() || looks == 0; ++looks) {
            const auto seen = two_.log->peek("g", home, kKept, "k04999", 1);
            if (seen) {
                EXPECT_EQ(seen.value().size(), 1U) << "look " << looks;
            } else {
                EXPECT_EQ(seen.error().code, ErrorCode::kUnavailable) << seen.error().message;
            }
        }
    }};
    take(two_);
    taken = true;
    looker.join();
    EXPECT_GT(looks, 0U);
}

TEST_F(MembershipTest, ALeaseThatIsHeldOnIsFencedByTheGroup) {
    take(one_);
    const HomeId home{kHomes - 1};
    SLUICE_ASSERT_OK(one_.lease->commit(step(home, "a", 1)));
    two_.join();
    ASSERT_TRUE(soon([&] { return two_.homes().count(home) == 1; }));
    EXPECT_EQ(code_of(one_.lease->commit(step(home, "zombie", 2))), ErrorCode::kFenced);
    take(two_);
    SLUICE_ASSERT_OK(two_.lease->commit(step(home, "b", 2)));
    EXPECT_EQ(out(home), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(two_.lease->consumed(home, place("in", home.value)).value(), Offset{2});
}

/// A step without input commits the position of its home all the same: that fences it.
TEST_F(MembershipTest, AStepThatReadNothingIsFencedToo) {
    take(one_);
    const HomeId home{0};
    Step timer{{home}, {append(place("out"), {"timer"})}, {}, {}};
    SLUICE_ASSERT_OK(one_.lease->commit(timer));
    EXPECT_EQ(one_.log->consumed_by("g", place("home")).value(), std::nullopt);
    two_.join();
    ASSERT_TRUE(soon([&] { return !two_.homes().empty(); }));
    EXPECT_EQ(code_of(one_.lease->commit(timer)), ErrorCode::kFenced);
}

TEST_F(MembershipTest, AnOwnerThatIsGoneLeavesNoTransactionOpenForLong) {
    take(one_);
    const HomeId home{0};
    SLUICE_ASSERT_OK(one_.lease->commit(step(home, "a", 1)));
    one_.lease.reset();
    one_.membership.reset();
    test::KafkaParts parts{[this] {
        KafkaLogOptions options = place_.options();
        options.cache /= "beside";
        return options;
    }()};
    // As if it had been stopped within its next step: nobody else can read past it.
    const OpenTransaction left{parts, "g.one.0", place("g.state"), "half a step"};
    const auto begun = std::chrono::steady_clock::now();
    two_.join();
    ASSERT_TRUE(soon([this] { return two_.homes().size() == kHomes; }));
    take(two_);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{20});
    EXPECT_EQ(two_.lease->get(home, kKept, "key").value(), "a");
    SLUICE_EXPECT_OK(two_.lease->commit(step(home, "b", 2)));
}

TEST_F(MembershipTest, AStepThatIsNotWhereItsOffsetsSayIsReportedAndReadAgain) {
    SLUICE_ASSERT_OK(one_.log->publish({append(place("in"), {"x", "y", "z"})}));
    take(one_);
    const HomeId home{0};
    SLUICE_ASSERT_OK(one_.lease->commit(step(home, "a", 1)));
    one_.lease.reset();
    one_.membership.reset();
    test::KafkaParts parts{[this] {
        KafkaLogOptions options = place_.options();
        options.cache /= "beside";
        return options;
    }()};
    // Offsets of a second step, whose records were lost.
    const GroupMetadataHandle group{
        rd_kafka_consumer_group_metadata_new((place_.options().prefix + "g").c_str())};
    SLUICE_ASSERT_OK(parts.transactions("torn")->write(
        {},
        {{place("home"), Offset{0}, encode_mark({2, "torn"})}, {place("in"), Offset{3}, ""}},
        group.get()
    ));
    two_.join();
    ASSERT_TRUE(soon([this] { return two_.homes().size() == kHomes; }));
    take(two_);
    EXPECT_TRUE(two_.was_told("a torn transaction"));
    EXPECT_EQ(two_.lease->consumed(home, place("in")).value(), Offset{0});
    EXPECT_EQ(two_.lease->consumed(HomeId{1}, place("in", 1)).value(), std::nullopt);
}

TEST_F(MembershipTest, AGroupIsJoinedOnceInAProcess) {
    EXPECT_EQ(code_of(one_.log->join({"g", "home", {}})), ErrorCode::kAlreadyExists);
    EXPECT_EQ(code_of(one_.log->join({"h", "nowhere", {}})), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(one_.log->take("g", {HomeId{kHomes}})), ErrorCode::kFenced);
}

}  // namespace
}  // namespace sluice::log::kafka
