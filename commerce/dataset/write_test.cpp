#include "commerce/dataset/write.hpp"

#include "base/test_seed.hpp"
#include "commerce/csv/temp_file.hpp"
#include "commerce/dataset/load.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::commerce {
namespace {

class Inventing {
public:
    explicit Inventing(std::uint64_t seed) : random_{seed} {}

    RawData data(std::size_t orders) {
        RawData out;
        for (std::size_t i = 0; i < orders; ++i) out.orders.push_back(order(i));
        return out;
    }

private:
    std::int64_t below(std::int64_t end) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(end));
    }

    UtcTime time() { return UtcTime{1'400'000'000 + below(300'000'000)}; }

    std::optional<UtcTime> maybe_time() {
        if (below(2) == 0) return std::nullopt;
        return time();
    }

    RawOrder order(std::size_t number) {
        RawOrder order;
        order.id = fmt::format("o{:06}", number);
        order.member = fmt::format("m{}", below(50));
        order.status = static_cast<RawStatus>(below(8));
        order.purchased = time();
        order.approved = maybe_time();
        order.handed_over = maybe_time();
        order.delivered = maybe_time();
        order.estimated = time();
        for (std::int64_t i = below(4); i > 0; --i) {
            const auto item = static_cast<std::int64_t>(order.items.size()) + 1;
            order.items.push_back(
                {item, "p,\"1\"", fmt::format("s\n{}", below(9)), below(99'999), below(999)}
            );
            order.payments.push_back({item, "boleto", below(99'999)});
            order.reviews.push_back(
                {fmt::format("r{}", item), 1 + below(5), UtcTime{1'500'000'000}, time()}
            );
        }
        return order;
    }

    std::mt19937_64 random_;
};

TEST(WriteRawModel, WhatIsWrittenIsLoaded) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::TempDir dir;
    const RawData data = Inventing{seed}.data(500);
    ASSERT_TRUE(write_raw(data, dir.file("new/folder")).has_value());
    const auto loaded = load_raw(dir.file("new/folder"));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded.value(), data);
}

TEST(WriteRaw, AFolderThatCannotBeMadeIsNamed) {
    const test::TempDir dir;
    dir.write("file", "x");
    const Status written = write_raw(RawData{}, dir.file("file/below"));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::kIo);
    EXPECT_NE(written.error().message.find("file/below"), std::string::npos);
}

}  // namespace
}  // namespace sluice::commerce
