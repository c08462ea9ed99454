#include "base/assert.hpp"
#include "dispatch/state_codec.hpp"
#include "event/text.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/record_codec.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/inspect/inspect_histories.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace sluice::runtime {

namespace {

constexpr std::size_t kGapsCountedMax = 16;  ///< on one page: each costs a walk

/// Where a page ended: "<domain>:<section>:<home>:<key in hexadecimal>".
struct Cursor {
    enum class Section : std::uint8_t { kWaiting, kHolds, kLines, kAside, kEnd };

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

/// One page at a time over: the waiting table, paused subscriptions, the lines, the aside topic; of
/// each home; of each domain.
class Walk {
public:
    struct Query {
        std::size_t limit;
        const StuckFilter& filter;
        AsideLedger& aside;
    };

    Walk(const log::Log& log, std::span<const DomainFacts> domains, Cursor cursor, Query query)
        : log_{log},
          domains_{domains},
          at_{std::move(cursor)},
          query_{query} {}

    Result<StuckPage> page() {
        while (at_.domain < domains_.size() && room() > 0) {
            const auto more = is_asked() ? portion() : Result<bool>{false};
            if (!more) return more.error();
            if (!more.value()) next_portion();
        }
        if (at_.domain < domains_.size()) page_.next = write_cursor(at_);
        return std::move(page_);
    }

private:
    static constexpr std::size_t kLookedAtMax = 20'000;  // for one page

    [[nodiscard]] const DomainFacts& domain() const { return domains_[at_.domain]; }

    [[nodiscard]] HomeId home() const { return HomeId{at_.home}; }

    /// Also for what the filter passes over: a page comes in time.
    [[nodiscard]] std::size_t room() const {
        return looked_at_ >= kLookedAtMax ? 0 : query_.limit - page_.items.size();
    }

    /// Whether the section can hold anything that the filter asks for.
    [[nodiscard]] bool is_asked() const {
        const StuckFilter& filter = query_.filter;
        if (!filter.domain.empty() && filter.domain != domain().name) return false;
        const bool of_subscription =
            at_.section == Cursor::Section::kLines || at_.section == Cursor::Section::kHolds;
        if (domain().given && !of_subscription) return false;  // no sequencer
        if (!filter.subscription.empty() && !of_subscription) return false;
        return filter.subject.empty() || at_.section == Cursor::Section::kAside ||
               domain().home_of(filter.subject) == home();
    }

    void add(Stuck item) {
        ++looked_at_;
        if (fits(query_.filter, item)) page_.items.push_back(std::move(item));
    }

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
            case Cursor::Section::kHolds: return holds();
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
            auto subject = peek_waiting(log_, domain().name, home(), name, histories.value()[name]);
            if (!subject) return subject.error();
            if (!subject.value()) continue;  // released meanwhile
            WaitingCause cause = cause_of(*subject.value());
            const auto shared = shared_text(*subject.value());
            if (!shared) return shared.error();
            if (!shared.value().empty()) cause.detail += "; " + shared.value();
            Stuck item;
            item.domain = domain().name;
            item.cause = std::move(cause.cause);
            item.subject = name;
            item.since = cause.since;
            item.behind = subject.value()->waiting.size();
            item.detail = std::move(cause.detail);
            const auto& waiting = subject.value()->waiting;
            if (!waiting.empty()) item.type = waiting.begin()->arrival.type;
            item.next = what_next(domain(), *subject.value());
            if (query_.filter.whole) item.whole = std::move(*subject.value());
            add(std::move(item));
        }
        return found.value().size() == asked;
    }

    /// A subscription is paused on all homes at once; the first tells.
    Result<bool> holds() {
        if (home() != HomeId{0}) return false;
        const std::string group = runner_group(domain().name);
        const std::size_t asked = room();
        const auto found = log_.peek(group, home(), table::kHolds, at_.key, asked);
        if (!found) return found.error();
        for (const auto& [key, value] : found.value()) {
            at_.key = key + '\0';
            const auto hold = dispatch::decode_hold(value);
            if (!hold) return hold.error();
            Stuck item;
            item.domain = domain().name;
            item.cause = "paused";
            item.subscription = subscription_of(key);
            item.since = hold.value().since;
            item.detail =
                fmt::format("the whole subscription, by {}: {}", hold.value().by, hold.value().why);
            item.next = "it reads no further until a person resumes it";
            add(std::move(item));
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
        const std::string& of = query_.filter.subscription;
        const std::string prefix = of.empty() ? std::string{} : subscription_key(of);
        if (at_.key.empty()) at_.key = prefix;
        const std::size_t asked = room();
        const auto found = log_.peek(group, home(), table::kLines, at_.key, asked);
        if (!found) return found.error();
        for (const auto& [key, value] : found.value()) {
            if (!key.starts_with(prefix)) return false;
            at_.key = key + '\0';
            auto subject = subject_of_line(key);
            if (!subject) return subject.error();
            auto line = dispatch::decode_line(value);
            if (!line) return line.error();
            const dispatch::Line& at = line.value();
            Stuck item;
            item.domain = domain().name;
            item.cause = cause_of(at);
            item.subject = std::move(subject.value());
            item.subscription = subscription_of(key);
            item.since = at.hold ? at.hold->since : at.since;
            item.behind = at.events;
            item.detail =
                fmt::format("position {}, {} attempts: {}", at.head.value, at.attempts, at.reason);
            item.next = what_next(at);
            if (at.head.value > 0) item.head = at.head;
            if (at.in_backlog && at.head.value > 0) {
                auto type = type_of_head(item, at.head);
                if (!type) return type.error();
                item.type = std::move(type.value());
            }
            add(std::move(item));
        }
        return found.value().size() == asked;
    }

    Result<std::string> type_of_head(const Stuck& item, Position head) const {
        const std::string key = backlog_key(item.subscription, item.subject, head);
        const auto found =
            peek_one(log_, runner_group(domain().name), home(), table::kBacklog, key);
        if (!found) return found.error();
        if (!found.value()) return std::string{};
        const auto record = decode_record(*found.value());
        if (!record) return record.error();
        return std::string{record.value().header("ce_type").value_or("")};
    }

    Result<bool> aside() {
        Offset next{0};
        std::string_view text = at_.key;
        if (!at_.key.empty() && !take(text, next.value, 10, 19)) next = Offset{0};
        const auto end =
            query_.aside.visit(log_, domain(), home(), next, [&](const AsideEvent& event) {
                const Record& record = event.record;
                Stuck item;
                item.domain = event.domain;
                item.cause = "aside";
                item.subject = record.header("ce_subject").value_or(record.key.value_or(""));
                item.since = record.time;
                item.detail = fmt::format(
                    "{}: {} (from {})", event.cause, event.detail, to_text(event.origin)
                );
                item.type = record.header("ce_type").value_or("");
                item.next = event.cause == to_string(AsideCause::kUnreadable)
                                ? "it stays aside until a person repairs it"
                                : "it stays aside until a person takes it back";
                item.offset = event.offset;
                add(std::move(item));
                return room() > 0;
            });
        if (!end) return end.error();
        at_.key = fmt::to_string(end.value().value);
        return room() == 0;
    }

    const log::Log& log_;
    std::span<const DomainFacts> domains_;
    Cursor at_;
    Query query_;
    std::size_t looked_at_{0};
    StuckPage page_;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> sharing_;  ///< by domain and gap
};

}  // namespace

bool fits(const StuckFilter& filter, const Stuck& item) {
    const auto same = [](const std::string& asked, const std::string& is) {
        return asked.empty() || asked == is;
    };
    return same(filter.domain, item.domain) && same(filter.subscription, item.subscription) &&
           same(filter.cause, item.cause) && same(filter.type, item.type) &&
           same(filter.subject, item.subject) && (!filter.before || item.since <= *filter.before);
}

Result<StuckPage> stuck(
    const log::Log& log,
    std::span<const DomainFacts> domains,
    const std::optional<std::string>& cursor,
    std::size_t limit,
    const StuckFilter& filter,
    AsideLedger& aside
) {
    if (limit == 0) return Error{ErrorCode::kInvalidArgument, "limit: 0; at least 1"};
    Cursor from;
    if (cursor) {
        auto read = read_cursor(*cursor);
        if (!read) return read.error();
        from = std::move(read.value());
    }
    const Walk::Query query{limit, filter, aside};
    return Walk{log, domains, std::move(from), query}.page();
}

Result<StuckPage> stuck(
    const log::Log& log, const std::optional<std::string>& cursor, std::size_t limit
) {
    const auto domains = domains_of(log);
    if (!domains) return domains.error();
    AsideLedger aside;
    return stuck(log, domains.value(), cursor, limit, {}, aside);
}

}  // namespace sluice::runtime
