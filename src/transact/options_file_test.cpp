#include "transact/options_file.hpp"

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace sluice::transact {
namespace {

const std::string kPoints = R"(coordinator: points
log: decisions
within: 3s
look_every: 1m
acts_max: 8
databases:
  north: postgresql://points@north.example/points
  south: postgresql://points@south.example/points
)";

std::string error_of(std::string_view was, std::string_view is) {
    std::string text = kPoints;
    const std::size_t at = text.find(was);
    EXPECT_NE(at, std::string::npos) << was;
    const auto read = parse_options("points.yaml", text.replace(at, was.size(), is));
    return read ? "none" : read.error().message;
}

TEST(TwoPhaseFile, IsReadKeyByKey) {
    const auto read = parse_options("/etc/points.yaml", kPoints);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->coordinator, "points");
    EXPECT_EQ(read->directory, "/etc/decisions") << "beside the file";
    EXPECT_EQ(read->within, Milliseconds{3'000});
    EXPECT_EQ(read->look_every, Milliseconds{60'000});
    EXPECT_EQ(read->acts_max, 8U);
    ASSERT_EQ(read->databases.size(), 2U);
    EXPECT_EQ(read->databases.at("south"), "postgresql://points@south.example/points");
    const DeskOptions desk = desk_options(read.value());
    EXPECT_TRUE(desk.validate().has_value());
    EXPECT_EQ(desk.rules.vote_within, Milliseconds{3'000});
    EXPECT_EQ(databases_of(read.value())->size(), 2U);
}

TEST(TwoPhaseFile, OnlyThreeKeysAreNeeded) {
    const auto read = parse_options(
        "points.yaml", "{coordinator: points, log: /var/log, databases: {a: 'postgresql://u@h/d'}}"
    );
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->directory, "/var/log");
    EXPECT_EQ(read->within, TwoPhaseOptions{}.within);
    EXPECT_EQ(read->acts_max, TwoPhaseOptions{}.acts_max);
}

TEST(TwoPhaseFile, SaysWhatIsWrongAndWhere) {
    const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
        {{"look_every", "lok_every"}, "points.yaml:4:1: /lok_every"},
        {{"coordinator: points\n", ""}, "coordinator"},
        {{"points\nlog", "Points\nlog"}, "is 1 to 20 of a-z, 0-9 and -, a letter first"},
        {{"3s", "3 bananas"}, "points.yaml:3:9: /within"},
        {{"acts_max: 8", "acts_max: 0"}, "points.yaml:5:11: /acts_max"},
        {{"postgresql://points@north", "oracle://points@north"},
         "oracle://…: there is no such kind of database"},
    };
    for (const auto& [change, says] : cases) {
        EXPECT_NE(error_of(change.first, change.second).find(says), std::string::npos)
            << says << "\n"
            << error_of(change.first, change.second);
    }
    EXPECT_NE(error_of("look_every", "lok_every").find("look_every"), std::string::npos)
        << "the nearest key is named";
}

TEST(TwoPhaseFile, IsReadFromADisk) {
    const log::test::ScratchDirectory scratch;
    const std::string path = scratch.path() / "points.yaml";
    std::ofstream{path} << kPoints;
    EXPECT_TRUE(TwoPhaseOptions::read(path).has_value());
    EXPECT_EQ(TwoPhaseOptions::read(path + "x").error().code, ErrorCode::kNotFound);
}

TEST(TwoPhaseOpen, RefusesWhatItCannotUse) {
    const log::test::ScratchDirectory scratch;
    TwoPhaseOptions options;
    options.coordinator = "points";
    options.directory = scratch.path() / "log";
    EXPECT_EQ(TwoPhase::open(options).error().message, "no databases: an act needs at least one");
    options.databases["here"] = "sqlite:points.db";
    EXPECT_NE(
        TwoPhase::open(options).error().message.find("cannot prepare a transaction"),
        std::string::npos
    );
    options.databases["here"] = "postgresql://nobody";
    EXPECT_EQ(TwoPhase::open(options).error().code, ErrorCode::kBadConfig);
    options.acts_max = 0;
    EXPECT_EQ(TwoPhase::open(options).error().message, "acts_max: 0 is not 1 to 1000");
}

}  // namespace
}  // namespace sluice::transact
