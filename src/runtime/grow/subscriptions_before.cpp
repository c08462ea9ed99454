#include "runtime/grow/subscriptions_before.hpp"

#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/grown_state.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::runtime {

namespace {

/// Whether somewhere it still reads what retention has taken and somebody brought back.
bool reads_what_was_brought_back(const grow::DoneBefore& done, const std::vector<Offset>& first) {
    for (std::size_t home = 0; home < first.size(); ++home) {
        if (done[home] && done[home]->next < first[home]) return true;
    }
    return false;
}

}  // namespace

Result<SubscriptionsBefore> SubscriptionsBefore::read(
    const log::Log& log, std::string_view domain, std::uint32_t homes
) {
    std::map<std::string, grow::DoneBefore> all;
    std::vector<Offset> first;
    for (HomeId home{0}; home.value < homes; home = home.next()) {
        const auto ends = log.ends({ordered_topic(domain), PartitionId{home.value}});
        if (!ends) return ends.error();
        first.push_back(ends.value().first);
        const Status visited = visit_table(
            log,
            runner_group(domain),
            home,
            table::kProgress,
            [&](const std::string& key, const std::string& value) -> Status {
                auto progress = dispatch::decode_progress(value);
                if (!progress) return progress.error();
                auto& done = all[subscription_of(key)];
                done.resize(homes);
                done[home.value] = std::move(progress.value());
                return ok();
            }
        );
        if (!visited) return visited.error();
    }
    SubscriptionsBefore before;
    for (auto& [name, done] : all) {
        const bool from_the_oldest = reads_what_was_brought_back(done, first);
        for (std::size_t home = 0; home < homes && !from_the_oldest; ++home) {
            if (!done[home]) done[home] = dispatch::Progress{first[home], {}};
        }
        before.names.push_back(name);
        before.done.push_back(std::move(done));
    }
    return before;
}

Status ask_for_backlogs(
    const log::Log& log, std::string_view domain, std::uint32_t homes, OffsetsMoved& moved
) {
    for (HomeId home{0}; home.value < homes; home = home.next()) {
        Status visited = visit_table(
            log,
            runner_group(domain),
            home,
            table::kBacklogIndex,
            [&](const std::string& key, const std::string& value) -> Status {
                const auto entry = decode_entry(key, value);
                if (!entry) return entry.error();
                moved.will_be_asked(home, entry.value().event.offset);
                return ok();
            }
        );
        if (!visited) return visited;
    }
    moved.asked_for_no_more();
    return ok();
}

}  // namespace sluice::runtime
