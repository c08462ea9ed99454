#include "log/kafka/streams.hpp"

#include "log/kafka/client.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace sluice::log::kafka {

namespace {

using SteadyClock = std::chrono::steady_clock;

Error outside(const PartitionRef& of, Offset from, const Ends& ends) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "{}/{}: offset {} is not there; it has {} to {}",
            of.topic,
            of.partition.value,
            from.value,
            ends.first.value,
            ends.high_watermark.value
        )};
}

}  // namespace

Streams::Streams(
    const KafkaLogOptions& options,
    Trouble& trouble,
    const Topics& topics,
    const Watermarks& watermarks,
    ChangeSignal& arrived
)
    : options_{options},
      trouble_{trouble},
      topics_{topics},
      watermarks_{watermarks},
      arrived_{arrived} {}

Result<Records> Streams::read(const PartitionRef& of, Offset from, const ReadLimits& limits) {
    if (const Status there = topics_.locate(of); !there) return there.error();
    Partition& from_partition = partition(of);
    const std::lock_guard lock{from_partition.mutex};
    const auto seat = seat_at(from_partition, of, from);
    if (!seat) return seat.error();
    Stream& stream = *seat.value()->stream;
    if (const Status filled = fill(from_partition, stream, of); !filled) {
        seat.value()->stream.reset();
        return filled.error();
    }
    Records taken = stream.take(limits);
    wake_if_due(*seat.value(), of);
    return taken;
}

/// Half of what may be read ahead of a partition has been taken: its client may be asleep before
/// queues that were full. Once for all partitions of the client.
void Streams::wake_if_due(Seat& seat, const PartitionRef& of) {
    Reader& reader = *seat.reader;
    const std::uint64_t taken = seat.stream->bytes_taken();
    std::uint64_t wakes = reader.wakes.load();
    if (seat.wakes != wakes) {
        seat.wakes = wakes;
        seat.taken_before = taken;
    }
    if (taken - seat.taken_before < options_.read_ahead_bytes / 2) return;
    if (!reader.wakes.compare_exchange_strong(wakes, wakes + 1)) return;
    seat.wakes = wakes + 1;
    seat.taken_before = taken;
    wake_reader(reader.client.get(), topics_.on_broker(of.topic), of.partition);
}

void Streams::written(const PartitionRef& to, Offset next) {
    std::atomic<std::int64_t>& end = partition(to).known_end;
    std::int64_t known = end.load();
    while (known < next.value && !end.compare_exchange_weak(known, next.value)) {
    }
}

std::uint64_t Streams::wakes() const {
    std::uint64_t sum = 0;
    for (const Reader& reader : readers_) sum += reader.wakes.load();
    return sum;
}

Streams::Partition& Streams::partition(const PartitionRef& of) {
    const std::lock_guard lock{mutex_};
    std::unique_ptr<Partition>& found = partitions_[of];
    if (!found) found = std::make_unique<Partition>();
    return *found;
}

/// The client of that seat, when it has heard of the partition.
Result<rd_kafka_t*> Streams::client(std::size_t seat, const PartitionRef& of) {
    Reader& reader = readers_.at(seat);
    {
        const std::lock_guard lock{mutex_};
        if (!reader.client) {
            auto made = make_reader(options_, trouble_);
            if (!made) return made.error();
            reader.client = std::move(made.value());
        }
        const auto heard = reader.heard_of.find(of.topic);
        if (heard != reader.heard_of.end() && of.partition < heard->second) {
            return reader.client.get();
        }
    }
    rd_kafka_t* const client = reader.client.get();  // once made, it stays
    const std::string topic = topics_.on_broker(of.topic);
    const TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
    const auto error = look_up(client, handle.get(), options_.answer);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, "read " + topic);
    const std::lock_guard lock{mutex_};
    reader.heard_of[of.topic] = std::max(reader.heard_of[of.topic], of.partition.next());
    return client;
}

Result<Streams::Seat*> Streams::seat_at(Partition& partition, const PartitionRef& of, Offset from) {
    std::size_t oldest = 0;
    for (std::size_t i = 0; i < kSeats; ++i) {
        Seat& seat = partition.seats.at(i);
        if (seat.stream && seat.stream->covers(from)) {
            seat.used = ++partition.turns;
            return &seat;
        }
        if (seat.used < partition.seats.at(oldest).used) oldest = i;
    }
    const auto ends = watermarks_.ends(of);
    if (!ends) return ends.error();
    if (from < ends.value().first || from > ends.value().high_watermark) {
        return outside(of, from, ends.value());
    }
    Seat& seat = partition.seats.at(oldest);
    seat.stream.reset();
    const auto reader = client(oldest, of);
    if (!reader) return reader.error();
    auto opened =
        Stream::open(reader.value(), topics_.on_broker(of.topic), of.partition, from, arrived_);
    if (!opened) return opened.error();
    seat.stream = std::move(opened.value());
    seat.reader = &readers_.at(oldest);
    seat.wakes = seat.reader->wakes.load();
    seat.taken_before = 0;
    seat.used = ++partition.turns;
    written(of, ends.value().committed);
    return &seat;
}

/// Until something is ready, or nothing is known to come. What lies behind a transaction that is
/// still open counts as to come later.
Status Streams::fill(Partition& partition, Stream& stream, const PartitionRef& of) {
    constexpr std::chrono::milliseconds kSlice{50};
    constexpr std::chrono::milliseconds kMarkers{300};  // a commit is answered before all see it
    const auto begun = SteadyClock::now();
    const auto deadline = begun + options_.answer;
    std::chrono::milliseconds patience{0};
    while (true) {
        if (Status received = stream.receive(patience); !received) return received;
        std::int64_t known = partition.known_end.load();
        if (stream.is_ready() || stream.fetched().value >= known) return ok();
        if (SteadyClock::now() > deadline) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format(
                    "read {}/{}: nothing came from offset {} on; {}",
                    of.topic,
                    of.partition.value,
                    stream.fetched().value,
                    trouble_.last()
                )};
        }
        if (patience.count() > 0 && SteadyClock::now() >= begun + kMarkers) {
            const auto visible = watermarks_.committed(of);
            if (!visible) return visible.error();
            if (stream.fetched() >= visible.value()) {
                partition.known_end.compare_exchange_strong(known, stream.fetched().value);
                return ok();
            }
        }
        patience = kSlice;
    }
}

}  // namespace sluice::log::kafka
