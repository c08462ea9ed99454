#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/stream.hpp"
#include "log/kafka/watermarks.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace sluice::log::kafka {

/// Reads partitions at any place: goes on where a stream already reads, else begins a new one in
/// place of the one that was used least lately. So a reader that goes on pays for no seek, and
/// several may read one partition at different places.
/// Threads:  any; who reads where another is reading waits for it, nobody else does.
/// Lifetime: the rest of the log outlives it.
/// Limits:   `kSeats` streams per partition, each with what a client reads ahead.
class Streams {
public:
    static constexpr std::size_t kSeats = 4;

    Streams(
        const KafkaLogOptions& options,
        Trouble& trouble,
        const Topics& topics,
        const Watermarks& watermarks,
        ChangeSignal& arrived
    );

    /// As Log::read. Waits only for what is known to be there, and not even for that unless the
    /// limits say so.
    [[nodiscard]] Result<Records> read(
        const PartitionRef& of, Offset from, const ReadLimits& limits
    );

    /// This process has written there: whoever reads from now on sees it.
    void written(const PartitionRef& to, Offset next);

    /// How often a client was told to fetch on, since much was taken of what it had read ahead.
    [[nodiscard]] std::uint64_t wakes() const;

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    struct Reader {
        ClientHandle client;
        std::map<std::string, PartitionId> heard_of;  ///< of each topic: those below
        std::atomic<std::uint64_t> wakes{0};          ///< wake_reader was called so often
    };

    struct Seat {
        std::optional<Offset> reading;  ///< somebody does, from there on; all else here is theirs
        std::unique_ptr<Stream> stream;
        std::uint64_t used{0};
        std::optional<SteadyTime> behind_since;  ///< more is known to be there than has come
        std::uint32_t looks{0};                  ///< at the brokers' watermarks since
        Reader* reader{nullptr};        ///< its stream's
        std::uint64_t wakes{0};         ///< of the reader, as they were seen last
        std::uint64_t taken_before{0};  ///< of the stream, then
    };

    struct Partition {
        std::mutex mutex;
        std::condition_variable freed;  ///< a seat
        std::array<Seat, kSeats> seats;
        std::uint64_t turns{0};
        std::atomic<std::int64_t> known_end{0};  ///< there are records below it
    };

    [[nodiscard]] Partition& partition(const PartitionRef& of);
    [[nodiscard]] Result<rd_kafka_t*> client(std::size_t seat, const PartitionRef& of);
    [[nodiscard]] static Seat& seat_at(Partition& partition, Offset from);
    static void leave(Partition& partition, Seat& seat);
    [[nodiscard]] Result<Records> read_at(
        Partition& partition,
        Seat& seat,
        const PartitionRef& of,
        Offset from,
        const ReadLimits& limits
    );
    [[nodiscard]] Status open(
        Partition& partition, Seat& seat, const PartitionRef& of, Offset from
    );
    [[nodiscard]] Status fill(Partition& partition, Seat& seat, const PartitionRef& of, bool waits);
    void wake_if_due(Seat& seat, const PartitionRef& of);

    const KafkaLogOptions& options_;
    Trouble& trouble_;
    const Topics& topics_;
    const Watermarks& watermarks_;
    ChangeSignal& arrived_;
    std::mutex mutex_;

    std::array<Reader, kSeats> readers_;  // their clients outlive the streams
    std::map<PartitionRef, std::unique_ptr<Partition>> partitions_;
};

}  // namespace sluice::log::kafka
