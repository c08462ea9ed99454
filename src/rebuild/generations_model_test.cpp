#include "base/test_seed.hpp"
#include "rebuild/generations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace sluice::rebuild {
namespace {

using Model = std::map<std::string, std::string>;  // name → phase

std::size_t fed(const Model& model) {
    return static_cast<std::size_t>(std::count_if(model.begin(), model.end(), [](const auto& one) {
        return one.second != "dropped";
    }));
}

/// What should be: whether the verb is taken, and what the phases are then.
bool reference(Model& model, int verb, const std::string& name) {
    const std::string was = model.contains(name) ? model[name] : "";
    if (verb == 0) {
        if (model.contains(name) || fed(model) >= Generations::kFedMax) return false;
        model[name] = "filling";
    } else if (verb == 1) {
        if (was != "filling") return false;
        model[name] = "ready";
    } else if (verb == 2) {
        if (was != "ready" && was != "kept") return false;
        for (auto& [other, phase] : model) {
            if (phase == "live") phase = "kept";
        }
        model[name] = "live";
    } else {
        if (was.empty() || was == "live" || was == "dropped") return false;
        model[name] = "dropped";
    }
    return true;
}

Status carry_out(Generations& on, int verb, const std::string& name) {
    if (verb == 0) return on.begin(name);
    if (verb == 1) return on.filled(name);
    if (verb == 2) return on.switch_to(name);
    return on.drop(name);
}

/// Whatever is asked for in whatever order: as the reference, exactly one is live, and what is
/// stored and read again is the same.
TEST(GenerationsModel, AnyVerbsInAnyOrder) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    std::size_t taken = 0;
    for (int round = 0; round < 300; ++round) {
        Generations real{"g0"};
        Model model{{"g0", "live"}};
        for (int step = 0; step < 60; ++step) {
            const int verb = static_cast<int>(random() % 4);
            std::string name = "g";
            name += std::to_string(random() % 8);
            const bool wanted = reference(model, verb, name);
            ASSERT_EQ(carry_out(real, verb, name).has_value(), wanted) << verb << ' ' << name;
            if (wanted) ++taken;
            Model found;
            for (const Generation& one : real.all()) found[one.name] = to_string(one.phase);
            ASSERT_EQ(found, model);
            ASSERT_EQ(model.at(real.live().name), "live");
            const auto again = Generations::restore(real.all());
            ASSERT_TRUE(again.has_value());
            ASSERT_EQ(again.value().all(), real.all());
        }
    }
    EXPECT_GT(taken, 1'000U);
}

}  // namespace
}  // namespace sluice::rebuild
