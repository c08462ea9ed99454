#include "base/test_seed.hpp"
#include "contract/schema_fixture.hpp"
#include "infer/sketch.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

// Random values: the schema of some of them takes each of them, and so it does after more have
// come.

namespace sluice::infer {
namespace {

using Json = nlohmann::json;

class SketchModel : public ::testing::Test {
protected:
    Json value(int level) {
        switch (random_() % (level < 4 ? 9 : 7)) {
            case 0: return nullptr;
            case 1: return random_() % 2 == 0;
            case 2: return static_cast<int>(random_() % 100) - 50;
            case 3: return static_cast<double>(random_() % 100) + 0.5;
            case 4: return "2026-01-31";
            case 5: return "2026-01-31T09:30:00Z";
            case 6: return "text";
            case 7: {
                Json list = Json::array();
                for (std::size_t i = random_() % 4; i > 0; --i) list.push_back(value(level + 1));
                return list;
            }
            default: {
                Json object = Json::object();
                for (std::size_t i = random_() % 5; i > 0; --i) {
                    object[std::string(1, static_cast<char>('a' + random_() % 5))] =
                        value(level + 1);
                }
                return object;
            }
        }
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
};

TEST_F(SketchModel, TakesWhateverItHasSeen) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    for (int round = 0; round < 200; ++round) {
        Sketch sketch;
        std::vector<Json> seen;
        for (std::size_t i = 1 + random_() % 6; i > 0; --i) {
            seen.push_back(value(0));
            sketch.add(seen.back());
        }
        const auto loaded = contract::test::load_schema(sketch.schema().dump());
        ASSERT_TRUE(loaded.schema) << sketch.schema();
        for (const Json& one : seen) {
            ASSERT_EQ(contract::test::verdict(*loaded.schema, one.dump()), "fine")
                << sketch.schema() << '\n'
                << one;
        }
    }
}

}  // namespace
}  // namespace sluice::infer
