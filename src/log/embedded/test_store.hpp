#pragma once

#include "log/embedded/store.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace sluice::log::test {

/// A store without a log around it, to put into it what a log never would.
class StoreTest : public testing::Test {
protected:
    void put(rocksdb::ColumnFamilyHandle* family, std::string_view key, std::string_view value) {
        const rocksdb::Slice key_slice{key.data(), key.size()};
        const rocksdb::Slice value_slice{value.data(), value.size()};
        ASSERT_TRUE(store_->db().Put({}, family, key_slice, value_slice).ok());
    }

    void SetUp() override {
        const auto path = scratch_.path() / "store";
        auto opened = Store::open(
            path, test_options(path), OpenFor::kMaking, rocksdb::Env::Default(), health_
        );
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(opened).value();
    }

    ScratchDirectory scratch_;
    Health health_;
    std::unique_ptr<Store> store_;  // before health and directory
};

}  // namespace sluice::log::test
