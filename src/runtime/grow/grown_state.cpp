#include "runtime/grow/grown_state.hpp"

#include <utility>

namespace sluice::runtime {

Result<GrownState> GrownState::open(log::Log& log, const std::string& group, std::uint32_t homes) {
    std::vector<HomeId> all;
    for (HomeId home{0}; home.value < homes; home = home.next()) all.push_back(home);
    auto lease = log.take(group, std::move(all));
    if (!lease) return lease.error();
    return GrownState{std::move(lease.value())};
}

Status GrownState::put(HomeId home, log::Table table, std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    step_.changes.push_back({home, table, std::move(key), std::move(value)});
    return bytes_ < kBytesMax ? ok() : flush();
}

Status GrownState::consumed(HomeId home, log::PartitionRef from, Offset next) {
    bytes_ += from.topic.size();
    step_.consumed.push_back({home, std::move(from), next});
    return bytes_ < kBytesMax ? ok() : flush();
}

Status GrownState::flush() {
    bytes_ = 0;
    log::Step step = std::exchange(step_, {});
    if (step.empty()) return ok();
    step.homes.assign(lease_->homes().begin(), lease_->homes().end());
    const auto written = lease_->commit(std::move(step));
    return written ? ok() : Status{written.error()};
}

Status visit_table(
    const log::Log& log,
    const std::string& group,
    HomeId home,
    log::Table table,
    const std::function<Status(const std::string& key, std::string value)>& visit
) {
    constexpr std::size_t kPage = 64;  // entries may be a megabyte each
    for (std::string from;;) {
        auto page = log.peek(group, home, table, from, kPage);
        if (!page) return page.error();
        const bool more = page.value().size() == kPage;
        if (more) from = page.value().back().first + '\0';  // the key next to it
        for (auto& [key, value] : page.value()) {
            if (Status visited = visit(key, std::move(value)); !visited) return visited;
        }
        if (!more) return ok();
    }
}

}  // namespace sluice::runtime
