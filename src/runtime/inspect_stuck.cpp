#include "base/assert.hpp"
#include "dispatch/state_codec.hpp"
#include "event/text.hpp"
#include "runtime/aside.hpp"
#include "runtime/dispatch_tables.hpp"
#include "runtime/inspect.hpp"
#include "runtime/inspect_histories.hpp"
#include "runtime/inspect_subject.hpp"
#include "runtime/origin.hpp"
#include "runtime/subject_store.hpp"
#include "runtime/topics.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <utility>
#include <vector>

namespace sluice::runtime {

namespace {

constexpr std::size_t kGapsCountedMax = 16;  ///< on one page: each costs a walk

/// Where a page ended: "<domain>:<section>:<home>:<key in hexadecimal>".
struct Cursor {
    enum class Section : std::uint8_t { kWaiting, kLines, kAside, kEnd };

    std::size_t domain{0};
    Section section{Section::kWaiting};
    std::uint32_t home{0};
    std::string key;  ///< of kAside: the offset, decimal
};

std::string write_cursor(const Cursor& cursor) {
    std::string text =
        fmt::format("{}:{}:{}:", cursor.domain, static_cast<unsigned>(cursor.section), cursor.home);
    for (const char byte : cursor.key) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return text;
}

template <class Number>
bool take(std::string_view& text, Number& number, int base, std::size_t digits_max) {
    const std::string_view head = text.substr(0, digits_max);
    const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), number, base);
    text.remove_prefix(static_cast<std::size_t>(end - head.data()));
    return error == std::errc{};
}

bool take_colon(std::string_view& text) {
    const bool there = text.starts_with(':');
    if (there) text.remove_prefix(1);
    return there;
}

Result<Cursor> read_cursor(std::string_view text) {
    const Error wrong{
        ErrorCode::kInvalidArgument,
        fmt::format("cursor {}: none that a page has given", event::shown(text))};
    Cursor cursor;
    unsigned section = 0;
    const bool head = take(text, cursor.domain, 10, 9) && take_colon(text) &&
                      take(text, section, 10, 1) && take_colon(text) &&
                      take(text, cursor.home, 10, 9) && take_colon(text);
    if (!head || section > static_cast<unsigned>(Cursor::Section::kAside)) return wrong;
    cursor.section = static_cast<Cursor::Section>(section);
    while (!text.empty()) {
        unsigned byte = 0;
        if (text.size() < 2 || !take(text, byte, 16, 2)) return wrong;
        cursor.key.push_back(static_cast<char>(byte));
    }
    return cursor;
}

/// One page at a time over: the waiting table, the lines, the aside topic; of each home; of each
/// domain.
class Walk {
public:
    Walk(const log::Log& log, std::vector<DomainFacts> domains, Cursor cursor, std::size_t limit)
        : log_{log},
          domains_{std::move(domains)},
          at_{std::move(cursor)},
          limit_{limit} {}

    Result<StuckPage> page() {
        while (at_.domain < domains_.size() && page_.items.size() < limit_) {
            const auto more = portion();
            if (!more) return more.error();
            if (!more.value()) next_portion();
        }
        if (at_.domain < domains_.size()) page_.next = write_cursor(at_);
        return std::move(page_);
    }

private:
    [[nodiscard]] const DomainFacts& domain() const { return domains_[at_.domain]; }

    [[nodiscard]] HomeId home() const { return HomeId{at_.home}; }

    [[nodiscard]] std::size_t room() const { return limit_ - page_.items.size(); }

    void next_portion() {
        at_.key.clear();
        if (++at_.home < domain().homes) return;
        at_.home = 0;
        at_.section = static_cast<Cursor::Section>(static_cast<unsigned>(at_.section) + 1);
        if (at_.section != Cursor::Section::kEnd) return;
        at_.section = Cursor::Section::kWaiting;
        ++at_.domain;
    }

    /// Answers whether this section of this home has more.
    Result<bool> portion() {
        switch (at_.section) {
            case Cursor::Section::kWaiting: return waiting();
            case Cursor::Section::kLines: return lines();
            case Cursor::Section::kAside: return aside();
            case Cursor::Section::kEnd: break;
        }
        SLUICE_UNREACHABLE();
    }

    Result<bool> waiting() {
        const std::string group = sequencer_group(domain().name);
        const std::size_t asked = room();
        const auto found = log_.peek(group, home(), table::kWaiting, at_.key, asked);
        if (!found) return found.error();
        std::vector<std::string> names;
        for (const auto& [name, unused] : found.value()) names.push_back(name);
        if (names.empty()) return false;
        auto histories = peek_histories(log_, domain().name, home(), names);
        if (!histories) return histories.error();
        for (const std::string& name : names) {
            at_.key = name + '\0';
            const auto subject =
                peek_waiting(log_, domain().name, home(), name, histories.value()[name]);
            if (!subject) return subject.error();
            if (!subject.value()) continue;  // released meanwhile
            WaitingCause cause = cause_of(*subject.value());
            const auto shared = shared_text(*subject.value());
            if (!shared) return shared.error();
            if (!shared.value().empty()) cause.detail += "; " + shared.value();
            page_.items.push_back(
                {domain().name,
                 std::move(cause.cause),
                 name,
                 {},
                 cause.since,
                 subject.value()->waiting.size(),
                 std::move(cause.detail)}
            );
        }
        return found.value().size() == asked;
    }

    /// Of the subject's gap; each gap is counted once a page.
    Result<std::string> shared_text(const sequence::Subject& subject) {
        const std::string wanted = shared_name(subject);
        if (wanted.empty()) return std::string{};
        const auto [known, fresh] = sharing_.try_emplace({at_.domain, wanted}, 0);
        if (fresh && sharing_.size() <= kGapsCountedMax) {
            const auto counted = sharing(log_, domain(), subject);
            if (!counted) return counted.error();
            known->second = counted.value();
        }
        return shared_gap_text(wanted, known->second);
    }

    Result<bool> lines() {
        const std::string group = runner_group(domain().name);
        const std::size_t asked = room();
        const auto found = log_.peek(group, home(), table::kLines, at_.key, asked);
        if (!found) return found.error();
        for (const auto& [key, value] : found.value()) {
            at_.key = key + '\0';
            auto subject = subject_of_line(key);
            if (!subject) return subject.error();
            auto line = dispatch::decode_line(value);
            if (!line) return line.error();
            page_.items.push_back(
                {domain().name,
                 std::string{cause_of(line.value())},
                 std::move(subject.value()),
                 subscription_of(key),
                 line.value().since,
                 line.value().events,
                 fmt::format(
                     "position {}, {} attempts: {}",
                     line.value().head.value,
                     line.value().attempts,
                     line.value().reason
                 )}
            );
        }
        return found.value().size() == asked;
    }

    Result<bool> aside() {
        const log::PartitionRef from{aside_topic(domain().name), PartitionId{at_.home}};
        const auto ends = log_.ends(from);
        if (!ends) return ends.error();
        Offset next = ends.value().first;
        std::string_view text = at_.key;
        if (Offset said; take(text, said.value, 10, 19)) next = std::max(next, said);
        log::ReadLimits limits;
        limits.records_max = room();
        auto read = log_.read(from, next, limits);
        if (!read) return read.error();
        for (log::StoredRecord& stored : read.value()) {
            next = stored.offset.next();
            Record& record = stored.record;
            const auto origin = take_origin(record);
            if (!origin) return origin.error();
            page_.items.push_back(
                {domain().name,
                 "aside",
                 std::string{record.header("ce_subject").value_or(record.key.value_or(""))},
                 {},
                 record.time,
                 0,
                 fmt::format(
                     "{} (from {})",
                     record.header(kAsideHeader).value_or(""),
                     to_text(origin.value())
                 )}
            );
        }
        at_.key = fmt::to_string(next.value);
        return !read.value().empty();
    }

    const log::Log& log_;
    std::vector<DomainFacts> domains_;
    Cursor at_;
    std::size_t limit_;
    StuckPage page_;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> sharing_;  ///< by domain and gap
};

}  // namespace

Result<StuckPage> stuck(
    const log::Log& log, const std::optional<std::string>& cursor, std::size_t limit
) {
    if (limit == 0) return Error{ErrorCode::kInvalidArgument, "limit: 0; at least 1"};
    Cursor from;
    if (cursor) {
        auto read = read_cursor(*cursor);
        if (!read) return read.error();
        from = std::move(read.value());
    }
    auto domains = domains_of(log);
    if (!domains) return domains.error();
    return Walk{log, std::move(domains.value()), std::move(from), limit}.page();
}

}  // namespace sluice::runtime
