#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/grown_state.hpp"
#include "runtime/grow/move_state.hpp"
#include "runtime/grow/staging.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace sluice::runtime {

namespace {

class RunnerMove {
public:
    RunnerMove(const log::Log& log, const HomesMove& homes, GrownState& to)
        : log_{log},
          homes_{homes},
          to_{to} {}

    /// Lines and the copies in backlogs.
    Status subjects(HomeId home, log::Table table) {
        return visit(home, table, [&](const std::string& key, std::string value) -> Status {
            const auto heir = heir_of(key);
            if (!heir) return heir.error();
            return to_.put(heir.value(), table, key, std::move(value));
        });
    }

    /// An event in a backlog knows where it lay; not that any more if retention has taken it.
    Status backlog_index(HomeId home, const OffsetsMoved& moved) {
        return visit(
            home,
            table::kBacklogIndex,
            [&](const std::string& key, const std::string& value) -> Status {
                auto entry = decode_entry(key, value);
                if (!entry) return entry.error();
                dispatch::RunEvent& event = entry.value().event;
                event.offset = moved.now(home, event.offset).value_or(Offset{0});
                const HomeId heir = home_of(entry.value().subject, homes_.after);
                return to_.put(heir, table::kBacklogIndex, key, encode_entry(event));
            }
        );
    }

    /// Of a whole subscription: that it stands, and which life of its name it is, is so in every
    /// home, or in none.
    Status of_wholes(HomeId home) {
        for (Whole& whole : wholes_) {
            const Status visited =
                visit(home, whole.table, [&](const std::string& key, std::string value) {
                    whole.values.emplace(key, std::move(value));
                    return ok();
                });
            if (!visited) return visited;
        }
        return ok();
    }

    Status put_wholes() {
        for (HomeId home{0}; home.value < homes_.after; home = home.next()) {
            for (const Whole& whole : wholes_) {
                for (const auto& [key, value] : whole.values) {
                    if (Status put = to_.put(home, whole.table, key, value); !put) return put;
                }
            }
        }
        return ok();
    }

    /// And what all of them have done, retention may take.
    Status progress(const grow::Regrouping& places, const SubscriptionsBefore& subscriptions) {
        const std::string topic = Staging::beside(ordered_topic(homes_.domain));
        for (HomeId home{0}; home.value < homes_.after; home = home.next()) {
            std::optional<Offset> least;
            for (std::size_t i = 0; i < subscriptions.names.size(); ++i) {
                const dispatch::Progress& now = places.progress(i, home);
                const std::string key = subscription_key(subscriptions.names[i]);
                const Status put = to_.put(home, table::kProgress, key, dispatch::encode(now));
                if (!put) return put;
                least = std::min(least.value_or(now.next), now.next);
            }
            if (!least) continue;
            const Status put = to_.consumed(home, {topic, PartitionId{home.value}}, *least);
            if (!put) return put;
        }
        return ok();
    }

private:
    struct Whole {
        log::Table table;
        std::map<std::string, std::string> values;
    };

    [[nodiscard]] Result<HomeId> heir_of(const std::string& key) const {
        ByteReader reader{key};
        static_cast<void>(reader.bytes());  // the subscription
        const std::string_view subject = reader.bytes();
        if (reader.ok()) return home_of(subject, homes_.after);
        return Error{ErrorCode::kCorrupt, "runner state: a key"};
    }

    Status visit(
        HomeId home,
        log::Table table,
        const std::function<Status(const std::string& key, std::string value)>& one
    ) {
        return visit_table(log_, runner_group(homes_.domain), home, table, one);
    }

    const log::Log& log_;
    const HomesMove& homes_;
    GrownState& to_;
    std::array<Whole, 2> wholes_{Whole{table::kHolds, {}}, Whole{table::kLives, {}}};
};

}  // namespace

Status move_runner_state(
    log::Log& log,
    const HomesMove& homes,
    const OrderedMove& ordered,
    const SubscriptionsBefore& subscriptions
) {
    auto to = GrownState::open(log, Staging{homes.domain}.runner_beside(), homes.after);
    if (!to) return to.error();
    RunnerMove move{log, homes, to.value()};
    for (HomeId home{0}; home.value < homes.before; home = home.next()) {
        Status moved = move.subjects(home, table::kLines);
        if (moved) moved = move.subjects(home, table::kBacklog);
        if (moved) moved = move.backlog_index(home, ordered.backlogs);
        if (moved) moved = move.of_wholes(home);
        if (!moved) return moved;
    }
    Status moved = move.put_wholes();
    if (moved) moved = move.progress(ordered.places, subscriptions);
    return moved ? to.value().finish() : moved;
}

}  // namespace sluice::runtime
