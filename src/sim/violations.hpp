#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sim {

/// The first few; more of them say nothing new.
class Violations {
public:
    static constexpr std::size_t kMax = 20;

    void add(std::string text) {
        if (all_.size() < kMax) all_.push_back(std::move(text));
    }

    [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

    [[nodiscard]] std::vector<std::string> take() && { return std::move(all_); }

private:
    std::vector<std::string> all_;
};

}  // namespace sluice::sim
