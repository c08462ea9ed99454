// Which record aside a person means.

#include "daemon/api/shop_api.hpp"
#include "daemon/verbs/request_fixture.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class PlannedAside : public test::ShopApi {
protected:
    /// Lies aside in that home, behind what lies there: of that subject or, if it is empty, none.
    void put(std::uint32_t home, const std::string& subject) {
        Record record = event::to_record(made_event(subject.empty() ? "x" : subject, 1), subject);
        if (subject.empty()) {
            record.key.reset();
            record.headers.erase_if([](const Header& one) { return one.name == "ce_subject"; });
        }
        const sequence::Origin origin{"order.placed", PartitionId{0}, Offset{7}};
        record = runtime::to_aside(
            std::move(record), origin, runtime::AsideCause::kUnreadable, "it has no place"
        );
        const auto lease = log().take(runtime::sequencer_group("shop"), {HomeId{home}});
        ASSERT_TRUE(lease) << lease.error().message;
        log::Step step;
        step.homes = {HomeId{home}};
        step.appends = {{{runtime::aside_topic("shop"), PartitionId{home}}, {std::move(record)}}};
        ASSERT_TRUE(lease.value()->commit(std::move(step)));
    }

    /// What a repair of the subject's event at that offset is about, or why there is none.
    std::string repair(const std::string& subject, std::int64_t offset) {
        CommandRequest request = test::request_about(subject, "repair");
        request.offset = Offset{offset};
        request.copy = event::write_json(made_event(subject, 1));
        const auto preview = operations().preview(request);
        if (!preview) return preview.error().message;
        EXPECT_EQ(preview.value()["count"], 1);
        return preview.value()["about"][0]["about"];
    }

    static std::string place(const std::string& subject, int home, int offset) {
        return fmt::format(
            "order.placed {}-1 (/orders 1) comes back from aside ({} at {}): into its place, or to "
            "the end as late",
            subject,
            home,
            offset
        );
    }
};

TEST_F(PlannedAside, TheRecordOfASubjectGoesBeforeOnesOfNone) {
    put(0, "");
    put(1, "a");
    put(2, "");
    EXPECT_EQ(repair("a", 0), place("a", 1, 0));
    EXPECT_EQ(
        repair("b", 0),
        "b: more than one such record lies aside at 0 in domain shop; give the record a subject at "
        "its producer"
    );
}

/// Homes in which less lies are asked as well.
TEST_F(PlannedAside, ARecordWithoutASubjectIsFoundInWhicheverHomeItLies) {
    for (std::uint32_t home = 0; home < 3; ++home) {
        for (std::uint32_t before = 0; before < home; ++before) put(home, "other");
        put(home, "");
        EXPECT_EQ(repair("b", home), place("b", static_cast<int>(home), static_cast<int>(home)));
    }
    EXPECT_EQ(repair("b", 9), "b: nothing lies aside at 9 in domain shop (any more)");
    CommandRequest back = test::request_about("b", "take-back");
    back.offset = Offset{0};
    EXPECT_EQ(
        operations().preview(back).error().message,
        "b: nothing lies aside at 0 in domain shop (any more)"
    ) << "only its own is taken back as it is";
}

}  // namespace
}  // namespace sluice::daemon
