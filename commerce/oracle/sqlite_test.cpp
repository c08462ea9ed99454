#include "commerce/oracle/sqlite.hpp"

#include "commerce/oracle/test_world.hpp"

namespace sluice::commerce::oracle::test {
namespace {

Database fresh(const TempFolder& folder) {
    auto database = Database::create(folder.path() / "x.sqlite");
    EXPECT_TRUE(database.has_value());
    return std::move(database).value();
}

TEST(OracleSqlite, BoundValuesComeBack) {
    const TempFolder folder;
    Database database = fresh(folder);
    ASSERT_TRUE(database.run("CREATE TABLE t (a TEXT, b INTEGER, c TEXT)").has_value());
    {
        auto insert = database.prepare("INSERT INTO t VALUES (?, ?, ?)");
        ASSERT_TRUE(insert.has_value());
        insert->bind(1, std::string_view{"it's", 4});
        insert->bind(2, std::int64_t{-7});
        insert->bind_null(3);
        EXPECT_FALSE(insert->step().value());
    }
    auto select = database.prepare("SELECT a, b, c IS NULL FROM t");
    ASSERT_TRUE(select.has_value());
    ASSERT_TRUE(select->step().value());
    EXPECT_EQ(select->columns(), 3);
    EXPECT_EQ(select->text(0), "it's");
    EXPECT_EQ(select->integer(1), -7);
    EXPECT_EQ(select->integer(2), 1);
    EXPECT_FALSE(select->step().value());
}

TEST(OracleSqlite, CreateReplacesWhatWasThere) {
    const TempFolder folder;
    { ASSERT_TRUE(fresh(folder).run("CREATE TABLE t (a)").has_value()); }
    Database again = fresh(folder);
    EXPECT_EQ(again.integer("SELECT COUNT(*) FROM sqlite_schema").value(), 0);
}

TEST(OracleSqlite, ErrorsCarrySqlitesText) {
    const TempFolder folder;
    Database database = fresh(folder);
    const auto wrong = database.run("SELECT 1 FROM nowhere");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_NE(wrong.error().message.find("no such table: nowhere"), std::string::npos)
        << wrong.error().message;
    EXPECT_FALSE(database.prepare("SELEC 1").has_value());
    ASSERT_TRUE(database.run("CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)").has_value()
    );
    auto insert = database.prepare("INSERT INTO t VALUES (1)");
    ASSERT_TRUE(insert.has_value());
    const auto twice = insert->step();
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(Database::create("/nowhere/x.sqlite").error().code, ErrorCode::kIo);
}

TEST(OracleSqlite, AttachReadsAnotherDatabaseAndNeverMakesOne) {
    const TempFolder folder;
    Database database = fresh(folder);
    const auto absent = database.attach(folder.path() / "absent.sqlite");
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "absent.sqlite"));

    const auto other = folder.path() / "o'ther.sqlite";
    {
        auto made = Database::create(other);
        ASSERT_TRUE(made->run("CREATE TABLE t (a); INSERT INTO t VALUES (5)").has_value());
    }
    ASSERT_TRUE(database.attach(other).has_value());
    EXPECT_EQ(database.integer("SELECT a FROM found.t").value(), 5);
    ASSERT_TRUE(database.detach().has_value());
    EXPECT_FALSE(database.integer("SELECT a FROM found.t").has_value());
}

TEST(OracleSqlite, AFileThatIsNoDatabaseIsAnError) {
    const TempFolder folder;
    Database database = fresh(folder);
    const auto file = folder.write("text.sqlite", std::string(4096, 'x'));
    EXPECT_FALSE(database.attach(file).has_value());
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
