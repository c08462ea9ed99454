// Random chains of versions and random events, against a reference of a few lines: the data of an
// event is a number under a name; each step gives it another name and adds to it or takes from it.

#include "base/test_seed.hpp"
#include "cast/cast_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sluice::cast {
namespace {

/// What stands between a version and the next, and which way it can be gone.
struct Link {
    int by{};          ///< added on the way up
    bool looked_up{};  ///< … from a table
    int refused{};     ///< a value below it is refused, on the way up
    bool up{};
    bool down{};
};

/// A chain of versions: `links[i]` lies between version `oldest` + i and the next.
struct Chain {
    int oldest{1};
    std::vector<Link> links;

    [[nodiscard]] int newest() const { return oldest + static_cast<int>(links.size()); }

    [[nodiscard]] bool reaches(int from, int to) const {
        for (int at = from; at < to; ++at) {
            if (!links[static_cast<std::size_t>(at - oldest)].up) return false;
        }
        for (int at = from; at > to; --at) {
            if (!links[static_cast<std::size_t>(at - 1 - oldest)].down) return false;
        }
        return true;
    }

    /// The reference: what becomes of a value, or nothing where a step refuses it.
    [[nodiscard]] std::optional<int> cast(int value, int from, int to) const {
        for (int at = from; at < to; ++at) {
            const Link& link = links[static_cast<std::size_t>(at - oldest)];
            if (value < link.refused) return std::nullopt;
            value += link.by;
        }
        for (int at = from; at > to; --at)
            value -= links[static_cast<std::size_t>(at - 1 - oldest)].by;
        return value;
    }

    [[nodiscard]] std::string version(int number) const {
        std::string text = fmt::format("          {}:\n", number);
        if (number > oldest) text += fmt::format("            dataschema: 'urn:v:{}'\n", number);
        if (number < newest()) {
            const Link& link = links[static_cast<std::size_t>(number - oldest)];
            text += fmt::format("            payload: {}\n", schema(number));
            const std::string by = link.looked_up ? fmt::format("$tables.by[\"{}\"]", number)
                                                  : fmt::to_string(link.by);
            if (link.up) {
                text += fmt::format(
                    "            up: '{{v{}: (if .v{} < {} then error(\"too small\") else .v{} + "
                    "{} "
                    "end)}}'\n",
                    number + 1,
                    number,
                    link.refused,
                    number,
                    by
                );
            }
        }
        if (number > oldest) {
            const Link& link = links[static_cast<std::size_t>(number - 1 - oldest)];
            if (link.down) {
                text += fmt::format(
                    "            down: '{{v{}: (.v{} - ({}))}}'\n", number - 1, number, link.by
                );
            }
        }
        return text;
    }

    static std::string schema(int number) {
        return fmt::format(
            "{{type: object, required: [v{0}], additionalProperties: false, properties: {{v{0}: "
            "{{type: integer}}}}}}",
            number
        );
    }

    [[nodiscard]] std::string contract() const {
        std::string text =
            "asyncapi: 3.0.0\nx-sluice:\n  domain: d\n  homes: 1\n  tables:\n    by:\n";
        for (int at = oldest; at < newest(); ++at) {
            text += fmt::format(
                "      '{}': {}\n", at, links[static_cast<std::size_t>(at - oldest)].by
            );
        }
        if (links.empty()) text += "      none: 0\n";
        text += "channels:\n  c:\n    messages:\n      e:\n";
        text += fmt::format("        payload: {}\n", schema(newest()));
        text += "        x-sluice:\n         versions:\n";
        for (int at = oldest; at <= newest(); ++at) text += version(at);
        return text;
    }
};

Chain random_chain(std::mt19937_64& random) {
    Chain chain;
    chain.oldest = 1 + static_cast<int>(random() % 3);
    for (std::uint64_t left = random() % 6; left > 0; --left) {
        Link link;
        link.by = static_cast<int>(random() % 200) - 100;  // so that some sample passes them all
        link.looked_up = random() % 3 == 0;
        link.refused = link.looked_up && random() % 2 == 0 ? 5 : -1'000'000'000;
        link.up = random() % 8 != 0;
        link.down = random() % 4 != 0;
        chain.links.push_back(link);
    }
    return chain;
}

class CasterModel : public testing::Test {
protected:
    /// Whether each version of the chain can be made that one.
    static bool can_be_asked(const Chain& chain, int version) {
        for (int from = chain.oldest; from <= chain.newest(); ++from) {
            if (!chain.reaches(from, version)) return false;
        }
        return true;
    }

    void play(const Chain& chain, int asked, Caster& caster) {
        for (int event = 0; event < 12; ++event) {
            const int from = chain.oldest + static_cast<int>(random_() % (chain.links.size() + 1));
            const int value = static_cast<int>(random_() % 4'000) - 2'000;
            const Record record = test::record_of(
                fmt::format(R"({{"v{}":{}}})", from, value),
                from == chain.oldest ? "" : fmt::format("urn:v:{}", from),
                "e"
            );
            const std::string made = test::cast_text(caster, record);
            const auto due = chain.cast(value, from, asked);
            if (from == asked) {
                ASSERT_EQ(made, "=");
            } else if (!due) {
                ASSERT_TRUE(made.starts_with("!e ") && made.ends_with("too small")) << made;
                ++refused_;
            } else {
                const std::string schema =
                    asked == chain.oldest ? "-" : fmt::format("urn:v:{}", asked);
                ASSERT_EQ(made, fmt::format(R"({} {{"v{}":{}}})", schema, asked, *due));
                ++cast_;
            }
        }
    }

    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    std::mt19937_64 random_{seed_};
    int refused_{0};
    int cast_{0};
};

TEST_F(CasterModel, AgreesWithAReferenceOfAFewLines) {
    int impossible = 0;
    for (int round = 0; round < 24; ++round) {
        const Chain chain = random_chain(random_);
        SCOPED_TRACE(chain.contract());
        const auto contract = test::loaded(chain.contract());
        const int asked = chain.oldest + static_cast<int>(random_() % (chain.links.size() + 1));
        auto caster =
            Caster::open(contract, {{"e", static_cast<std::uint32_t>(asked)}}, test::jq_child());
        ASSERT_EQ(caster.has_value(), can_be_asked(chain, asked))
            << asked << (caster ? "" : ": " + caster.error().message);
        if (!caster) {
            ASSERT_EQ(caster.error().code, ErrorCode::kBadConfig);
            ++impossible;
            continue;
        }
        play(chain, asked, caster.value());
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(cast_, 5) << "the generator makes all kinds";
    EXPECT_LT(impossible, 24);
}

}  // namespace
}  // namespace sluice::cast
