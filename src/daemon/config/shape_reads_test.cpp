#include "daemon/config/shape_reads.hpp"

#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

ShapeConfig shape_of_text(const std::string& shape) {
    const auto config = parse_config(
        "sluice.yaml",
        "contracts: [a]\nsubscriptions: [{name: s, domain: d, file: s.jsonl, " + shape + "}]"
    );
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return config ? config.value().subscriptions.at(0).shape : ShapeConfig{};
}

TEST(ShapeReads, WhatItKeepsAndWhatItFiltersBy) {
    const ShapeConfig shape =
        shape_of_text("keep: [/lines/*/sku, /customer], filters: [{urn:sluice:data: {/total: 1}}]");
    for (const char* read :
         {"", "/lines", "/lines/*/sku", "/lines/3/sku/x", "/customer/name", "/total"}) {
        EXPECT_TRUE(reads(shape, read)) << read;
    }
    for (const char* unread : {"/note", "/lines/*/n", "/custom"}) {
        EXPECT_FALSE(reads(shape, unread)) << unread;
    }
}

TEST(ShapeReads, EverythingWhereNothingIsChosen) {
    EXPECT_TRUE(reads(shape_of_text("jq: '.a'"), "/note")) << "a program may read anything";
    EXPECT_TRUE(reads(shape_of_text("personal: true"), "/note"));
}

}  // namespace
}  // namespace sluice::daemon
