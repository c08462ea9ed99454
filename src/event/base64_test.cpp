#include "event/base64.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::event {
namespace {

TEST(Base64, EqualsTheVectorsOfRfc4648) {
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
    EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, RoundTrips) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const std::string bytes = sluice::test::random_bytes(random);
        ASSERT_EQ(from_base64(to_base64(bytes)), bytes);
    }
}

TEST(Base64, RefusesWhatIsNone) {
    for (const char* text :
         {"Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm9v ", "Zm-_", "Z=g=", "Zg==Zg=="}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace sluice::event
