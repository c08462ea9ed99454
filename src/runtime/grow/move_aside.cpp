#include "base/hash.hpp"
#include "event/command_frame.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/move_records.hpp"
#include "runtime/grow/partition_reader.hpp"
#include "runtime/grow/record_writer.hpp"
#include "runtime/grow/staging.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/sequencing/classify.hpp"
#include "sequence/command.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::runtime {

namespace {

constexpr std::size_t kPlacedBehind = 2;  ///< sluice-aside, sluice-origin

using AsidePlace = std::pair<HomeId, Offset>;

bool is_cause(const Record& record, AsideCause cause) {
    return note_of(record.header(kAsideHeader).value_or("")).word == to_string(cause);
}

/// Of a choice that was carried out and brought an edited copy back: the copy's choice.
Result<std::optional<sequence::Command>> edited_back(const Record& record) {
    using Answer = std::optional<sequence::Command>;
    if (!is_cause(record, AsideCause::kChosen)) return Answer{};
    if (record.headers.size() < kPlacedBehind) return Answer{};
    Record inner = record;
    inner.headers.pop_back(kPlacedBehind);
    if (!event::is_command(inner)) return Answer{};
    auto command = sequence::command_of(inner);
    if (!command) return command.error();
    const auto* back = std::get_if<sequence::TakeBack>(&command.value().choice);
    if (back == nullptr || !mended_by(back->event.record)) return Answer{};
    return Answer{std::move(command.value())};
}

class AsideMove {
public:
    AsideMove(const GrowthContext& context, const HomesMove& homes)
        : context_{context},
          homes_{homes},
          topic_{aside_topic(homes.domain)} {}

    Result<std::uint64_t> run() {
        Status done = find_edited();
        if (done && !moved_.empty()) done = find_their_places();
        if (!done) return done.error();
        RecordWriter to{context_.log, Staging::beside(topic_), homes_.after};
        done = visit([&](HomeId from, log::StoredRecord& stored) -> Status {
            const HomeId home = heir_of(from, stored.record);
            if (const Status renamed = rename_original(stored.record); !renamed) return renamed;
            return to.add(PartitionId{home.value}, std::move(stored.record));
        });
        if (done) done = to.flush();
        if (!done) return done.error();
        return to.written();
    }

private:
    using Visit = std::function<Status(HomeId from, log::StoredRecord& stored)>;

    Status visit(const Visit& one) const {
        for (PartitionId p{0}; p.value < homes_.before; p = p.next()) {
            PartitionReader reader{context_.log, {topic_, p}, {}};
            Status read = reader.open();
            while (read && reader.front() != nullptr) {
                if (Status visited = one(HomeId{p.value}, *reader.front()); !visited)
                    return visited;
                read = reader.pop();
            }
            if (!read) return read;
        }
        return ok();
    }

    /// Records aside that a choice names by their places.
    Status find_edited() {
        return visit([&](HomeId, log::StoredRecord& stored) -> Status {
            const auto command = edited_back(stored.record);
            if (!command) return command.error();
            if (!command.value()) return ok();
            const auto& back = std::get<sequence::TakeBack>(command.value()->choice);
            moved_.emplace(*mended_by(back.event.record), std::nullopt);
            return ok();
        });
    }

    Status find_their_places() {
        std::vector<Offset> ends(homes_.after);
        return visit([&](HomeId from, log::StoredRecord& stored) {
            const HomeId home = heir_of(from, stored.record);
            const Offset at = std::exchange(ends[home.value], ends[home.value].next());
            const auto found = moved_.find({from, stored.offset});
            if (found != moved_.end()) found->second = AsidePlace{home, at};
            return ok();
        });
    }

    Status rename_original(Record& record) const {
        auto command = edited_back(record);
        if (!command) return command.error();
        if (!command.value()) return ok();
        Record& copy = std::get<sequence::TakeBack>(command.value()->choice).event.record;
        const auto now = moved_.at(*mended_by(copy));
        if (!now) return ok();  // retention took it
        copy.headers.erase_if([](const Header& header) { return header.name == kEditedHeader; });
        copy.headers.push_back({std::string{kEditedHeader}, edited_header(now->first, now->second)}
        );
        const std::string aside{record.header(kAsideHeader).value_or("")};
        const std::string origin{record.header(kOriginHeader).value_or("")};
        const Instant time = record.time;
        record = sequence::to_record(*command.value());
        record.time = time;
        record.headers.push_back({std::string{kAsideHeader}, aside});
        record.headers.push_back({std::string{kOriginHeader}, origin});
        return ok();
    }

    [[nodiscard]] HomeId heir_of(HomeId from, const Record& record) const {
        if (is_cause(record, AsideCause::kUnreadable)) return from;
        const auto subject = subject_of(record);
        return subject ? home_of(*subject, homes_.after) : from;
    }

    [[nodiscard]] std::optional<std::string> subject_of(const Record& record) const {
        const bool command =
            is_cause(record, AsideCause::kChosen) || is_cause(record, AsideCause::kRefused);
        if (command) return record.key;
        if (const auto subject = record.header("ce_subject")) return std::string{*subject};
        Record inner = record;
        auto origin = take_origin(inner);
        if (!origin || inner.headers.empty()) return std::nullopt;
        inner.headers.pop_back();
        static const ChannelPlan kGone;
        const ChannelPlan* channel = context_.plan.channel(origin.value().channel);
        auto classified = classify(
            context_.plan,
            channel != nullptr ? *channel : kGone,
            std::move(inner),
            origin.value(),
            Depth::kPlaceOnly
        );
        auto* arrival = std::get_if<sequence::Arrival>(&classified.what);
        if (arrival == nullptr) return std::nullopt;
        return std::move(arrival->subject);
    }

    const GrowthContext& context_;
    const HomesMove& homes_;
    std::string topic_;
    std::map<AsidePlace, std::optional<AsidePlace>> moved_;  ///< of those that are named
};

/// In the audit, as any other choice.
Record audit_record(
    const GrowthContext& context, const HomesMove& homes, const GrowthOrder& order
) {
    const Instant now = context.clock.now();
    const event::CommandFrame frame{
        {}, fmt::format("grow.{}.{}", homes.after, now.ms), order.by, order.why, now};
    Record record = event::command_record(frame, fmt::format("domain {}", homes.domain), "grow");
    record.headers.push_back(
        {std::string{kOutcomeHeader},
         fmt::format("done: {} homes before; {} after", homes.before, homes.after)}
    );
    return record;
}

}  // namespace

Status move_aside(const GrowthContext& context, const HomesMove& homes, Growth& done) {
    const auto moved = AsideMove{context, homes}.run();
    if (!moved) return moved.error();
    done.aside = moved.value();
    return ok();
}

Status move_audit(
    const GrowthContext& context, const HomesMove& homes, const GrowthOrder& order, Growth& done
) {
    const std::string topic = audit_topic(homes.domain);
    RecordWriter to{context.log, Staging::beside(topic), homes.after};
    for (HomeId home{0}; home.value < homes.before; home = home.next()) {
        PartitionReader reader{context.log, {topic, PartitionId{home.value}}, {}};
        Status read = reader.open();
        while (read && reader.front() != nullptr) {
            Record& record = reader.front()->record;
            // What was told to a whole subscription lies in every home, and stays there.
            const std::string subject = record.key.value_or("");
            const bool of_a_subject = !subject.empty() && home_of(subject, homes.before) == home;
            const HomeId heir = of_a_subject ? home_of(subject, homes.after) : home;
            read = to.add(PartitionId{heir.value}, std::move(record));
            if (read) read = reader.pop();
        }
        if (!read) return read;
    }
    if (Status flushed = to.flush(); !flushed) return flushed;
    done.audit = to.written();
    if (Status told = to.add(PartitionId{0}, audit_record(context, homes, order)); !told) {
        return told;
    }
    return to.flush();
}

}  // namespace sluice::runtime
