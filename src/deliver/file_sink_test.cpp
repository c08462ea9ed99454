#include "deliver/file_sink.hpp"

#include "deliver/handler_fixture.hpp"
#include "event/json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sluice::deliver::test {
namespace {

class FileSinkTest : public ::testing::Test {
protected:
    std::unique_ptr<FileSink> open(WantedTypes types = {}) {
        auto opened = FileSink::open({path_, std::move(types), {}});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    std::string content() {
        std::ostringstream all;
        all << std::ifstream{path_}.rdbuf();
        return all.str();
    }

    std::vector<std::string> lines() {
        std::istringstream in{content()};
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);) {
            const auto event = event::parse_json(line, {});
            EXPECT_TRUE(event.has_value()) << line;
            if (event)
                all.push_back(event->subject + std::string{*event->extension("subjectposition")});
        }
        return all;
    }

    sluice::test::TempDir dir_;
    std::string path_{dir_.file("audit.jsonl")};
};

TEST_F(FileSinkTest, OneEventALineWithItsPosition) {
    Work work;
    work.run("a", 1, {"x", "y"}).run("b", 7, {"x"});
    const auto outcomes = open()->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 2U);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(lines(), (std::vector<std::string>{"a1", "a2", "b7"}));
    Work more;
    more.run("a", 3, {"x"});
    EXPECT_EQ(open()->deliver(more.runs())[0].handled, 1U);  // goes on at the end
    EXPECT_EQ(lines().size(), 4U);
}

TEST_F(FileSinkTest, ATornLastLineIsCut) {
    Work work;
    work.run("a", 1, {"x"});
    static_cast<void>(open()->deliver(work.runs()));
    const std::string whole = content();
    for (const std::size_t torn : {std::size_t{1}, std::size_t{4'096}, std::size_t{10'000}}) {
        std::ofstream{path_, std::ios::app} << std::string(torn, '{');
        EXPECT_EQ(open()->bytes_cut(), torn);
        EXPECT_EQ(content(), whole);
        EXPECT_EQ(open()->bytes_cut(), 0U);
    }
    std::ofstream{path_, std::ios::trunc} << "no line end at all";
    EXPECT_EQ(open()->bytes_cut(), 18U);
    EXPECT_EQ(content(), "");
}

TEST_F(FileSinkTest, WantsItsTypesOrAll) {
    EXPECT_TRUE(open()->wants("sluice.gap"));
    auto some = open({"x"});
    EXPECT_TRUE(some->wants("x"));
    EXPECT_FALSE(some->wants("y"));
}

TEST_F(FileSinkTest, AnUnreadableEventEndsItsRunOnly) {
    Work work;
    work.run("a", 1, {"x", "x"});
    work.last_record().headers.clear();
    work.run("b", 1, {"x"});
    const auto outcomes = open()->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->kind, dispatch::FailureKind::kDead);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(lines(), (std::vector<std::string>{"a1", "b1"}));
}

TEST_F(FileSinkTest, TwoWritersAreRefused) {
    const auto first = open();
    const auto second = FileSink::open({path_, {}, {}});
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().message, path_ + ": another process writes to it");
}

TEST_F(FileSinkTest, OpeningFailsClearly) {
    const auto opened = FileSink::open({dir_.file("no/audit.jsonl"), {}, {}});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(
        opened.error().message,
        dir_.file("no/audit.jsonl") + ": opening it to append failed: No such file or directory"
    );
    EXPECT_EQ(FileSink::open({"/dev/null", {}, {}}).error().code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice::deliver::test
