#pragma once

#include "commerce/run/run.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace sluice::commerce::test {

/// A run that says nothing and is never interrupted.
inline RunControl quiet() {
    return {[](std::string_view, std::uint64_t, std::uint64_t) {}, [] { return false; }};
}

/// A small run with chaos; the same for the same seed.
inline RunOptions small_run(std::uint64_t seed, const std::string& state) {
    RunOptions asked;
    asked.orders = 60;
    asked.seed = seed % 1'000;
    asked.chaos = seed % 97;
    asked.state = state;
    return asked;
}

inline Workspace open_workspace(const RunOptions& asked) {
    auto workspace = Workspace::open(asked);
    EXPECT_TRUE(workspace.has_value()) << workspace.error().message;
    return std::move(workspace).value();
}

inline RunInput prepare(const Workspace& workspace) {
    auto input = prepare_input(workspace, quiet().progress);
    EXPECT_TRUE(input.has_value()) << input.error().message;
    return std::move(input).value();
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace sluice::commerce::test
