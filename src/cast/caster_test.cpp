#include "cast/caster.hpp"

#include "cast/cast_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sluice::cast {
namespace {

using contract::test::versioned_with;
using test::cast_text;
using test::record_of;
using test::uri;

const std::string kOne = R"({"name":"Kim Mina","price":12,"country":"KR"})";
const std::string kTwo = R"({"first":"Kim","last":"Mina","price":12,"country":"KR"})";
const std::string kThree =
    R"({"first":"Kim","last":"Mina","country":"KR","cents":1200,"currency":"KRW"})";

Result<Caster> opened_caster(std::string_view text, const Asked& asked) {
    return Caster::open(test::loaded(text), asked, test::jq_child());
}

Caster asking_for(std::uint32_t version) {
    auto caster = opened_caster(contract::test::kVersioned, {{"order.placed", version}});
    EXPECT_TRUE(caster.has_value()) << caster.error().message;
    return std::move(caster).value();
}

TEST(Caster, LiftsThroughAllVersions) {
    Caster caster = asking_for(3);
    EXPECT_EQ(
        cast_text(caster, record_of(kOne)),
        uri(3) + R"( {"cents":1200,"country":"KR","currency":"KRW","first":"Kim","last":"Mina"})"
    );
}

TEST(Caster, WhatHasTheVersionStaysByteForByte) {
    Caster caster = asking_for(3);
    EXPECT_EQ(cast_text(caster, record_of(kThree, uri(3))), "=");
    EXPECT_EQ(cast_text(caster, record_of("{broken", uri(3))), "=") << "nobody reads it";
}

TEST(Caster, LowersWhileThereIsAWay) {
    Caster caster = asking_for(1);
    const std::string lowered = cast_text(caster, record_of(kThree, uri(3)));
    EXPECT_EQ(lowered, R"(- {"country":"KR","name":"Kim Mina","price":12})");
    EXPECT_EQ(cast_text(caster, record_of(kOne)), "=");
}

TEST(Caster, FromBothSides) {
    Caster caster = asking_for(2);
    EXPECT_TRUE(cast_text(caster, record_of(kOne)).starts_with(uri(2) + " {"));
    EXPECT_TRUE(cast_text(caster, record_of(kThree, uri(3))).starts_with(uri(2) + " {"));
    EXPECT_EQ(cast_text(caster, record_of(kTwo, uri(2))), "=");
}

TEST(Caster, WhatItDoesNotCastStays) {
    Caster caster = asking_for(3);
    EXPECT_EQ(cast_text(caster, record_of(kOne, "", "order.cancelled")), "=") << "not asked for";
    Record invalid = record_of("{broken");
    invalid.headers.push_back({"ce_subjectinvalid", "data: …"});
    EXPECT_EQ(cast_text(caster, invalid), "=") << "the sink knows that it is dead";
    Record empty = record_of(kOne);
    empty.value.reset();
    EXPECT_EQ(cast_text(caster, empty), "=");
}

TEST(Caster, TheProgramsOwnMessageIsTheReason) {
    Caster caster = asking_for(3);
    EXPECT_EQ(
        cast_text(caster, record_of(R"({"name":"a","price":1,"country":"XX"})")),
        "!order.placed 2 to 3: no currency for XX"
    );
    EXPECT_EQ(
        cast_text(caster, record_of(R"({"price":1,"country":"KR"})")),
        "!order.placed 1 to 2: split input and separator must be strings"
    );
}

TEST(Caster, WhatBreaksTheVersionThatIsAskedForIsNotHandedOn) {
    Caster caster = asking_for(3);
    const std::string told =
        cast_text(caster, record_of(R"({"name":"a","price":1,"country":"KR","more":2})"));
    EXPECT_TRUE(told.starts_with("!order.placed 1 to 3: what it became is no version 3: data: "))
        << told;
}

TEST(Caster, AnUnknownVersionOrNoJsonIsTold) {
    Caster caster = asking_for(3);
    EXPECT_TRUE(cast_text(caster, record_of(kOne, "urn:x"))
                    .starts_with("!dataschema: 'urn:x' is no version of order.placed; there are: ")
    );
    const Record text = event::with_header(record_of("plain"), "content-type", "text/plain");
    EXPECT_EQ(
        cast_text(caster, text), "!data: content type 'text/plain', and only JSON can be cast"
    );
    EXPECT_TRUE(cast_text(caster, record_of("{broken")).starts_with("!order.placed 1 to 2: data: ")
    );
}

TEST(Caster, ManyAtOnceEachByItself) {
    Caster caster = asking_for(3);
    const std::array records{
        record_of(kOne),
        record_of(kThree, uri(3)),
        record_of(R"({"name":"a","price":1,"country":"XX"})"),
        record_of(kTwo, uri(2))};
    std::vector<const Record*> all;
    for (const Record& one : records) all.push_back(&one);
    const auto casts = caster.cast(all);
    ASSERT_TRUE(casts.has_value()) << casts.error().message;
    EXPECT_TRUE(casts.value()[0].record.has_value());
    EXPECT_FALSE(casts.value()[1].record.has_value() || casts.value()[1].failure.has_value());
    EXPECT_TRUE(casts.value()[2].failure.has_value());
    EXPECT_TRUE(casts.value()[3].record.has_value());
    EXPECT_EQ(casts.value()[0].record->key, "A-1");
    EXPECT_EQ(casts.value()[0].record->header("ce_id"), "1");
}

TEST(Caster, WhatCannotBeHadIsRefusedAtOnce) {
    const auto refused = [](std::string_view text, const Asked& asked) {
        const auto caster = opened_caster(text, asked);
        return caster ? "accepted" : caster.error().message;
    };
    const std::string broken = versioned_with(
        "down: '.price = (.cents / 100 | floor) | del(.cents, .currency)'", "down: '.'"
    );
    EXPECT_EQ(refused(broken, {{"order.placed", 3}}), "accepted") << "nobody goes that way";
    EXPECT_NE(refused(broken, {{"order.placed", 2}}).find("/3/down: makes {"), std::string::npos);
    EXPECT_EQ(
        refused(contract::test::kVersioned, {{"order.placed", 9}}),
        "order.placed has no version 9; there are 1 to 3"
    );
}

TEST(Caster, AVersionThatIsAloneNeedsNoProcess) {
    const std::string text{contract::test::kVersioned};
    const std::string alone =
        text.substr(0, text.find("          1:\n")) + text.substr(text.find("          3:\n"));
    const std::string piece = "            down: ";
    const std::size_t down = alone.find(piece);
    const std::size_t end = alone.find('\n', down);
    project::JqPrograms::Options nobody;
    nobody.worker = {"/nonexistent/worker"};
    auto caster = Caster::open(
        test::loaded(alone.substr(0, down) + alone.substr(end + 1)), {{"order.placed", 3}}, nobody
    );
    ASSERT_TRUE(caster.has_value()) << caster.error().message;
    EXPECT_EQ(cast_text(caster.value(), record_of(kThree, uri(3))), "=");
    EXPECT_TRUE(cast_text(caster.value(), record_of(kOne)).starts_with("!dataschema: none is no"));
}

}  // namespace
}  // namespace sluice::cast
