#include "log/kafka/engine.hpp"

#include "base/clock.hpp"
#include "log/checks.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/named_log.hpp"
#include "log/kafka/remove.hpp"
#include "log/kafka/snapshot_load.hpp"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <utility>

namespace sluice::log {

namespace kafka {

namespace {

/// How long somebody who looks at a group's state waits for one who restores it.
constexpr std::chrono::seconds kLookPatience{5};

class KafkaMembership final : public Membership {
public:
    explicit KafkaMembership(Group& group) : group_{group} {}

    ~KafkaMembership() override { group_.leave(); }

    KafkaMembership(const KafkaMembership&) = delete;
    KafkaMembership& operator=(const KafkaMembership&) = delete;

    [[nodiscard]] Share share() const override { return group_.share(); }

    [[nodiscard]] std::uint64_t round() const override { return group_.round(); }

private:
    Group& group_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const KafkaLogOptions& options) {
    std::unique_ptr<Engine> engine{new Engine{options}};
    if (const Status opened = engine->open_all(); !opened) return opened.error();
    return engine;
}

Status Engine::open_all() {
    if (options_.cache.empty()) {
        return Error{ErrorCode::kInvalidArgument, "a log on Kafka needs a directory for its cache"};
    }
    auto cache = Cache::open(options_.cache);
    if (!cache) return cache.error();
    cache_ = std::move(cache.value());
    auto raw = make_asker(options_, trouble_, /*committed_only=*/false);
    if (!raw) return raw.error();
    raw_ = std::move(raw.value());
    if (const Status reached = reach(); !reached) return reached;
    auto committed = make_asker(options_, trouble_, /*committed_only=*/true);
    if (!committed) return committed.error();
    committed_ = std::move(committed.value());
    topics_ = std::make_unique<Topics>(raw_.get(), options_);
    watermarks_ = std::make_unique<Watermarks>(*topics_, raw_.get(), committed_.get(), options_);
    retention_ = std::make_unique<Retention>(raw_.get(), options_, trouble_, *topics_);
    streams_ = std::make_unique<Streams>(options_, trouble_, *topics_, *watermarks_, changed_);
    names_ = std::make_unique<NamesBook>(options_, *topics_, *watermarks_, *streams_);
    if (const Status named = names_->open(); !named) return named;
    auto producer = Producer::open(options_, trouble_, *topics_);
    if (!producer) return producer.error();
    producer_ = std::move(producer.value());
    snapshots_ = std::make_unique<SnapshotWriter>(options_, *topics_, *producer_);
    return ok();
}

/// Whether any broker answers. Brokers that are just starting are waited for, not for long: whoever
/// opens the log knows better whether to go on trying.
Status Engine::reach() const {
    const auto error = ask_again(options_.reach, [&](int timeout_ms) {
        const rd_kafka_metadata_t* told = nullptr;
        const auto answer = rd_kafka_metadata(raw_.get(), 0, nullptr, &told, timeout_ms);
        if (told != nullptr) rd_kafka_metadata_destroy(told);
        return answer;
    });
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return ok();
    const std::string last = trouble_.last();
    return Error{
        code_of(error),
        fmt::format(
            "no Kafka broker answers at {} within {} s: {}; `sluice doctor` says what stands in "
            "the way",
            options_.cluster.bootstrap,
            std::chrono::duration<double>{options_.reach}.count(),
            last.empty() ? rd_kafka_err2str(error) : last
        )};
}

Status Engine::create_topic(const TopicSpec& spec) {
    return topics_->create(spec, kept_topic(options_));
}

Result<std::optional<TopicSpec>> Engine::topic(std::string_view name) const {
    return topics_->look(name);
}

Result<std::vector<TopicSpec>> Engine::topics() const {
    auto all = topics_->all();
    if (!all) return all;
    std::erase_if(all.value(), [](const TopicSpec& topic) { return topic.name == kNamesTopic; });
    return all;
}

Result<Ends> Engine::ends(const PartitionRef& of) const {
    auto ends = watermarks_->ends(of);
    if (ends) streams_->written(of, ends.value().committed);
    return ends;
}

Result<Records> Engine::read(const PartitionRef& of, Offset from, const ReadLimits& limits) const {
    return streams_->read(of, from, limits);
}

Result<std::vector<Offset>> Engine::publish(std::vector<Append> appends) {
    const Status valid = validate(appends, options_.record_bytes_max);
    if (!valid) return valid.error();
    for (const Append& append : appends) {
        if (const Status there = topics_->locate(append.to); !there) return there.error();
    }
    auto offsets = producer_->publish(appends);
    if (!offsets) return offsets.error();
    std::size_t at = 0;
    for (const Append& append : appends) {
        at += append.records.size();
        streams_->written(append.to, offsets.value()[at - 1].next());
    }
    changed_.bump();
    return offsets;
}

Group& Engine::group(std::string_view name) const {
    const std::lock_guard lock{groups_mutex_};
    const auto found = groups_.find(name);
    if (found != groups_.end()) return *found->second;
    const std::string key{name};
    auto made = std::make_unique<Group>(options_, trouble_, *topics_, changed_, key);
    return *groups_.emplace(key, std::move(made)).first->second;
}

Parts Engine::parts() const {
    return {options_, *topics_, *watermarks_, *streams_, *cache_, changed_, *snapshots_, *names_};
}

Result<std::unique_ptr<Membership>> Engine::join(const GroupSpec& spec) {
    if (const Status valid = validate_group(spec.name); !valid) return valid.error();
    const auto topic = topics_->find(spec.home_topic);
    if (!topic) return topic.error();
    if (!topic.value()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("group {}: there is no topic {}", spec.name, spec.home_topic)};
    }
    if (const Status named = names_->ensure(); !named) return named.error();
    Group& joined = group(spec.name);
    if (const Status done = joined.join(spec); !done) return done.error();
    return std::unique_ptr<Membership>{std::make_unique<KafkaMembership>(joined)};
}

Result<std::unique_ptr<GroupHold>> Engine::hold(const GroupSpec& spec) {
    if (const Status valid = validate_group(spec.name); !valid) return valid.error();
    if (const Status named = names_->ensure(); !named) return named.error();
    return GroupHold::open(options_, trouble_, *topics_, *watermarks_, group(spec.name), spec);
}

/// Groups first, as long as the topics tell how many homes they had. One whose members are still
/// remembered is not deleted: nobody asks for it, and the brokers forget it.
Status Engine::remove(const std::set<std::string>& topics, const std::set<std::string>& groups) {
    std::set<std::string> all = topics;
    for (const std::string& name : groups) {
        const auto state = topics_->look(state_topic(name));
        if (!state) return state.error();
        const std::uint32_t homes = state.value() ? state.value()->partitions : 0;
        for (HomeId home{0}; home.value < homes; home = home.next()) {
            if (Status gone = cache_->home(name, home).clear(); !gone) return gone;
        }
        all.insert(state_topic(name));
        all.insert(snapshot_topic(name));
    }
    ClientMaker maker{options_, trouble_};
    maker.set("group.id", options_.prefix + std::string{kNamesTopic});
    const auto asker = maker.make(RD_KAFKA_CONSUMER);
    if (!asker) return asker.error();
    if (Status gone = remove_groups(asker.value().get(), options_, groups); !gone) return gone;
    return remove_topics(raw_.get(), options_, all);
}

Result<std::unique_ptr<Lease>> Engine::take(std::string_view name, std::vector<HomeId> homes) {
    if (const Status valid = validate_group(name); !valid) return valid.error();
    if (const Status valid = validate_homes(homes); !valid) return valid.error();
    return KafkaLease::open(parts(), group(name), std::move(homes));
}

Result<std::optional<Offset>> Engine::consumed_by(std::string_view name, const PartitionRef& from)
    const {
    if (const Status there = topics_->locate(from); !there) return there.error();
    return group(name).offsets().recent(from);
}

Result<Entries> Engine::peek(
    std::string_view name, HomeId home, Table table, std::string_view from, std::size_t limit
) const {
    Group& peeked = group(name);
    if (!peeked.is_held(home)) {
        if (const Status done = catch_up(peeked, home, table.restore); !done) return done.error();
    }
    return cache_->home(name, home).scan(table, from, limit);
}

/// Of a home that no lease of this process holds: what its owner has written meanwhile; of tables
/// that are a fold, the owner's last snapshot.
Status Engine::catch_up(Group& peeked, HomeId home, Restore what) const {
    const std::unique_lock restoring{peeked.restoring(), kLookPatience};
    if (!restoring.owns_lock()) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "the state of group {} is being restored: try again in a moment", peeked.name()
            )};
    }
    if (peeked.is_held(home)) return ok();
    const auto topic = topics_->find(peeked.state_topic());
    if (!topic) return topic.error();
    if (!topic.value()) return ok();
    const PartitionRef state{
        topic.value()->name, PartitionId{home.value % topic.value()->partitions}};
    auto ends = watermarks_->ends(state);
    if (!ends) return ends.error();
    ends.value().high_watermark = ends.value().committed;  // what is pending may come to nothing
    auto copy = cache_->home(peeked.name(), home);
    const RestoreNews news{peeked.name(), home, options_.notice};
    const auto restored =
        restore_home(*streams_, state, ends.value(), copy, SystemClock{}.now(), news);
    if (!restored || what != Restore::kFold) return restored ? ok() : Status{restored.error()};
    const SnapshotPlace place = snapshot_place(peeked, home, topic.value()->partitions);
    return restore_folds(*streams_, place.partition, copy, news);
}

Status Engine::trim(const PartitionRef& of, Offset below) {
    const auto ends = watermarks_->ends(of);
    if (!ends) return ends.error();
    if (below <= ends.value().first) return ok();
    if (below > ends.value().committed) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "trim {}/{} below {}: it ends at {}",
                of.topic,
                of.partition.value,
                below.value,
                ends.value().committed.value
            )};
    }
    Status unneeded = retention_->nobody_needs(of, below);
    if (!unneeded) return unneeded;
    return topics_->delete_below(of, below);
}

}  // namespace kafka

Result<std::unique_ptr<Log>> open_kafka_log(const KafkaLogOptions& options) {
    auto engine = kafka::Engine::open(options);
    if (!engine) return engine.error();
    if (engine.value()->names().now()->is_plain()) {
        return std::unique_ptr<Log>{std::move(engine.value())};
    }
    return std::unique_ptr<Log>{std::make_unique<kafka::NamedLog>(std::move(engine.value()))};
}

Result<std::unique_ptr<ReplacingLog>> open_kafka_to_replace(KafkaLogOptions options) {
    options.static_member = false;
    options.cluster.snapshots = {0, Milliseconds{0}};
    auto engine = kafka::Engine::open(options);
    if (!engine) return engine.error();
    return std::unique_ptr<ReplacingLog>{
        std::make_unique<kafka::NamedLog>(std::move(engine.value()))};
}

}  // namespace sluice::log
