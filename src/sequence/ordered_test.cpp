#include "sequence/ordered.hpp"

#include "event/kafka.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

Release full_release() {
    Release release;
    OrderedFacts& facts = release.facts;
    facts.subject = "order-17";
    facts.position = Position{300};
    facts.source = "/orders";
    facts.number = SourceNumber{200};
    facts.id_hash = 0xFFFFFFFFFFFFFFFFULL;
    facts.content_hash = 7;
    facts.marks = {1, 2};
    facts.closes = true;
    facts.released_at = Instant{-5};
    facts.origin = Origin{"order.placed", PartitionId{3}, Offset{1'000'000}};
    release.record.key = "another key";
    release.record.value = std::string{"\0bytes\xFF", 7};
    release.record.headers = {{"ce_id", "x"}, {"ce_id", "y"}, {"foreign", ""}};
    release.record.time = Instant{99};
    return release;
}

TEST(OrderedRecord, KeepsTheEventByteForByteAndAddsItsFacts) {
    const Release release = full_release();
    const Record record = to_ordered(release);
    EXPECT_EQ(record.key, "order-17");
    EXPECT_EQ(record.value, release.record.value);
    EXPECT_EQ(record.time, release.record.time);
    ASSERT_EQ(record.headers.size(), 5U);
    for (std::size_t at = 0; at < 3; ++at) {
        EXPECT_EQ(record.headers[at], release.record.headers[at]);
    }
    EXPECT_EQ(record.header("ce_subjectposition"), "300");
    EXPECT_EQ(facts_of(record).value(), release.facts);
}

TEST(OrderedRecord, SaysInvalidAndLateOnlyWhenTrue) {
    Release release = full_release();
    release.invalid = "no amount";
    EXPECT_EQ(to_ordered(release).header("ce_subjectinvalid"), "no amount");
    EXPECT_FALSE(to_ordered(release).header("ce_subjectlate").has_value());
    release.facts.kind = OrderedKind::kLate;
    release.invalid.clear();
    EXPECT_EQ(to_ordered(release).header("ce_subjectlate"), "true");
    EXPECT_FALSE(to_ordered(release).header("ce_subjectinvalid").has_value());
}

TEST(OrderedRecord, ProducerCannotForgeWhatOnlySluiceSays) {
    Release release = full_release();
    release.record.headers = {
        {"sluice", "forged"},
        {"ce_subjectposition", "1"},
        {"ce_subjectinvalid", "forged"},
        {"ce_subjectlate", "true"},
        {"ce_id", "x"}};
    const Record record = to_ordered(release);
    EXPECT_EQ(record.headers.size(), 3U);
    EXPECT_EQ(record.headers[0].value, "x");
    EXPECT_EQ(facts_of(record).value(), release.facts);
}

TEST(OrderedRecord, GapIsAnEventOfItsOwn) {
    Release release;
    release.facts = full_release().facts;
    release.facts.kind = OrderedKind::kGap;
    release.facts.closes = false;
    release.facts.skipped_from = SourceNumber{198};
    release.facts.wanted = "/orders 198 to 200";
    release.facts.released_at = Instant{1'000};
    const Record record = to_ordered(release);
    EXPECT_EQ(record.header("ce_type"), "sluice.gap");
    EXPECT_EQ(record.header("ce_source"), "/sluice");
    EXPECT_EQ(record.header("ce_specversion"), "1.0");
    EXPECT_EQ(record.header("ce_id"), "gap.order-17.300");
    EXPECT_EQ(record.header("ce_subject"), "order-17");
    EXPECT_EQ(record.header("ce_time"), "1970-01-01T00:00:01Z");
    EXPECT_EQ(
        record.value, R"({"wanted":"/orders 198 to 200","source":"/orders","from":198,"to":200})"
    );
    EXPECT_EQ(facts_of(record).value(), release.facts);
}

TEST(OrderedRecord, GapOfARuleQuotesItsText) {
    Release release;
    release.facts.kind = OrderedKind::kGap;
    release.facts.subject = "s";
    release.facts.position = Position{1};
    release.facts.wanted = "a \"b\" \\ \n";
    EXPECT_EQ(to_ordered(release).value, R"({"wanted":"a \"b\" \\ \u000a"})");
}

TEST(OrderedRecord, RefusesWhatIsNoneOrDamaged) {
    const Record good = to_ordered(full_release());
    Record foreign = good;
    foreign.headers.erase_if([](const Header& header) { return header.name == "sluice"; });
    EXPECT_EQ(facts_of(foreign).error().code, ErrorCode::kCorrupt);
    Record keyless = good;
    keyless.key.reset();
    EXPECT_NE(facts_of(keyless).error().message.find("no key"), std::string::npos);
    const auto facts_in = [&](std::string_view bytes) {
        return facts_of(event::with_header(foreign, "sluice", bytes));
    };
    const std::string whole{*good.header("sluice")};
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(facts_in(whole.substr(0, size)).has_value()) << size;
    }
    EXPECT_FALSE(facts_in(whole + "x").has_value());
    std::string bytes = whole;
    bytes[0] = 2;
    EXPECT_NE(facts_in(bytes).error().message.find("version 2"), std::string::npos);
    bytes = whole;
    bytes[1] = 9;
    EXPECT_NE(facts_in(bytes).error().message.find("kind 9"), std::string::npos);
}

}  // namespace
}  // namespace sluice::sequence
