#include "daemon/api/watch.hpp"

#include <fmt/format.h>

namespace sluice::daemon {

namespace {

constexpr std::size_t kRecordsAtOnce = 100;

}  // namespace

Status Watch::open() {
    const auto ends = backend_.ends(options_.topic, std::nullopt);
    if (!ends) return ends.error();
    version_ = ends->version;
    for (const log::Ends& one : ends->partitions) offsets_.push_back(one.committed);
    return ok();
}

/// What lies there now, up to a page of each partition; maybe nothing.
Result<std::string> Watch::read_on() {
    std::string text;
    for (std::size_t at = 0; at < offsets_.size(); ++at) {
        const PartitionId partition{static_cast<std::uint32_t>(at)};
        const auto page = backend_.records(
            {options_.topic, partition, offsets_[at], options_.subject, kRecordsAtOnce}
        );
        if (!page) return page.error();
        offsets_[at] = page->next;
        for (const std::string& line : page->lines) text += fmt::format("data: {}\n\n", line);
    }
    return text;
}

std::optional<std::string> Watch::next() {
    const auto until = std::chrono::steady_clock::now() + options_.quiet_max;
    while (!options_.is_over()) {
        const auto text = read_on();
        if (!text) return std::nullopt;
        if (!text->empty()) return text.value();
        if (std::chrono::steady_clock::now() >= until) return ": nothing new\n\n";
        const auto ends = backend_.ends(options_.topic, version_);  // waits a moment
        if (!ends) return std::nullopt;
        version_ = ends->version;
    }
    return std::nullopt;
}

}  // namespace sluice::daemon
