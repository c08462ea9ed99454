#include "log/kafka/restore_news.hpp"

#include <fmt/format.h>

namespace sluice::log::kafka {

void RestoreProgress::at(std::uint64_t done) {
    const auto now = Clock::now();
    if (!news_.notice || now - told_ < every_) return;
    told_ = now;
    news_.notice(fmt::format(
        "group {}: restoring home {}: {} of {} {} {}",
        news_.group,
        news_.home.value,
        done,
        all_,
        unit_,
        what_
    ));
}

}  // namespace sluice::log::kafka
