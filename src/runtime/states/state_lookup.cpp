#include "runtime/states/state_lookup.hpp"

#include "base/hash.hpp"
#include "base/match.hpp"
#include "event/text.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/states/state_tables.hpp"
#include "state/entry.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::runtime {

namespace {

constexpr std::chrono::milliseconds kLookAgain{5};

struct FoundEntry {
    Position position;
    state::StateEntry entry;
};

/// One look at what is stored.
class StateLook {
public:
    StateLook(const log::Log& log, const StatesOf& of, Offset end)
        : log_{log},
          of_{of},
          end_{end},
          group_{state_group(of.domain)},
          home_{home_of(of.subject, of.homes)},
          prefix_{state::entry_prefix(of.subject)} {}

    Result<StateAnswer> at(const state::At& at) {
        // First: what is read after it is at least as far.
        const auto progress = states_progress(log_, of_.domain, home_);
        if (!progress) return progress.error();
        progress_ = progress.value();
        if (progress_ && progress_->renewing) {
            return none(NoState::kBehind, "its states are made anew, for the reducer is another");
        }
        const auto newest = entry_at(std::nullopt);
        if (!newest) return newest.error();
        if (!newest.value()) {
            return nothing_yet(fmt::format("nothing is known of {}", event::shown(of_.subject)));
        }
        newest_ = newest.value()->position;
        return std::visit(
            Match{
                [this](state::AtLast) { return last(); },
                [this](Position position) { return position_at(position); },
                [this](Instant time) { return time_at(time); },
                [this](const state::AtEvent& event) { return event_at(event); }},
            at
        );
    }

private:
    using Entries = Result<std::vector<std::pair<std::string, std::string>>>;

    [[nodiscard]] static StateAnswer none(NoState why, std::string text) {
        return {std::nullopt, why, std::move(text)};
    }

    /// Whether all is folded that was there when it was asked.
    [[nodiscard]] bool is_whole() const { return progress_ && progress_->until >= end_; }

    /// It is not there: as far as is known.
    [[nodiscard]] StateAnswer nothing_yet(std::string text) const {
        if (is_whole()) return none(NoState::kNone, std::move(text));
        return none(
            NoState::kBehind,
            fmt::format(
                "not folded that far yet: {} is folded up to offset {} of {} in home {}{}",
                of_.domain,
                progress_ ? progress_->until.value : 0,
                end_.value,
                home_.value,
                newest_.value == 0
                    ? std::string{}
                    : fmt::format(
                          ", {} up to position {}", event::shown(of_.subject), newest_.value
                      )
            )
        );
    }

    [[nodiscard]] Entries entries(const std::string& from, std::size_t limit) const {
        auto page = log_.peek(group_, home_, table::kStates, from, limit);
        if (!page) return page;
        std::erase_if(page.value(), [this](const auto& one) {
            return !one.first.starts_with(prefix_);
        });
        return page;
    }

    /// At that position or the next one below that is there; nothing given: the newest.
    [[nodiscard]] Result<std::optional<FoundEntry>> entry_at(std::optional<Position> position
    ) const {
        const auto page = entries(position ? state::entry_key(of_.subject, *position) : prefix_, 1);
        if (!page) return page.error();
        if (page->empty()) return std::optional<FoundEntry>{};
        const auto key = state::parse_entry_key(page->front().first);
        if (!key) return key.error();
        auto entry = state::decode_entry(page->front().second);
        if (!entry) return entry.error();
        return std::optional{FoundEntry{key->position, std::move(entry).value()}};
    }

    Result<StateAnswer> last() {
        if (is_whole()) return view_of(newest_);
        return nothing_yet({});
    }

    Result<StateAnswer> position_at(Position position) {
        if (position > newest_) {
            return nothing_yet(fmt::format(
                "{} has no position {}: its last one is {}",
                event::shown(of_.subject),
                position.value,
                newest_.value
            ));
        }
        return view_of(position);
    }

    Result<StateAnswer> view_of(Position position) {
        const auto page = entries(state::entry_key(of_.subject, position), state::kWholeEvery);
        if (!page) return page.error();
        std::vector<state::StateEntry> way;
        for (const auto& [key, value] : page.value()) {
            if (way.empty() && key != state::entry_key(of_.subject, position)) break;
            auto entry = state::decode_entry(value);
            if (!entry) return entry.error();
            way.push_back(std::move(entry).value());
            if (way.back().whole) break;
        }
        if (way.empty()) {
            return none(
                NoState::kGone,
                fmt::format(
                    "the state of {} at position {} is kept no more: retention has taken its event",
                    event::shown(of_.subject),
                    position.value
                )
            );
        }
        auto state = state::state_behind(way);
        if (!state) return state.error();
        const state::StateEntry& entry = way.front();
        return StateAnswer{
            StateView{
                position,
                entry.time,
                entry.missing,
                entry.missing_last,
                entry.unknown,
                std::move(state).value()},
            {},
            {}};
    }

    /// Times ascend with positions.
    Result<StateAnswer> time_at(Instant time) {
        Position low{0};
        Position high = newest_.next();
        Position best{0};
        while (high.value - low.value > 1) {
            const Position middle{low.value + (high.value - low.value) / 2};
            const auto found = entry_at(middle);
            if (!found) return found.error();
            if (!found.value()) {
                low = middle;  // nothing is kept up to there
            } else if (found.value()->entry.time <= time) {
                best = found.value()->position;
                low = middle;
            } else {
                high = found.value()->position;
            }
        }
        if (best == newest_ && !is_whole()) return nothing_yet({});
        if (best.value > 0) return view_of(best);
        const auto first = entry_at(Position{1});
        if (!first) return first.error();
        const bool is_there = first.value() && first.value()->position.value == 1;
        return none(
            is_there ? NoState::kNone : NoState::kGone,
            is_there ? fmt::format(
                           "nothing had happened to {} by {}: its first event was at {}",
                           event::shown(of_.subject),
                           to_rfc3339(time),
                           to_rfc3339(first.value()->entry.time)
                       )
                     : fmt::format(
                           "what was known of {} at {} is kept no more: retention has taken its "
                           "events",
                           event::shown(of_.subject),
                           to_rfc3339(time)
                       )
        );
    }

    Result<StateAnswer> event_at(const state::AtEvent& event) {
        constexpr std::size_t kPage = 200;
        const std::uint64_t wanted = hash64(event.id);
        std::optional<Position> found;
        std::string from = prefix_;
        while (true) {
            const auto page = entries(from, kPage);
            if (!page) return page.error();
            for (const auto& [key, value] : page.value()) {
                const auto entry = state::decode_entry(value);
                if (!entry) return entry.error();
                if (entry->id_hash != wanted) continue;
                const auto parsed = state::parse_entry_key(key);
                if (!parsed) return parsed.error();
                if (found) return two(event, parsed->position, *found);
                found = parsed->position;
            }
            if (page->size() < kPage) break;
            from = page->back().first + '\0';
        }
        if (found) return view_of(*found);
        return nothing_yet(fmt::format(
            "no event {} of {} is kept", event::shown(event.id), event::shown(of_.subject)
        ));
    }

    [[nodiscard]] Error two(const state::AtEvent& event, Position one, Position other) const {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "two events of {} have the id {}, at the positions {} and {}: ask for one of these",
                event::shown(of_.subject),
                event::shown(event.id),
                one.value,
                other.value
            )};
    }

    const log::Log& log_;
    const StatesOf& of_;
    Offset end_;
    std::string group_;
    HomeId home_;
    std::string prefix_;
    std::optional<StatesProgress> progress_;
    Position newest_{0};
};

}  // namespace

Result<StateAnswer> state_at(
    const log::Log& log, const StatesOf& of, const state::At& at, Milliseconds patience
) {
    const HomeId home = home_of(of.subject, of.homes);
    const auto ends = log.ends({ordered_topic(of.domain), PartitionId{home.value}});
    if (!ends) return ends.error();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        auto answer = StateLook{log, of, ends->committed}.at(at);
        if (!answer || answer->view || answer->why != NoState::kBehind) return answer;
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) return answer;
        std::this_thread::sleep_until(std::min(deadline, now + kLookAgain));
    }
}

}  // namespace sluice::runtime
