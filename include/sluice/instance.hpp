#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>
#include <sluice/service.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct InstanceOptions {
    std::string directory;  ///< of the embedded log; made when it is not there. On Kafka: of a copy
                            ///< of the state, which may be lost
    std::string kafka{};    ///< "kafka://host:9092,other:9092": the log is there; empty: embedded
    std::string kafka_prefix{};    ///< in front of every name on the brokers
    std::string name{"sluice"};    ///< of this process, among those that share the work on Kafka
    std::uint32_t threads{1};      ///< that sequence, per domain: 1 to its home partitions
    bool survive_power_cut{true};  ///< false, for tests and measurements: survives kill -9 only
    Milliseconds sweep_interval{1'000};  ///< proofs of gaps begin no more often
    /// What casts events to the versions that services ask for, in a process of its own for each of
    /// them: the `sluice` of this version, by its path or found by PATH. Not started where no
    /// service asks.
    std::vector<std::string> jq_worker{"sluice", "jq-worker"};
    Milliseconds cast_max{1'000};  ///< an event whose casts take longer, twice, is dead
};

/// Where an event lies, durably.
struct Published {
    std::string topic;
    std::uint32_t partition{};
    std::int64_t offset{};

    bool operator==(const Published&) const = default;
};

/// What has happened since the instance was opened; `_now` as it is now. Over all domains.
struct InstanceCounts {
    std::uint64_t released{};   ///< events written to an ordered topic
    std::uint64_t delivered{};  ///< handled, over all services
    std::uint64_t waited{};     ///< released after they had waited
    std::uint64_t waiting_now{};
    std::uint64_t waiting_max{};    ///< the most that waited at one time
    std::uint64_t waited_ms_max{};  ///< the longest wait of a released event
    std::uint64_t duplicates{};
    std::uint64_t conflicts{};
    std::uint64_t late{};
    std::uint64_t aside{};          ///< unreadable and flooded; late ones are counted above
    std::uint64_t invalid{};        ///< released, marked as against their contract
    std::uint64_t repartitioned{};  ///< took the detour to their home
    std::uint64_t gaps_skipped{};
    std::uint64_t gaps_parked{};
    std::uint64_t sweeps{};
    std::uint64_t retried{};
    std::uint64_t parked_now{};    ///< subjects, over all services
    std::uint64_t retrying_now{};  ///< the same

    bool operator==(const InstanceCounts&) const = default;
};

/// Sluice in your process: the log, the sequencers of your domains and your
/// services.
///
///     auto sluice = Instance::open({.directory = "data"});
///     sluice->add_domain("order.yaml");
///     sluice->add_service("order", sales(), "sales.sqlite");
///     sluice->start();
///     sluice->publish(events);
///
/// Threads:  `add_…` before `start`, from one thread; all else from any.
/// Failure:  Status and Result, as said at each. After `failure()` the process should end and start
/// again: what
///           was acknowledged is on disk.
/// Limits:   one process per directory; on Kafka any number with one prefix, each with its own
/// name,
///           share the work.
class Instance {
public:
    /// Opens the directory. kUnavailable: another process has it. kCorrupt: stored data is damaged;
    /// nothing was changed.
    [[nodiscard]] static Result<std::unique_ptr<Instance>> open(const InstanceOptions& options);

    ~Instance();  ///< stops
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// Takes a contract (AsyncAPI 3 with `x-sluice`) from a file. kNotFound: no such file.
    /// kBadConfig names file, line and what is allowed; kConflict a topic that is there with
    /// another count of partitions.
    [[nodiscard]] Status add_domain(const std::string& contract_file);

    /// The same from text; `name` stands for the file in messages.
    [[nodiscard]] Status add_domain_text(std::string_view contract, const std::string& name);

    /// Lets the service handle the domain's events, its effects and its progress in one database:
    /// a file of SQLite ("FILE" or "sqlite:FILE"), "postgresql://USER@HOST:PORT/DATABASE" or
    /// "mysql://USER@HOST:PORT/DATABASE" (docs/reference/databases.md). kBadConfig says what is
    /// wrong with it; kUnavailable: the server is away. A service may take part in several domains;
    /// services that share a file are called one at a time. A version that it asks for must be the
    /// contract's, with casts from every other one, which are tried here on samples: kBadConfig;
    /// kUnavailable: `jq_worker` cannot be started.
    [[nodiscard]] Status add_service(
        std::string_view domain, const Service& service, const std::string& database
    );

    /// The same for a read model that can be rebuilt beside the live one, by whoever asks for it
    /// (sluice/rebuild.hpp): `make` is called for the first filling, `name`, and for each rebuild.
    /// Each filling is a file: the database has to be one of SQLite, and this service's alone.
    [[nodiscard]] Status add_service(
        std::string_view domain,
        const std::string& name,
        ServiceOf make,
        const std::string& database
    );

    /// Publishes events, by type to their channels. As many answers as events: one that is refused
    /// leaves nothing behind, the others are durable. Several events are one write: publish in
    /// batches.
    [[nodiscard]] std::vector<Result<Published>> publish(std::span<const Event> events);

    [[nodiscard]] Status start();

    /// Until all that was published before has been sequenced and handled, or waits, or is parked.
    /// False when it is not so within `timeout`.
    [[nodiscard]] bool wait_until_idle(Milliseconds timeout);

    /// Finishes what is in flight, writes it down and ends all threads. Safe to repeat. Answers
    /// `failure`.
    Status stop();

    /// Why it had to stop by itself, if it had to.
    [[nodiscard]] Status failure() const;

    [[nodiscard]] InstanceCounts counts() const;

private:
    struct Impl;
    explicit Instance(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice
