#include "outbox/relay/event_table.hpp"

#include "outbox/relay/lease_table.hpp"
#include "outbox/relay/outbox_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

class EventTableTest : public test::OutboxDatabase {
protected:
    std::vector<Row> read(EventTable& table, const std::vector<std::string>& no_domains = {}) {
        auto page = table.read(all_slots(), no_domains);
        EXPECT_TRUE(page) << page.error().message;
        return page ? std::move(page).value() : std::vector<Row>{};
    }

    static std::vector<std::string> ids(const std::vector<Row>& page) {
        std::vector<std::string> found;
        for (const Row& row : page) {
            found.push_back(fmt::format(
                "{}/{}/{}", row.key.line.domain, row.key.line.subject, row.key.place.number.value
            ));
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    using Ids = std::vector<std::string>;
};

TEST_F(EventTableTest, ARowIsTheEventThatWasPublished) {
    sql("select sluice_publish('shop', 'a \"b\"', 'order.placed', '{\"amount\":  1}', id => "
        "'mine', "
        "\"time\" => '2026-11-23T10:00:00.25Z', dataschema => 'urn:x', extensions => "
        "'{\"dependson\": \"/payments 3\", \"urgent\": true, \"weight\": 7}')");
    EventTable table{connection()};
    const std::vector<Row> page = read(table);
    ASSERT_EQ(page.size(), 1U);
    const Row& row = page[0];
    EXPECT_EQ(row.key.line, (Line{"shop", "a \"b\""}));
    EXPECT_EQ(row.key.place, (Place{Epoch{1}, SourceNumber{1}}));
    EXPECT_EQ(row.bytes, 500U + 14U);
    Event expected{
        "mine",
        "/orders",
        "order.placed",
        "a \"b\"",
        "2026-11-23T10:00:00.250000Z",
        "application/json",
        "urn:x",
        {},
        "{\"amount\":  1}"};
    expected.extensions = {
        {"dependson", "/payments 3"}, {"sourcesequence", "1"}, {"urgent", "true"}, {"weight", "7"}};
    EXPECT_EQ(row.event, expected);
}

TEST_F(EventTableTest, DataMayBeBytesOrAbsent) {
    sql("select sluice_publish('shop', 'a', 'scanned', datacontenttype => 'avro/binary', "
        "bytes => '\\x00ff')");
    sql("select sluice_publish('shop', 'a', 'gone')");
    EventTable table{connection()};
    const std::vector<Row> page = read(table);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].event.data, (std::string{"\0\xFF", 2}));
    EXPECT_EQ(page[0].event.datacontenttype, "avro/binary");
    EXPECT_FALSE(page[1].event.data.has_value());
}

TEST_F(EventTableTest, WhatIsRolledBackOrNotCommittedYetIsNotSeen) {
    PgConnection other = connect(url_);
    auto open = PgTransaction::begin(other);
    ASSERT_TRUE(open);
    script(other, "select sluice_publish('shop', 'late', 'order.placed', '{}')");
    emit("a");
    EventTable table{connection()};
    EXPECT_EQ(ids(read(table)), (Ids{"shop/a/1"}));
    ASSERT_TRUE(open->commit());
    EXPECT_EQ(ids(read(table)), (Ids{"shop/a/1", "shop/late/1"})) << "whenever it began";
}

TEST_F(EventTableTest, WhatIsRemovedIsGoneAndNothingElse) {
    emit("a", 3);
    emit("b", 1);
    EventTable table{connection()};
    std::vector<RowKey> taken;
    for (const Row& row : read(table)) {
        if (row.key.place.number == SourceNumber{1}) taken.push_back(row.key);
    }
    ASSERT_TRUE(table.remove(taken));
    ASSERT_TRUE(table.remove(taken)) << "once more changes nothing";
    ASSERT_TRUE(table.remove({}));
    EXPECT_EQ(ids(read(table)), (Ids{"shop/a/2", "shop/a/3"}));
}

TEST_F(EventTableTest, OnlyWhoHasTheSlotParks) {
    emit("a", 2);
    emit("b");
    LeaseTable leases{connection(), Milliseconds{60'000}};
    ASSERT_TRUE(leases.join("me"));
    EventTable table{connection()};
    std::vector<Refused> refused;
    for (Row& row : read(table)) {
        if (row.event.subject == "a") refused.push_back({row.key, "no, \"never\""});
    }
    refused.pop_back();
    ASSERT_TRUE(table.park(leases.id(), refused));
    EXPECT_EQ(read(table).size(), 3U) << "its slots are not its own: nothing is parked";
    ASSERT_TRUE(leases.share());
    ASSERT_TRUE(table.park(leases.id(), refused));
    ASSERT_TRUE(table.park(leases.id(), refused));
    EXPECT_EQ(ids(read(table)), (Ids{"shop/b/1"}));
    EXPECT_EQ(column("select reason from sluice_outbox_parked"), (Ids{"no, \"never\""}));
}

TEST_F(EventTableTest, ADomainMayBeLeftOut) {
    emit("a");
    sql("select sluice_publish('other', 'a', 't', '{}')");
    EventTable table{connection()};
    EXPECT_EQ(ids(read(table, {"shop", "x\"y"})), (Ids{"other/a/1"}));
}

TEST_F(EventTableTest, SourcesOfOneLineFollowEachOther) {
    emit("a", 2);
    OutboxDesk desk{connection()};
    ASSERT_TRUE(desk.begin_source("/orders;2"));
    emit("a");
    EventTable table{connection()};
    const std::vector<Row> page = read(table);
    ASSERT_EQ(page.size(), 3U);
    EXPECT_EQ(page[1].event.source, "/orders");
    EXPECT_EQ(page[2].event.source, "/orders;2");
    EXPECT_EQ(page[2].event.extension("sourcesequence"), "1");
    EXPECT_EQ(page[2].event.extension("dependson"), "/orders 2");
}

/// However small pages are: each line in a page begins with its first row and has no hole, and some
/// rounds show everything.
TEST_F(EventTableTest, PagesBeginLinesAtTheirHead) {
    std::map<std::string, std::uint64_t> events;
    for (int subject = 0; subject < 40; ++subject) {
        const std::string name = fmt::format("s{}", subject);
        events[name] = subject % 9 == 0 ? 40U : static_cast<std::uint64_t>(subject % 5 + 1);
        emit(name, static_cast<int>(events[name]));
    }
    for (const PageLimits limits :
         {PageLimits{std::size_t{64} * 16, std::size_t{16} << 20},
          PageLimits{4'096, std::size_t{64} * 1'200}}) {
        EventTable table{connection(), limits};
        std::map<std::string, std::uint64_t> shown;
        std::size_t pages_cut = 0;
        for (int page = 0; page < 20; ++page) {
            std::map<std::string, std::uint64_t> last;
            for (const Row& row : read(table)) {
                ASSERT_EQ(row.key.place.number.value, ++last[row.event.subject]);
            }
            for (const auto& [subject, number] : last) {
                shown[subject] = std::max(shown[subject], number);
                if (number < events[subject]) ++pages_cut;
            }
        }
        EXPECT_EQ(shown.size(), events.size()) << "a long line hides no other";
        EXPECT_GT(pages_cut, 0U);
    }
}

}  // namespace
}  // namespace sluice::outbox
