#include "runtime/dispatching/ordered_window.hpp"

#include <sluice/event.hpp>

#include "event/number.hpp"
#include "event/view.hpp"
#include "runtime/dispatching/given_event.hpp"
#include "runtime/domain/history_topic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::string_view kTypeHeader = "ce_type";
constexpr std::string_view kSubjectInvalidHeader = "ce_subjectinvalid";

Status fill_in_own(OrderedEvent& event) {
    const auto view = event::EventView::of(event.record);
    if (!view || view->type().empty()) return ok();
    const auto position = view->extension(extension::kSubjectPosition);
    const auto number = position ? event::parse_number(*position) : std::nullopt;
    if (!number || !event.record.key || event.record.key->empty()) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "offset {}: an event without a key or `subjectposition`; only Sluice may write "
                "here",
                event.offset.value
            )};
    }
    event.is_event = true;
    event.subject = *event.record.key;
    event.type = view->type();
    event.invalid = view->extension(extension::kSubjectInvalid).value_or("");
    event.position = Position{*number};
    return ok();
}

/// What somebody else has put in order.
void fill_in_given(
    OrderedEvent& event, const DomainPlan& plan, PartitionId partition, log::StoredRecord stored
) {
    GivenEvent given = read_given(plan, partition, std::move(stored));
    event.record = std::move(given.record);
    event.is_event = given.is_event;
    if (!given.is_event) return;
    const auto stand_in = event.record.header(kStandInHeader);
    event.subject = stand_in ? *stand_in : std::string_view{*event.record.key};
    event.type = event.record.header(kTypeHeader).value_or("");
    event.invalid = event.record.header(kSubjectInvalidHeader).value_or("");
    event.position = given.position;
}

}  // namespace

std::size_t OrderedBatch::index_of(Offset at) const {
    const auto found = std::lower_bound(
        events.begin(),
        events.end(),
        at,
        [](const OrderedEvent& event, Offset wanted) { return event.offset < wanted; }
    );
    return static_cast<std::size_t>(found - events.begin());
}

Result<OrderedBatchPtr> OrderedWindow::batch_at(Offset at) {
    std::unique_lock lock{mutex_};
    for (auto batch = recent_.rbegin(); batch != recent_.rend(); ++batch) {
        if ((*batch)->first <= at && at < (*batch)->end) return *batch;
    }
    if (!recent_.empty() && at < recent_.back()->end) {
        lock.unlock();  // it lags behind the window; the others shall not wait for it
        return read(at);
    }
    auto made = read(at);
    if (!made || made.value() == nullptr) return made;
    if (!recent_.empty() && recent_.back()->end != at) recent_.clear();
    recent_.push_back(made.value());
    if (recent_.size() > kBatchesMax) recent_.pop_front();
    return made;
}

Result<OrderedBatchPtr> OrderedWindow::read(Offset at) const {
    auto read = log_.read(from_, at, limits_);
    const auto place = [this] { return fmt::format("{}/{}", from_.topic, from_.partition.value); };
    if (!read && read.error().code == ErrorCode::kNotFound && !is_given()) {
        // Retention took it; it may have been brought back.
        auto back = read_brought_back(log_, from_, at, limits_);
        if (!back) return back.error().at(place());
        if (back.value()) read = std::move(*back.value());
    }
    if (!read) return read.error().at(place());
    if (read.value().next() == at) return OrderedBatchPtr{};
    auto batch = std::make_shared<OrderedBatch>();
    batch->first = at;
    batch->end = read.value().next();
    batch->events.reserve(read.value().size());
    for (log::StoredRecord& stored : read.value()) {
        OrderedEvent& event = batch->events.emplace_back();
        const Status filled = fill_in(event, std::move(stored));
        if (!filled) return filled.error().at(place());
    }
    return OrderedBatchPtr{std::move(batch)};
}

Status OrderedWindow::fill_in(OrderedEvent& event, log::StoredRecord stored) const {
    event.offset = stored.offset;
    event.bytes = stored.record.size_bytes();
    if (given_ != nullptr) {
        fill_in_given(event, *given_, from_.partition, std::move(stored));
        return ok();
    }
    event.record = std::move(stored.record);
    return fill_in_own(event);
}

}  // namespace sluice::runtime
