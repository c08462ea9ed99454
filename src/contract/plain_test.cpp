#include "contract/plain.hpp"

#include <sluice/event.hpp>

#include "event/view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::contract {
namespace {

PlainField pointer(std::string_view text) {
    return JsonPointer::parse(text).value();
}

/// Subject from the key, all else written down.
PlainRecords by_key(Encoding encoding = Encoding::kString) {
    return {FromKey{encoding}, Constant{"order.placed"}, "/legacy", {}, {}};
}

class PlainTest : public testing::Test {
protected:
    /// "id source type subject number" of the event, or what is wrong.
    [[nodiscard]] std::string read(const PlainRecords& plain, Record record) const {
        auto headers = event_headers(plain, record, "0-7-1000", limits_);
        if (!headers) return headers.error().message;
        for (const Header& header : headers.value()) record.headers.push_back(header);
        const auto view = event::EventView::of(record);
        if (!view) return "no event";
        std::string text;
        for (const auto part : {view->id(), view->source(), view->type(), view->subject()}) {
            text += std::string{part} + " ";
        }
        return text + std::string{view->extension(extension::kSourceSequence).value_or("-")};
    }

    event::EventLimits limits_;
};

TEST_F(PlainTest, TheKeyIsTheSubject) {
    EXPECT_EQ(read(by_key(), {"o-17", "{}", {}, {}}), "0-7-1000 /legacy order.placed o-17 -");
}

TEST_F(PlainTest, AKeyOfJavasLongIsWrittenInDecimal) {
    const std::string one{"\0\0\0\0\0\0\0\x01", 8};
    const std::string minus_two{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", 8};
    const std::string most{"\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8};
    const std::string least{"\x80\0\0\0\0\0\0\0", 8};
    const PlainRecords plain = by_key(Encoding::kInt64);
    EXPECT_EQ(read(plain, {one, "", {}, {}}), "0-7-1000 /legacy order.placed 1 -");
    EXPECT_EQ(read(plain, {minus_two, "", {}, {}}), "0-7-1000 /legacy order.placed -2 -");
    EXPECT_NE(read(plain, {most, "", {}, {}}).find(" 9223372036854775807 "), std::string::npos);
    EXPECT_NE(read(plain, {least, "", {}, {}}).find(" -9223372036854775808 "), std::string::npos);
    EXPECT_EQ(read(plain, {"1", "", {}, {}}), "subject: the key: has 1 bytes, and an int64 has 8");
    EXPECT_EQ(read(plain, {"", "", {}, {}}), "subject: the key: has 0 bytes, and an int64 has 8");
}

TEST_F(PlainTest, AKeyOfAnyBytesIsWrittenInHexadecimal) {
    const PlainRecords plain = by_key(Encoding::kBytes);
    const std::string avro{"\0\0\0\0*\x0AIx", 8};
    EXPECT_EQ(read(plain, {avro, "", {}, {}}), "0-7-1000 /legacy order.placed 000000002a0a4978 -");
    EXPECT_EQ(read(plain, {"", "", {}, {}}), "subject: is empty");
}

TEST_F(PlainTest, HeadersSayTheRest) {
    PlainRecords plain = by_key();
    plain.type = FromHeader{"kind", Encoding::kString};
    plain.id = FromHeader{"message-id", Encoding::kString};
    plain.number = FromHeader{"version", Encoding::kInt64};
    Record record{"o-17", "x", {{"kind", "a"}, {"kind", "b"}, {"message-id", "m1"}}, {}};
    EXPECT_EQ(read(plain, record), "sourcesequence: header 'version' is not there");
    record.headers.push_back({"version", std::string{"\0\0\0\0\0\0\0\x09", 8}});
    EXPECT_EQ(read(plain, record), "m1 /legacy b o-17 9") << "the last header of a name counts";
}

TEST_F(PlainTest, PointersLookIntoTheValue) {
    PlainRecords plain{
        pointer("/order/id"), pointer("/kind"), "/legacy", pointer("/event"), pointer("/version")};
    const Record record{
        {}, R"({"order":{"id":17},"kind":"order.paid","event":"e-1","version":4})", {}, {}};
    EXPECT_EQ(read(plain, record), "e-1 /legacy order.paid 17 4");
    EXPECT_EQ(read(plain, {{}, {}, {}, {}}), "id: the record has no value");
    EXPECT_EQ(read(plain, {{}, "{}", {}, {}}), "id: data: /event: nothing there");
    EXPECT_EQ(
        read(plain, {{}, R"({"event":[1]})", {}, {}}),
        "id: data: at /event stands '[1]', where a text or a number is due"
    );
    EXPECT_NE(read(plain, {{}, "<xml/>", {}, {}}).find("id: data: byte 0"), std::string::npos);
}

TEST_F(PlainTest, WhatNoAttributeMayHoldIsRefused) {
    const PlainRecords plain = by_key();
    EXPECT_EQ(read(plain, {{}, "{}", {}, {}}), "subject: the record has no key");
    EXPECT_EQ(read(plain, {"", "{}", {}, {}}), "subject: is empty");
    EXPECT_EQ(
        read(plain, {"a\nb", "{}", {}, {}}), R"(subject: 'a\x0ab' has a control character in it)"
    );
    EXPECT_EQ(read(plain, {"a\xFF", "{}", {}, {}}), R"(subject: 'a\xff' is not UTF-8)");
    EXPECT_EQ(
        read(plain, {std::string(70'000, 'a'), "{}", {}, {}}),
        "subject: has 70000 bytes; at most 65536"
    );
    EXPECT_NE(
        read(plain, {std::string(65'536, 'a'), "{}", {}, {}}).find("order.placed"),
        std::string::npos
    );
}

TEST_F(PlainTest, OnlyHeadersOfTheEventAreMade) {
    const auto headers = event_headers(by_key(), {"o", {}, {}, {}}, "id", limits_);
    ASSERT_TRUE(headers);
    const Headers expected{
        {"ce_specversion", "1.0"},
        {"ce_id", "id"},
        {"ce_source", "/legacy"},
        {"ce_type", "order.placed"},
        {"ce_subject", "o"}};
    EXPECT_EQ(headers.value(), expected);
}

}  // namespace
}  // namespace sluice::contract
