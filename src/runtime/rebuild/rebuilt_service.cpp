#include "runtime/rebuild/rebuilt_service.hpp"

#include "deliver/handler_sink.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/rebuild/rebuild_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace sluice::runtime {

using rebuild::Generation;
using rebuild::Phase;

namespace {

constexpr Milliseconds kNotedEvery{1'000};

/// What the book says of a generation, as the wish that made it.
RebuildWish wish_of(const ReadModel& model) {
    RebuildWish wish;
    wish.into = model.name;
    wish.since = model.since;
    wish.effective = model.effective;
    wish.events_per_second_max = model.phase == "live" ? 0 : model.events_per_second_max;
    return wish;
}

}  // namespace

Status RebuiltService::open() {
    if (Status can = can_be_rebuilt(); !can) return can.error().at(options_.name);
    try {
        if (Status opened = open_book(); !opened) return opened.error().at(options_.name);
        for (const ReadModel& model : book_->all()) {
            if (model.phase == to_string(Phase::kDropped)) {
                const Status gone = engine_.remove_subscription(options_.domain, model.name);
                if (!gone) return gone;
                remove_files(model.name);
                continue;
            }
            auto made = prepare(model.name, wish_of(model));
            if (!made) return made.error();
            const Status fed = engine_.add_subscription(options_.domain, std::move(made.value()));
            if (!fed) return fed;
        }
    } catch (const SqlError& error) {
        return Error{ErrorCode::kUnavailable, fmt::format("{}: {}", options_.name, error.what())};
    }
    let_act();
    return ok();
}

/// What a rebuild reads again, and from when, are facts that a sequencer writes.
Status RebuiltService::can_be_rebuilt() const {
    const auto& domains = engine_.domains();
    const bool given = std::any_of(domains.begin(), domains.end(), [this](const auto& one) {
        return one->plan.name == options_.domain && one->plan.given;
    });
    if (!given) return ok();
    return Error{
        ErrorCode::kUnsupported,
        fmt::format(
            "domain {} has no sequencer, and its topic is somebody else's: read models of it are "
            "not rebuilt beside the live one; add the service itself, under a new name",
            options_.domain
        )};
}

Status RebuiltService::open_book() {
    auto book = store::GenerationBook::make(options_.sqlite_file, options_.name, clock_.now());
    if (!book) return book.error();
    book_ = std::make_unique<store::GenerationBook>(std::move(book.value()));
    auto generations = book_->generations();
    if (!generations) return generations.error();
    generations_ = std::move(generations.value());
    return ok();
}

Result<Service> RebuiltService::service_of(const std::string& name, const RebuildWish& made_by)
    const {
    try {
        return options_.make({name, made_by.effective}).under(name);
    } catch (const std::exception& error) {  // the user's code
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("service {} cannot be made for {}: {}", options_.name, name, error.what())};
    }
}

Result<Subscription> RebuiltService::prepare(const std::string& name, const RebuildWish& made_by) {
    const auto start = RebuildStart::parse(made_by.since);
    if (!start) return start.error();
    auto service = service_of(name, made_by);
    if (!service) return service.error();
    auto fed = std::make_unique<Fed>(file_of(name));
    fed->dated = service.value().dated();
    fed->has_effects = !service.value().effects().empty();
    const cast::Asked versions = service.value().versions();
    deliver::HandlerSink::Options options;
    options.domain = options_.domain;
    options.acts = &fed->acts;
    auto sink = deliver::HandlerSink::open(
        std::move(service.value()), fed->database, clock_, std::move(options)
    );
    if (!sink) return sink.error();
    Subscription subscription;
    subscription.name = name;
    auto cast = in_versions(std::move(sink).value(), versions, options_.casts);
    if (!cast) return cast.error().at(fmt::format("service {}", name));
    subscription.sink = std::move(cast).value();
    fed->begin = begin_at(engine_.log(), options_.domain, start.value());
    subscription.begin = fed->begin;
    subscription.events_per_second = made_by.events_per_second_max;
    fed_.insert_or_assign(name, std::move(fed));
    return subscription;
}

std::shared_ptr<SubscriptionEntry> RebuiltService::entry(std::string_view name) const {
    for (const auto& domain : engine_.domains()) {
        if (domain->plan.name != options_.domain) continue;
        for (const auto& one : domain->runner->entries()) {
            if (one->subscription.name == name) return one;
        }
    }
    return nullptr;
}

std::string RebuiltService::file_of(const std::string& name) const {
    return store::GenerationBook::file_of(options_.sqlite_file, options_.name, name);
}

/// What an open session still writes goes with it.
void RebuiltService::remove_files(const std::string& name) const {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"})
        std::filesystem::remove(file_of(name) + end, ignored);
}

void RebuiltService::let_act() {
    for (auto& [name, fed] : fed_) fed->acts = name == generations_.live().name;
}

Status RebuiltService::look(const std::stop_token& stop) {
    try {
        if (const auto wish = book_->next_wish()) {
            if (Status done = carry_out(*wish, stop); !done) return done;
        }
        return note_progress(clock_.now());
    } catch (const SqlError& error) {
        if (error.kind() == SqlError::Kind::kBusy) return ok();  // the next look
        return Error{
            ErrorCode::kIo,
            fmt::format(
                "{}: {}", store::GenerationBook::path_of(options_.sqlite_file), error.what()
            )};
    }
}

Status RebuiltService::note_progress(Instant now) {
    if (generations_.all().size() == 1) return ok();
    if (now >= noted_at_ && now - noted_at_ < kNotedEvery) return ok();
    noted_at_ = now;
    rebuild::Generations next = generations_;
    for (const Generation& one : generations_.all()) {
        const auto found = fed_.find(one.name);
        const auto running = entry(one.name);
        if (one.phase == Phase::kDropped || found == fed_.end() || !running) continue;
        const auto way = way_of(one.name);
        if (!way) return way.error();
        const auto progress = found->second->meter.look(way.value().read, way.value().left, now);
        book_->note(one.name, progress, running->probe.parked_now, now);
        if (one.phase != Phase::kFilling || !has_begun(*running)) continue;
        const auto there = is_near_the_live_one(one.name);
        if (!there) return there.error();
        if (there.value()) {
            if (Status filled = next.filled(one.name); !filled) return filled;
        }
    }
    if (next.all() == generations_.all()) return ok();
    book_->settle(next, std::nullopt, {}, now);
    generations_ = std::move(next);
    return ok();
}

Result<RebuiltService::Way> RebuiltService::way_of(const std::string& name) const {
    Way way;
    const auto running = entry(name);
    const auto found = fed_.find(name);
    if (!running || found == fed_.end()) return way;
    for (HomeId home{0}; home.value < running->read.size(); home = home.next()) {
        const PartitionId partition{home.value};
        const auto ends = engine_.log().ends({ordered_topic(options_.domain), partition});
        if (!ends) return ends.error();
        const auto begun = found->second->begin(home, ends.value());
        if (!begun) return begun.error();
        const std::int64_t end = ends.value().committed.value;
        const std::int64_t at =
            std::clamp(running->read[home.value].load(), begun.value().value, end);
        way.read += static_cast<std::uint64_t>(at - begun.value().value);
        way.left += static_cast<std::uint64_t>(end - at);
    }
    return way;
}

/// Where the live one itself lags, nobody can be nearer to the head than that.
Result<bool> RebuiltService::is_near_the_live_one(const std::string& name) const {
    const auto way = way_of(name);
    if (!way) return way.error();
    const std::string& live_name = generations_.live().name;
    const auto running = entry(live_name);
    if (!running || !has_begun(*running)) return false;
    const auto live = way_of(live_name);
    if (!live) return live.error();
    return way.value().left <= live.value().left + rebuild::kCaughtUpEvents;
}

}  // namespace sluice::runtime
