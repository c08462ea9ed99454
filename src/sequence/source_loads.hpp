#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sequence {

/// How much of one source waits.
struct SourceLoad {
    std::string source;
    std::size_t events{};
    std::size_t bytes{};

    bool operator==(const SourceLoad&) const = default;
};

/// How much of each source waits in one subject, and in all. A value.
/// Limits:   none of its own; a sequencer lets kWaitingSourcesMax sources wait.
class SourceLoads {
public:
    void add(std::string_view source, std::size_t bytes);

    /// What was added before.
    void remove(std::string_view source, std::size_t bytes);

    /// False, and nothing is done: no events, or a source that is there already.
    [[nodiscard]] bool add(SourceLoad load);

    [[nodiscard]] std::size_t events() const { return events_; }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    [[nodiscard]] bool has(std::string_view source) const;

    /// Those of which something waits, sorted by name.
    [[nodiscard]] const std::vector<SourceLoad>& by_source() const { return loads_; }

    bool operator==(const SourceLoads&) const = default;

private:
    [[nodiscard]] std::vector<SourceLoad>::iterator place_of(std::string_view source);

    std::vector<SourceLoad> loads_;
    std::size_t events_{0};
    std::size_t bytes_{0};
};

}  // namespace sluice::sequence
