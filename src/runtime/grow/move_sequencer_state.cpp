#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/grown_state.hpp"
#include "runtime/grow/move_state.hpp"
#include "runtime/grow/staging.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "runtime/subjects/history_fold.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace sluice::runtime {

namespace {

Error damaged(std::string_view what) {
    return Error{ErrorCode::kCorrupt, "sequencer state: " + std::string{what}};
}

/// The subject that a key is about; nothing: it cannot be read.
using SubjectOf = std::function<std::optional<std::string>(const std::string& key)>;

std::optional<std::string> whole_key(const std::string& key) {
    return key;
}

std::optional<std::string> before_the_event(const std::string& key) {
    ByteReader reader{key};
    std::string subject{reader.bytes()};
    return reader.ok() ? std::optional{std::move(subject)} : std::nullopt;
}

std::optional<std::string> behind_the_time(const std::string& key) {
    auto parsed = parse_closing_key(key);
    return parsed ? std::optional{std::move(parsed->second)} : std::nullopt;
}

class SequencerMove {
public:
    SequencerMove(log::Log& log, const HomesMove& homes, GrownState& to)
        : log_{log},
          homes_{homes},
          to_{to} {}

    Status subjects(HomeId home, log::Table table, const SubjectOf& subject_of) {
        return visit(home, table, [&](const std::string& key, std::string value) -> Status {
            const auto subject = subject_of(key);
            if (!subject) return damaged("a key");
            return to_.put(home_of(*subject, homes_.after), table, key, std::move(value));
        });
    }

    /// They name a subject by its hash alone: each goes to all homes that the subject may have.
    /// There nobody else asks for it.
    Status tombstones(HomeId home) {
        const auto heirs = grow::heirs_of(home, homes_.before, homes_.after);
        return visit(
            home,
            table::kTombstones,
            [&](const std::string& key, const std::string& value) {
                for (const HomeId heir : heirs) {
                    const Status put = to_.put(heir, table::kTombstones, key, value);
                    if (!put) return put;
                }
                return ok();
            }
        );
    }

    /// All homes say the same of it, but that one may have been adopted when another was not.
    Status domain(HomeId home) {
        return visit(
            home,
            table::kDomain,
            [&](const std::string& key, std::string value) -> Status {
                if (key == kFactsKey) {
                    auto facts = decode_facts(value);
                    if (!facts) return facts.error();
                    facts.value().homes = homes_.after;
                    facts_ = encode_facts(facts.value());
                    return ok();
                }
                if (key != kAdoptionKey) return damaged("about the domain: " + key);
                if (adoption_ != kDue) adoption_ = std::move(value);
                return ok();
            }
        );
    }

    Status put_domain() {
        const auto put =
            [&](HomeId home, std::string_view key, const std::optional<std::string>& value) {
                return value ? to_.put(home, table::kDomain, std::string{key}, *value) : ok();
            };
        for (HomeId home{0}; home.value < homes_.after; home = home.next()) {
            if (const Status done = put(home, kFactsKey, facts_); !done) return done;
            if (const Status done = put(home, kAdoptionKey, adoption_); !done) return done;
        }
        return ok();
    }

    /// Of every topic, channels and what once were some.
    Status channels() {
        const auto topics = log_.topics();
        if (!topics) return topics.error();
        for (const log::TopicSpec& topic : topics.value()) {
            const bool own = topic.name == ordered_topic(homes_.domain) ||
                             topic.name == repartition_topic(homes_.domain);
            for (PartitionId p{0}; p.value < topic.partitions && !own; p = p.next()) {
                const log::PartitionRef from{topic.name, p};
                const auto next = log_.consumed_by(sequencer_group(homes_.domain), from);
                if (!next) return next.error();
                if (!next.value()) continue;
                const HomeId home = reader_of(p, homes_.after);
                if (const Status put = to_.consumed(home, from, *next.value()); !put) return put;
            }
        }
        return ok();
    }

    Status true_until(const grow::Regrouping& places) {
        const std::string topic = Staging::beside(ordered_topic(homes_.domain));
        for (HomeId home{0}; home.value < homes_.after; home = home.next()) {
            const Offset end = places.end(home);
            Status put = to_.put(
                home, table::kTrueUntil, std::string{kHistoriesKey}, encode_true_until(end)
            );
            if (put) put = to_.folded(home, {topic, PartitionId{home.value}}, end);
            if (!put) return put;
        }
        return ok();
    }

private:
    static constexpr std::string_view kDue = "due";

    Status visit(
        HomeId home,
        log::Table table,
        const std::function<Status(const std::string& key, std::string value)>& one
    ) {
        return visit_table(log_, sequencer_group(homes_.domain), home, table, one);
    }

    log::Log& log_;
    const HomesMove& homes_;
    GrownState& to_;
    std::optional<std::string> facts_;
    std::optional<std::string> adoption_;
};

}  // namespace

Status move_sequencer_state(log::Log& log, const HomesMove& homes, const OrderedMove& ordered) {
    auto to = GrownState::open(log, Staging{homes.domain}.sequencer_beside(), homes.after);
    if (!to) return to.error();
    SequencerMove move{log, homes, to.value()};
    for (HomeId home{0}; home.value < homes.before; home = home.next()) {
        Status moved = move.subjects(home, table::kSubjects, whole_key);
        if (moved) moved = move.subjects(home, table::kWaiting, whole_key);
        if (moved) moved = move.subjects(home, table::kWaitingEvents, before_the_event);
        if (moved) moved = move.subjects(home, table::kClosings, behind_the_time);
        if (moved) moved = move.tombstones(home);
        if (moved) moved = move.domain(home);
        if (!moved) return moved;
    }
    Status moved = move.put_domain();
    if (moved) moved = move.channels();
    if (moved) moved = move.true_until(ordered.places);
    return moved ? to.value().finish() : moved;
}

}  // namespace sluice::runtime
