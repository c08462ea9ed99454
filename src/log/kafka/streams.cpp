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
    Seat& seat = seat_at(from_partition, from);
    Result<Records> taken = read_at(from_partition, seat, of, from, limits);
    leave(from_partition, seat);
    return taken;
}

/// Where `from` is read on, else the one that was used least lately.
Streams::Seat& Streams::seat_at(Partition& partition, Offset from) {
    std::unique_lock lock{partition.mutex};
    Seat* found = nullptr;
    const auto look = [&] {
        Seat* oldest = nullptr;
        for (Seat& seat : partition.seats) {
            if (seat.reading == from) return false;  // it may go on where that one ends
            if (seat.reading) continue;
            if (seat.stream && seat.stream->covers(from)) {
                found = &seat;
                return true;
            }
            if (oldest == nullptr || seat.used < oldest->used) oldest = &seat;
        }
        found = oldest;
        return found != nullptr;
    };
    partition.freed.wait(lock, look);
    found->reading = from;
    found->used = ++partition.turns;
    return *found;
}

void Streams::leave(Partition& partition, Seat& seat) {
    {
        const std::lock_guard lock{partition.mutex};
        seat.reading.reset();
    }
    partition.freed.notify_all();
}

Result<Records> Streams::read_at(
    Partition& partition, Seat& seat, const PartitionRef& of, Offset from, const ReadLimits& limits
) {
    if (!seat.stream || !seat.stream->covers(from)) {
        if (const Status opened = open(partition, seat, of, from); !opened) return opened.error();
    }
    if (const Status filled = fill(partition, seat, of, limits.waits); !filled) {
        seat.stream.reset();
        return filled.error();
    }
    Records taken = seat.stream->take(limits);
    wake_if_due(seat, of);
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

Status Streams::open(Partition& partition, Seat& seat, const PartitionRef& of, Offset from) {
    seat.stream.reset();
    seat.behind_since.reset();
    const auto ends = watermarks_.ends(of);
    if (!ends) return ends.error();
    if (from < ends.value().first || from > ends.value().high_watermark) {
        return outside(of, from, ends.value());
    }
    const auto number = static_cast<std::size_t>(&seat - partition.seats.data());
    const auto reader = client(number, of);
    if (!reader) return reader.error();
    auto opened =
        Stream::open(reader.value(), topics_.on_broker(of.topic), of.partition, from, arrived_);
    if (!opened) return opened.error();
    seat.stream = std::move(opened.value());
    seat.reader = &readers_.at(number);
    seat.wakes = seat.reader->wakes.load();
    seat.taken_before = 0;
    written(of, ends.value().committed);
    return ok();
}

/// Until something is ready, or nothing is known to come. What lies behind a transaction that is
/// still open counts as to come later.
Status Streams::fill(Partition& partition, Seat& seat, const PartitionRef& of, bool waits) {
    constexpr std::chrono::milliseconds kSlice{50};
    constexpr std::chrono::milliseconds kMarkers{300};  // a commit is answered before all see it
    const Stream& stream = *seat.stream;
    std::chrono::milliseconds patience{0};
    while (true) {
        if (Status received = seat.stream->receive(patience); !received) return received;
        std::int64_t known = partition.known_end.load();
        if (stream.is_ready() || stream.fetched().value >= known) break;
        const auto now = SteadyClock::now();
        if (!seat.behind_since) {
            seat.behind_since = now;
            seat.looks = 0;
        }
        const auto behind = now - *seat.behind_since;
        if (behind > options_.answer) {
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
        if (behind >= kMarkers * (seat.looks + 1)) {
            ++seat.looks;
            const auto visible = watermarks_.committed(of);
            if (!visible) return visible.error();
            if (stream.fetched() >= visible.value()) {
                partition.known_end.compare_exchange_strong(known, stream.fetched().value);
                break;
            }
        }
        if (!waits) return ok();
        patience = kSlice;
    }
    seat.behind_since.reset();
    return ok();
}

}  // namespace sluice::log::kafka
