#include "store/mysql/mysql_values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

namespace sluice::store {
namespace {

MYSQL_FIELD field(enum_field_types type, unsigned flags = 0, unsigned long longest = 0) {
    MYSQL_FIELD made{};
    made.type = type;
    made.flags = flags;
    made.max_length = longest;
    return made;
}

/// A row of one column, filled as the library fills it.
class OneColumn {
public:
    explicit OneColumn(const MYSQL_FIELD& of) : row_{{&of, 1}} {}

    SqlValue integer(std::uint64_t value) {
        std::memcpy(bind().buffer, &value, sizeof value);
        return row_.values().front();
    }

    SqlValue text(std::string_view value) {
        EXPECT_GE(bind().buffer_length, value.size());
        std::memcpy(bind().buffer, value.data(), value.size());
        *bind().length = static_cast<unsigned long>(value.size());
        return row_.values().front();
    }

    SqlValue null() {
        *bind().is_null = 1;
        return row_.values().front();
    }

private:
    MYSQL_BIND& bind() { return *row_.binds(); }

    MysqlRow row_;
};

TEST(MysqlValues, IntegersKeepTheirSign) {
    OneColumn plain{field(MYSQL_TYPE_LONGLONG)};
    EXPECT_EQ(plain.integer(~0ULL), SqlValue{std::int64_t{-1}});
    OneColumn no_sign{field(MYSQL_TYPE_LONGLONG, UNSIGNED_FLAG)};
    EXPECT_EQ(no_sign.integer(17), SqlValue{std::int64_t{17}});
    EXPECT_EQ(no_sign.integer(~0ULL), SqlValue{18446744073709551615.0}) << "beyond 64 bits";
}

TEST(MysqlValues, AWholeDecimalIsAnInteger) {
    OneColumn decimal{field(MYSQL_TYPE_NEWDECIMAL)};
    EXPECT_EQ(decimal.text("42"), SqlValue{std::int64_t{42}});
    EXPECT_EQ(decimal.text("-42.50"), SqlValue{-42.5});
}

TEST(MysqlValues, BitsAreAnInteger) {
    OneColumn bits{field(MYSQL_TYPE_BIT)};
    EXPECT_EQ(bits.text(std::string_view{"\x01", 1}), SqlValue{std::int64_t{1}});
    EXPECT_EQ(bits.text(std::string_view{"\x01\x02", 2}), SqlValue{std::int64_t{258}});
}

TEST(MysqlValues, TextsAreAsLongAsTheyAre) {
    OneColumn text{field(MYSQL_TYPE_VAR_STRING, 0, 100)};
    EXPECT_EQ(text.text(std::string(100, 'x')), SqlValue{std::string(100, 'x')});
    EXPECT_EQ(text.text(""), SqlValue{std::string{}});
    EXPECT_EQ(text.null(), SqlValue{});
    OneColumn date{field(MYSQL_TYPE_DATE)};
    EXPECT_EQ(date.text("2026-11-29"), SqlValue{std::string{"2026-11-29"}});
}

TEST(MysqlValues, AreBoundByTheirOwnTypes) {
    const std::array<SqlValue, 4> values{SqlValue{}, std::int64_t{-7}, 0.5, std::string{"a\0b", 3}};
    MysqlParameters parameters{values};
    const MYSQL_BIND* binds = parameters.binds();
    EXPECT_EQ(binds[0].buffer_type, MYSQL_TYPE_NULL);
    EXPECT_EQ(binds[1].buffer_type, MYSQL_TYPE_LONGLONG);
    EXPECT_EQ(*static_cast<const std::int64_t*>(binds[1].buffer), -7);
    EXPECT_EQ(binds[2].buffer_type, MYSQL_TYPE_DOUBLE);
    EXPECT_EQ(binds[3].buffer_type, MYSQL_TYPE_STRING);
    EXPECT_EQ(binds[3].buffer_length, 3U);
}

}  // namespace
}  // namespace sluice::store
