#include "log/embedded/engine.hpp"

#include "log/checks.hpp"
#include "log/embedded/mark.hpp"
#include "log/embedded/replace_job.hpp"

namespace sluice::log {

namespace {

/// No other process has the log.
class Alone final : public Hold {
public:
    [[nodiscard]] Status check() const override { return ok(); }
};

}  // namespace

Engine::Engine(EmbeddedOptions options, Opened opened)
    : options_{std::move(options)},
      opened_{std::move(opened)},
      reader_{*opened_.store, *opened_.health},
      published_{*opened_.store},
      writer_{
          *opened_.store,
          options_,
          opened_.report.last_group,
          *opened_.health,
          published_,
          changes_,
          probe_} {}

Engine::~Engine() {
    const std::uint64_t last = writer_.close();
    // What is not synced, or not known to be, must not be counted on. Without the mark the next
    // opening judges as after a crash: less sharply, never wrongly.
    if (options_.durability == Durability::kFsync && opened_.health->check()) {
        static_cast<void>(mark_store(*opened_.store, last, *opened_.health));
    }
}

Parts Engine::parts() {
    return Parts{options_, *opened_.catalog, writer_, reader_, *opened_.health};
}

Result<Located> Engine::locate(const PartitionRef& ref) const {
    if (const Status healthy = opened_.health->check(); !healthy) return healthy.error();
    return opened_.catalog->locate(ref);
}

Status Engine::create_topic(const TopicSpec& spec) {
    if (Status valid = validate(spec); !valid) return valid;
    CreateTopicJob job{*opened_.catalog, spec};
    return writer_.submit(job);
}

Result<std::optional<TopicSpec>> Engine::topic(std::string_view name) const {
    if (const Status healthy = opened_.health->check(); !healthy) return healthy.error();
    const Topic* found = opened_.catalog->find(name);
    if (found == nullptr) return std::optional<TopicSpec>{};
    return std::optional{found->spec};
}

Result<std::vector<TopicSpec>> Engine::topics() const {
    if (const Status healthy = opened_.health->check(); !healthy) return healthy.error();
    return opened_.catalog->topics();
}

Result<Ends> Engine::ends(const PartitionRef& of) const {
    const Result<Located> located = locate(of);
    if (!located) return located.error();
    return located.value().ends().load();
}

Result<Records> Engine::read(const PartitionRef& of, Offset from, const ReadLimits& limits) const {
    const Result<Located> located = locate(of);
    if (!located) return located.error();
    return reader_.read(*located, from, limits);
}

Result<std::vector<Offset>> Engine::publish(std::vector<Append> appends) {
    if (const Status healthy = opened_.health->check(); !healthy) return healthy.error();
    if (const Status valid = validate(appends, options_.record_bytes_max); !valid)
        return valid.error();
    WriteJob job{nullptr};
    if (const Status encoded = job.encode_appends(*opened_.catalog, appends); !encoded) {
        return encoded.error();
    }
    return submit_write(parts(), job);
}

Result<std::unique_ptr<Lease>> Engine::take(std::string_view group, std::vector<HomeId> homes) {
    if (const Status valid = validate_group(group); !valid) return valid.error();
    if (const Status valid = validate_homes(homes); !valid) return valid.error();
    TakeJob job{*opened_.catalog, tenures_, group, homes};
    if (const Status taken = writer_.submit(job); !taken) return taken.error();
    std::unique_ptr<Lease> lease =
        std::make_unique<EmbeddedLease>(parts(), job.group(), std::move(homes), job.tenure());
    return lease;
}

Result<std::optional<Offset>> Engine::consumed_by(std::string_view group, const PartitionRef& from)
    const {
    const Result<Located> located = locate(from);
    if (!located) return located.error();
    const std::optional<GroupId> id = opened_.catalog->find_group(group);
    if (!id) return std::optional<Offset>{};
    const Published::View view = published_.view();
    return reader_.consumed(*id, located.value().place(), view->snapshot());
}

Result<Entries> Engine::peek(
    std::string_view group, HomeId home, Table table, std::string_view from, std::size_t limit
) const {
    if (const Status healthy = opened_.health->check(); !healthy) return healthy.error();
    const std::optional<GroupId> id = opened_.catalog->find_group(group);
    if (!id) return Entries{};
    const Published::View view = published_.view();
    return reader_.scan(*id, home, table, from, limit, view->snapshot());
}

Status Engine::trim(const PartitionRef& of, Offset below) {
    const Result<Located> located = locate(of);
    if (!located) return located.error();
    TrimJob job{*opened_.catalog, reader_, *located, below};
    return writer_.submit(job);
}

Result<std::unique_ptr<Hold>> Engine::hold(const GroupSpec& group) {
    if (const Status valid = validate_group(group.name); !valid) return valid.error();
    return std::unique_ptr<Hold>{std::make_unique<Alone>()};
}

Status Engine::replace(const Replacement& what) {
    for (const auto& [now, then] : what.topics) {
        if (Status valid = validate(TopicSpec{then, 1}); !valid) return valid;
    }
    for (const auto& [now, then] : what.groups) {
        if (Status valid = validate_group(then); !valid) return valid;
    }
    ReplaceJob job{*opened_.catalog, what};
    return writer_.submit(job);
}

}  // namespace sluice::log
