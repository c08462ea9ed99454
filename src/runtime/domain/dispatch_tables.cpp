#include "runtime/domain/dispatch_tables.hpp"

#include "base/big_endian.hpp"
#include "base/bytes.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/domain/record_codec.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::runtime {

namespace {

Error damaged(std::string_view what) {
    return Error{ErrorCode::kCorrupt, std::string{"runner state: "} + std::string{what}};
}

}  // namespace

std::string subscription_key(std::string_view subscription) {
    std::string key;
    ByteWriter{key}.bytes(subscription);
    return key;
}

std::string line_key(std::string_view subscription, std::string_view subject) {
    std::string key;
    ByteWriter writer{key};
    writer.bytes(subscription);
    writer.bytes(subject);
    return key;
}

std::string backlog_key(
    std::string_view subscription, std::string_view subject, Position position
) {
    std::string key = line_key(subscription, subject);
    put_big_endian(key, position.value);
    return key;
}

std::string encode_entry(const dispatch::RunEvent& event) {
    std::string value;
    ByteWriter writer{value};
    writer.u8(1);  // version
    writer.varint(static_cast<std::uint64_t>(event.offset.value));
    writer.varint(event.bytes);
    writer.bytes(event.invalid);
    return value;
}

Position position_of(std::string_view key) {
    return Position{get_big_endian(key.substr(key.size() - std::min<std::size_t>(key.size(), 8)))};
}

Result<BacklogEntry> decode_entry(std::string_view key, std::string_view value) {
    BacklogEntry entry;
    ByteReader in_key{key};
    static_cast<void>(in_key.bytes());
    entry.subject = in_key.bytes();
    for (int byte = 0; byte < 8; ++byte) {
        entry.event.position.value = (entry.event.position.value << 8) | in_key.u8();
    }
    ByteReader in_value{value};
    const bool known = in_value.u8() == 1;
    entry.event.offset = Offset{static_cast<std::int64_t>(in_value.varint())};
    entry.event.bytes = in_value.varint();
    entry.event.invalid = in_value.bytes();
    if (!known || !in_key.at_end() || !in_value.at_end()) return damaged("backlog index");
    return entry;
}

std::string subscription_of(std::string_view key) {
    return std::string{ByteReader{key}.bytes()};
}

Result<std::string> subject_of_line(std::string_view key) {
    ByteReader reader{key};
    static_cast<void>(reader.bytes());
    std::string subject{reader.bytes()};
    if (!reader.at_end()) return damaged("key of a line");
    return subject;
}

void StateWriter::write(const dispatch::Changes& changes, std::vector<log::StateChange>& out)
    const {
    const auto change = [&](log::Table in, std::string key, std::optional<std::string> value) {
        out.push_back({home, in, std::move(key), std::move(value)});
    };
    if (changes.progress) {
        change(table::kProgress, subscription_key(subscription), encode(*changes.progress));
    }
    for (const auto& line : changes.lines) {
        std::optional<std::string> value;
        if (line.line) value = encode(*line.line);
        change(table::kLines, line_key(subscription, line.subject), std::move(value));
    }
    // Before the puts: where both name a copy, an old one went and a new one takes its place
    // (Changes).
    for (const auto& erase : changes.erases) {
        const std::string key = backlog_key(subscription, erase.subject, erase.position);
        change(table::kBacklogIndex, key, std::nullopt);
        change(table::kBacklog, key, std::nullopt);
    }
    for (const auto& put : changes.puts) {
        const Record& record = record_at(put.offset);
        const std::string key = backlog_key(subscription, put.subject, put.position);
        const std::string invalid{record.header("ce_subjectinvalid").value_or("")};
        change(
            table::kBacklogIndex,
            key,
            encode_entry({put.position, put.offset, record.size_bytes(), invalid})
        );
        change(table::kBacklog, key, encode_record(record));
    }
    for (const auto& edit : changes.edits) {
        const std::string key = backlog_key(subscription, edit.subject, edit.position);
        const dispatch::RunEvent event{
            edit.position, edit.offset, edit.record.size_bytes(), std::string{}};
        change(table::kBacklogIndex, key, encode_entry(event));
        change(table::kBacklog, key, encode_record(edit.record));
    }
    if (changes.hold) {
        std::optional<std::string> value;
        if (*changes.hold) value = encode(**changes.hold);
        change(table::kHolds, subscription_key(subscription), std::move(value));
    }
}

std::string encode_commands_read(Offset next) {
    std::string value;
    ByteWriter writer{value};
    writer.u8(1);  // version
    writer.varint(static_cast<std::uint64_t>(next.value));
    return value;
}

std::string encode_life(std::uint64_t life) {
    std::string value;
    ByteWriter writer{value};
    writer.u8(1);  // version
    writer.varint(life);
    return value;
}

Result<std::uint64_t> decode_life(std::string_view value) {
    ByteReader reader{value};
    const bool known = reader.u8() == 1;
    const std::uint64_t life = reader.varint();
    if (known && reader.at_end()) return life;
    return damaged("life");
}

Result<Offset> restore_commands_read(
    const ScanTable& scan, std::string_view subscription, Offset begin
) {
    Offset next = begin;
    const std::string prefix = subscription_key(subscription);
    const Status read = scan_prefix(scan, table::kCommands, prefix, [&](auto, auto value) {
        ByteReader reader{value};
        const bool known = reader.u8() == 1;
        next = Offset{static_cast<std::int64_t>(reader.varint())};
        return known && reader.at_end() ? ok() : Status{damaged("commands read")};
    });
    if (!read) return read.error();
    return std::max(next, begin);
}

std::string encode_epoch(const EpochEntry& entry) {
    std::string value;
    ByteWriter writer{value};
    writer.u8(1);  // version
    writer.varint(entry.epoch);
    writer.u8(entry.mark ? 1 : 0);
    if (!entry.mark) return value;
    writer.varint(static_cast<std::uint64_t>(entry.mark->offset.value));
    writer.u64(entry.mark->hash);
    return value;
}

Result<EpochEntry> decode_epoch(std::string_view value) {
    ByteReader reader{value};
    EpochEntry entry;
    bool known = reader.u8() == 1;
    entry.epoch = static_cast<std::uint32_t>(reader.varint());
    const std::uint8_t marks = reader.u8();
    known = known && marks <= 1;
    if (marks == 1) {
        EpochEntry::Mark& mark = entry.mark.emplace();
        mark.offset = Offset{static_cast<std::int64_t>(reader.varint())};
        mark.hash = reader.u64();
    }
    if (!known || !reader.at_end()) return damaged("epoch of a subscription");
    return entry;
}

Status scan_prefix(
    const ScanTable& scan,
    log::Table table,
    const std::string& prefix,
    const std::function<Status(std::string_view key, std::string_view value)>& visit
) {
    constexpr std::size_t kPage = 1'000;
    std::string from = prefix;
    while (true) {
        const auto page = scan(table, from, kPage);
        if (!page) return page.error();
        for (const auto& [key, value] : page.value()) {
            if (!key.starts_with(prefix)) return ok();
            if (const Status visited = visit(key, value); !visited) return visited;
        }
        if (page.value().size() < kPage) return ok();
        from = page.value().back().first + '\0';
    }
}

Result<dispatch::Dispatcher::Restored> restore_dispatcher(
    const ScanTable& scan, std::string_view subscription, Offset begin
) {
    const std::string prefix = subscription_key(subscription);
    dispatch::Dispatcher::Restored restored;
    restored.progress.next = begin;
    const Status progress = scan_prefix(scan, table::kProgress, prefix, [&](auto, auto value) {
        auto decoded = dispatch::decode_progress(value);
        if (!decoded) return Status{decoded.error()};
        restored.progress = std::move(decoded.value());
        return ok();
    });
    if (!progress) return progress.error();
    const Status holds = scan_prefix(scan, table::kHolds, prefix, [&](auto, auto value) {
        auto hold = dispatch::decode_hold(value);
        if (!hold) return Status{hold.error()};
        restored.hold = std::move(hold.value());
        return ok();
    });
    if (!holds) return holds.error();
    const Status lines = scan_prefix(scan, table::kLines, prefix, [&](auto key, auto value) {
        auto subject = subject_of_line(key);
        if (!subject) return Status{subject.error()};
        auto line = dispatch::decode_line(value);
        if (!line) return Status{line.error()};
        restored.lines.emplace_back(std::move(subject.value()), std::move(line.value()));
        return ok();
    });
    if (!lines) return lines.error();
    std::map<std::string, std::vector<dispatch::RunEvent>> backlog;
    const Status entries =
        scan_prefix(scan, table::kBacklogIndex, prefix, [&](auto key, auto value) {
            auto entry = decode_entry(key, value);
            if (!entry) return Status{entry.error()};
            backlog[entry.value().subject].push_back(std::move(entry.value().event));
            return ok();
        });
    if (!entries) return entries.error();
    for (auto& [subject, events] : backlog)
        restored.backlog.emplace_back(subject, std::move(events));
    return restored;
}

}  // namespace sluice::runtime
