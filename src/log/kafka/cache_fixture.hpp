#pragma once

#include "log/embedded/test_log.hpp"
#include "log/kafka/cache.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace sluice::log::kafka::test {

/// A copy of state in a directory of its own, which can be closed and opened again.
class CacheFixture : public testing::Test {
protected:
    CacheFixture() { open(); }

    void open() {
        cache_.reset();
        auto opened = Cache::open(directory_);
        ASSERT_TRUE(opened) << opened.error().message;
        cache_ = std::move(opened.value());
    }

    log::test::ScratchDirectory scratch_;
    std::filesystem::path directory_{scratch_.path() / "cache"};
    std::unique_ptr<Cache> cache_;
};

}  // namespace sluice::log::kafka::test
