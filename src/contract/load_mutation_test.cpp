#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "contract/load.hpp"
#include "contract/test_contract.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace sluice::contract {
namespace {

std::string text_of(const char* name) {
    const std::filesystem::path root =
        std::filesystem::path{__FILE__}.parent_path().parent_path().parent_path();
    std::ifstream file{root / name, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_FALSE(text.empty()) << name;
    return text;
}

/// Every line of the error names the file, a line and a column within the text, and says something.
void expect_places(const Error& error, const std::string& text) {
    ASSERT_EQ(error.code, ErrorCode::kBadConfig);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 2;
    static const std::regex place{"^c\\.yaml:([0-9]{1,9}):([0-9]{1,9}): ."};
    std::istringstream problems{error.message};
    for (std::string problem; std::getline(problems, problem);) {
        std::smatch found;
        ASSERT_LE(problem.size(), 1'000U) << "for people";
        ASSERT_TRUE(std::regex_search(problem, found, place)) << problem;
        ASSERT_GE(std::stoul(found[1].str()), 1U);
        ASSERT_LE(std::stoul(found[1].str()), lines) << problem;
        ASSERT_GE(std::stoul(found[2].str()), 1U);
        ASSERT_LE(std::stoul(found[2].str()), text.size() + 2) << problem;
    }
}

class Mutations : public testing::TestWithParam<const char*> {};

// An operator's slip of the hand: it still is a contract, or each problem says where it stands.
TEST_P(Mutations, LoadOrSayWhere) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string original = text_of(GetParam());
    ASSERT_TRUE(load_contract_text("c.yaml", original).has_value());
    int taken = 0;
    constexpr int rounds = 150;
    for (int round = 0; round < rounds; ++round) {
        std::string text = original;
        for (std::uint64_t left = random() % 3 + 1; left > 0; --left) {
            text = sluice::test::mutated(random, std::move(text), ":{}[],'\"#&*!|>-?% \n\t$\\x0");
        }
        const auto loaded = load_contract_text("c.yaml", text);
        if (loaded.has_value()) {
            ++taken;
            ASSERT_FALSE(loaded->domain.empty());
            ASSERT_FALSE(loaded->channels.empty());
            ASSERT_GE(loaded->homes, 1U);
        } else {
            expect_places(loaded.error(), text);
        }
    }
    EXPECT_GT(taken, 0);
    EXPECT_LT(taken, rounds);
}

INSTANTIATE_TEST_SUITE_P(
    Ours,
    Mutations,
    testing::Values(
        "examples/contract/order.yaml",
        "examples/contract/legacy.yaml",
        "examples/contract/stock.yaml",
        "examples/service/shop.yaml",
        "commerce/contract/order.yaml",
        "commerce/contract/calendar.yaml"
    )
);

// Whole lines lost, doubled or exchanged, as a merge leaves them.
TEST(LoadContract, MergedWrongItLoadsOrSaysWhere) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<std::string> lines;
        std::istringstream good{std::string{test::kGood}};
        for (std::string line; std::getline(good, line);) lines.push_back(line);
        const std::size_t one = random() % lines.size();
        const std::size_t other = random() % lines.size();
        switch (random() % 3) {
            case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(one)); break;
            case 1:
                lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(one), lines[other]);
                break;
            default: std::swap(lines[one], lines[other]); break;
        }
        std::string text;
        for (const std::string& line : lines) text += line + "\n";
        const auto loaded = load_contract_text("c.yaml", text);
        if (!loaded.has_value()) expect_places(loaded.error(), text);
    }
}

TEST(LoadContract, AnyBytesAreAnAnswer) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 3'000; ++round) {
        std::string text(random() % 60, '\0');
        for (char& letter : text) {
            letter = random() % 2 == 0 ? static_cast<char>(random())
                                       : ":{}[],'\"#&*!|>-?% \n\t@`~<"[random() % 25];
        }
        const auto loaded = load_contract_text("c.yaml", text);
        ASSERT_FALSE(loaded.has_value());
        expect_places(loaded.error(), text);
    }
}

}  // namespace
}  // namespace sluice::contract
