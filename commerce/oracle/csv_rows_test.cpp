#include "commerce/oracle/csv_rows.hpp"

#include "base/test_seed.hpp"
#include "commerce/oracle/test_world.hpp"

#include <random>

namespace sluice::commerce::oracle::test {
namespace {

/// The columns `a` and `b` of all rows: "a|b" per row; an error as its message.
std::string read(const std::string& text) {
    const TempFolder folder;
    auto rows = CsvRows::open(folder.write("t.csv", text), {"b", "a"});
    if (!rows) return rows.error().message.substr(folder.path().string().size() + 1);
    std::string seen;
    for (;;) {
        auto row = rows->next();
        if (!row) return seen + row.error().message;
        if (!row.value()) return seen;
        seen += rows->field(1) + "|" + rows->field(0) + "\n";
    }
}

TEST(OracleCsv, ColumnsByNameInTheOrderAskedFor) {
    EXPECT_EQ(read("a,x,b\n1,2,3\n4,,6\n"), "1|3\n4|6\n");
    EXPECT_EQ(read("a,b\n"), "");
}

TEST(OracleCsv, QuotesLineBreaksByteOrderMarkAndCrLf) {
    EXPECT_EQ(read("\xEF\xBB\xBF\"a\",\"b\"\r\n\"x,\"\"y\"\"\nz\",2\r\n"), "x,\"y\"\nz|2\n");
    EXPECT_EQ(read("a,b\n,\"\"\n"), "|\n");
    EXPECT_EQ(read("a,b\n1,2"), "1|2\n") << "the last line may lack its end";
    EXPECT_EQ(read("a,b\r\n1,\"2\"\r\n"), "1|2\n");
}

TEST(OracleCsv, ErrorsNameFileLineAndWhatIsThere) {
    EXPECT_EQ(read("a,c\n1,2\n"), "t.csv: no column 'b'; the file has: a, c");
    EXPECT_EQ(read(""), "t.csv: no header row");
    EXPECT_EQ(read("a,b\n\"x\ny\",2\n1\n"), "x\ny|2\nt.csv:4: 1 fields, the header has 2");
    EXPECT_EQ(read("a,b\n1,\"2\n"), "t.csv:2: a quote is never closed");
    EXPECT_EQ(read("a,b\n1,\"2\"3\n"), "t.csv:2: text after a closing quote");
    const auto missing = CsvRows::open("/nowhere/t.csv", {"a"});
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST(OracleCsv, AnyTextInQuotesIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::string file = "a,b\n";
    std::string expected;
    for (int row = 0; row < 500; ++row) {
        std::string plain;
        std::string quoted;
        for (std::uint64_t left = random() % 12; left > 0; --left) {
            const char c = "ab,\"\n\r "[random() % 7];
            plain += c;
            quoted += c == '"' ? "\"\"" : std::string(1, c);
        }
        file += "\"" + quoted + "\",2\n";
        expected += plain + "|2\n";
    }
    EXPECT_EQ(read(file), expected);
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
