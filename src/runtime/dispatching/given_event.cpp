#include "runtime/dispatching/given_event.hpp"

#include <sluice/event.hpp>

#include "base/assert.hpp"
#include "event/kafka.hpp"
#include "event/number.hpp"
#include "event/view.hpp"
#include "runtime/domain/plain_event.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::int64_t kOffsetsMax = 1'000'000'000'000'000;  // of an epoch; room for all epochs
static_assert(contract::kEpochMax < 9'000, "positions are numbers of 63 bits, also in databases");

const std::string kPositionHeader = event::header_name(extension::kSubjectPosition);
const std::string kInvalidHeader = event::header_name(extension::kSubjectInvalid);

/// One record on its way.
class Reading {
public:
    Reading(const DomainPlan& plan, PartitionId partition, log::StoredRecord stored)
        : plan_{plan},
          channel_{plan.channels.front()},
          given_{*plan.given},
          partition_{partition},
          offset_{stored.offset} {
        event_.record = std::move(stored.record);
    }

    GivenEvent read() {
        Record& record = event_.record;
        record.headers.erase_if([this](const Header& header) { return is_claim(header); });
        if (event::is_tombstone(record)) return {};
        event_.is_event = true;
        make_binary();
        if (event_.invalid.empty()) {
            read_attributes();
        } else {
            event_.subject = subject_of_key();
        }
        if (event_.is_event) place();
        return std::move(event_);
    }

private:
    /// What a producer says in Sluice's name.
    [[nodiscard]] bool is_claim(const Header& header) const {
        if (header.name == kStandInHeader) return true;
        return given_.order.positions == contract::Positions::kOffset && sequence::is_ours(header);
    }

    void make_binary() {
        Record& record = event_.record;
        switch (event::mode_of(record)) {
            case event::ContentMode::kBinary: return;
            case event::ContentMode::kStructured: {
                auto binary = event::to_binary(record, plan_.limits);
                if (binary) record = std::move(binary.value());
                if (!binary) event_.invalid = binary.error().message;
                return;
            }
            case event::ContentMode::kNone: break;
        }
        if (!channel_.plain) {
            event_.invalid =
                "no CloudEvents event: neither ce_ headers nor a structured value, and the channel "
                "has no `plain` that says how to read it";
            return;
        }
        const Status made = make_event(*channel_.plain, plan_.limits, partition_, offset_, record);
        if (!made) event_.invalid = "plain record: " + made.error().message;
    }

    void read_attributes() {
        const auto view = event::EventView::of(event_.record);
        SLUICE_ASSERT(view.has_value());
        event_.subject = view->subject();
        if (event_.subject.empty()) {
            event_.subject = subject_of_key();
            event_.invalid = "no `subject`: it cannot be said what it happened to";
        } else if (view->source().empty() || view->id().empty() || view->type().empty()) {
            event_.invalid = "`id`, `source` or `type` is missing";
        } else if (is_foreign(view->type())) {
            event_ = {};
        } else if (const auto told = view->extension(extension::kSubjectInvalid)) {
            event_.invalid = *told;
        } else if (channel_.checking == Checking::kEnforce && plan_.check) {
            event_.invalid = plan_.check(view->type(), event_.record);
        }
    }

    [[nodiscard]] bool is_foreign(std::string_view type) const {
        return channel_.others_are_foreign && type != sequence::kGapType &&
               plan_.type(type) == nullptr;
    }

    /// All of a subject have one key, so that the key tells it where nothing else does.
    [[nodiscard]] std::string subject_of_key() const {
        const contract::FromKey key{given_.places.key};
        auto subject = contract::text_of(key, event_.record, plan_.limits);
        return subject ? std::move(subject.value()) : std::string{};
    }

    void place() {
        const auto position = position_in_subject();
        const std::string& subject = event_.subject;
        if (subject.empty()) return stand_in("");
        if (!position) {
            return stand_in("no `subjectposition`, by which the contract says that it is ordered");
        }
        if (const HomeId home = given_.places.home_of(subject); home.value != partition_.value) {
            return stand_in(fmt::format(
                "subject {} belongs in partition {}: its producer chooses the partition otherwise "
                "than the contract says",
                subject,
                home.value
            ));
        }
        event_.position = *position;
        event_.record.key = subject;
        note(kPositionHeader, fmt::to_string(position->value));
        if (!event_.invalid.empty()) note(kInvalidHeader, event_.invalid);
    }

    [[nodiscard]] std::optional<Position> position_in_subject() const {
        if (given_.order.positions == contract::Positions::kOffset) {
            return position_at(given_.order.epoch, offset_);
        }
        const auto told = event_.record.header(kPositionHeader);
        const auto number = told ? event::parse_number(*told) : std::nullopt;
        return number ? std::optional{Position{*number}} : std::nullopt;
    }

    void stand_in(std::string why) {
        if (!why.empty()) event_.invalid = std::move(why);
        event_.subject = given_.places.stand_in(partition_, offset_);
        event_.position = position_at(given_.order.epoch, offset_);
        note(kPositionHeader, fmt::to_string(event_.position.value));
        note(kInvalidHeader, event_.invalid);
        note(kStandInHeader, event_.subject);
    }

    void note(std::string_view name, std::string_view value) {
        if (event_.record.header(name) == value) return;
        event_.record = event::with_header(std::move(event_.record), name, value);
    }

    const DomainPlan& plan_;
    const ChannelPlan& channel_;
    const GivenPlan& given_;
    PartitionId partition_;
    Offset offset_;
    GivenEvent event_;
};

}  // namespace

Position position_at(std::uint32_t epoch, Offset offset) {
    SLUICE_ASSERT(offset.value < kOffsetsMax);
    return Position{
        epoch * static_cast<std::uint64_t>(kOffsetsMax) + static_cast<std::uint64_t>(offset.value)};
}

GivenEvent read_given(const DomainPlan& plan, PartitionId partition, log::StoredRecord stored) {
    return Reading{plan, partition, std::move(stored)}.read();
}

}  // namespace sluice::runtime
