#include <sluice/outbox.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice {
namespace {

/// Notes what it is asked.
class NotingSql final : public Sql {
public:
    std::int64_t execute(std::string_view, std::span<const SqlValue>) override { return 0; }

    std::vector<SqlRow> query(std::string_view statement, std::span<const SqlValue> values)
        override {
        statement_ = statement;
        values_.assign(values.begin(), values.end());
        return {SqlRow{{std::int64_t{7}}}};
    }

    [[nodiscard]] std::string text(std::size_t at) const {
        const auto* text = std::get_if<std::string>(&values_.at(at));
        return text == nullptr ? "NULL" : *text;
    }

    std::string statement_;
    std::vector<SqlValue> values_;
};

TEST(PublishIn, AnEventIsOneCallWithWhatItHas) {
    NotingSql sql;
    Event event;
    event.type = "order.placed";
    event.subject = "4711";
    event.data = R"({"amount":1})";
    EXPECT_EQ(publish_in(sql, "order", event), 7);
    EXPECT_TRUE(sql.statement_.starts_with("select sluice_publish(?")) << sql.statement_;
    const std::vector<std::string> expected{
        "order",
        "4711",
        "order.placed",
        R"({"amount":1})",
        "NULL",
        "NULL",
        "application/json",
        "NULL",
        "NULL",
        "NULL"};
    for (std::size_t at = 0; at < expected.size(); ++at) EXPECT_EQ(sql.text(at), expected[at]);
    EXPECT_EQ(sql.values_.size(), expected.size());
}

TEST(PublishIn, WhatIsSaidGoesWithIt) {
    NotingSql sql;
    Event event{"id", "", "t", "s", "2026-11-23T10:00:00Z", "text/plain", "urn:x", {}, "hello"};
    event.extensions.emplace("dependson", "/payments 3");
    static_cast<void>(publish_in(sql, "d", event));
    EXPECT_EQ(sql.text(3), "hello");
    EXPECT_EQ(sql.text(4), "id");
    EXPECT_EQ(sql.text(5), "2026-11-23T10:00:00Z");
    EXPECT_EQ(sql.text(6), "text/plain");
    EXPECT_EQ(sql.text(7), "urn:x");
    EXPECT_EQ(sql.text(8), R"({"dependson":"/payments 3"})");
}

TEST(PublishIn, DataThatIsNoTextGoesAsBytes) {
    NotingSql sql;
    Event event;
    event.datacontenttype = "avro/binary";
    event.data = std::string{"\xFF\x00", 2};
    static_cast<void>(publish_in(sql, "d", event));
    EXPECT_EQ(sql.text(3), "NULL");
    EXPECT_EQ(sql.text(9), "/wA=");
    event.data = std::string{"a\0b", 3};
    static_cast<void>(publish_in(sql, "d", event));
    EXPECT_EQ(sql.text(3), "NULL") << "PostgreSQL has no text with a zero byte";
}

TEST(PublishIn, TheSourceIsTheDatabases) {
    NotingSql sql;
    Event event;
    event.source = "/orders";
    EXPECT_THROW(static_cast<void>(publish_in(sql, "d", event)), SqlError);
}

}  // namespace
}  // namespace sluice
