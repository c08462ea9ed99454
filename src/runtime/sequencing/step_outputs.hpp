#pragma once

#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// The records that a sequencing step will append, by topic and home.
/// Threads:  one at a time.
class StepOutputs {
public:
    StepOutputs(std::string_view domain, std::uint32_t homes);

    void ordered(HomeId home, Record record) { put(ordered_, home, std::move(record)); }

    void repartition(HomeId home, Record record) { put(repartition_, home, std::move(record)); }

    void aside(HomeId home, Record record) { put(aside_, home, std::move(record)); }

    [[nodiscard]] bool empty() const { return records_ == 0; }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    [[nodiscard]] const std::string& ordered_name() const { return ordered_.name; }

    /// Moves all into `appends`; empty afterwards.
    void move_to(std::vector<log::Append>& appends);

private:
    struct Topic {
        std::string name;
        std::vector<std::vector<Record>> by_home;
    };

    void put(Topic& topic, HomeId home, Record record) {
        ++records_;
        bytes_ += record.size_bytes();
        topic.by_home[home.value].push_back(std::move(record));
    }

    Topic ordered_;
    Topic repartition_;
    Topic aside_;
    std::size_t records_{0};
    std::size_t bytes_{0};
};

}  // namespace sluice::runtime
