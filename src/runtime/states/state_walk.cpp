#include "runtime/states/state_walk.hpp"

#include "runtime/states/state_tables.hpp"
#include "state/entry.hpp"

namespace sluice::runtime {

namespace {

constexpr char kBehind = '\0';  // appended to a key: the first one behind it

/// Nothing is in its state but what its own event has made.
bool stands_alone(const state::StateEntry& entry, Position position) {
    const std::uint64_t own = entry.unknown ? 1 : 0;
    return entry.missing - own == position.value - 1;
}

}  // namespace

void StateWalk::trimmed(Offset first) {
    first_ = first;
}

void StateWalk::renew() {
    kind_ = Kind::kRenew;
    at_.clear();
    above_ = {};
}

Status StateWalk::go_on(
    const log::Lease& lease, HomeId home, const Forget& forget, log::Step& step
) {
    if (kind_ == Kind::kNone) {
        kind_ = Kind::kTrim;
        walked_from_ = first_;
        at_.clear();
        above_ = {};
    }
    auto entries = lease.scan(home, table::kStates, at_, kKeys);
    if (!entries) return entries.error();
    const Page page{lease, home, forget, step};
    const bool at_end = entries->size() < kKeys;
    if (kind_ == Kind::kRenew) {
        // Whether the last one is its subject's oldest only the next page tells.
        at_ = at_end ? std::string{} : entries->back().first;
        if (!at_end) entries->push_back(entries->back());
        if (Status renewed = renew_page(page, entries.value()); !renewed) return renewed;
    } else {
        for (const Entry& one : entries.value()) {
            if (Status trimmed = trim(page, one); !trimmed) return trimmed;
        }
        at_ = at_end ? std::string{} : entries->back().first + kBehind;
    }
    if (at_end) kind_ = Kind::kNone;
    return ok();
}

/// Entries whose event is gone go, the newest of an open subject excepted; and the oldest that
/// stays must be whole.
Status StateWalk::trim(const Page& page, const Entry& one) {
    const auto& [key, value] = one;
    const auto parsed = state::parse_entry_key(key);
    if (!parsed) return parsed.error();
    const auto entry = state::decode_entry(value);
    if (!entry) return entry.error();
    const bool newest = above_.subject != parsed->subject || above_.subject.empty();
    if (newest) above_ = {std::string{parsed->subject}, {}, false};
    const bool gone = entry->offset < first_;
    if (!gone || (newest && !entry->closes)) {
        above_.key = key;
        above_.whole = entry->whole;
        if (!gone || entry->whole) return ok();
        above_.whole = true;
        return make_whole(page, key);
    }
    if (!above_.key.empty() && !above_.whole) {
        if (Status made = make_whole(page, above_.key); !made) return made;
    }
    if (newest) page.forget(parsed->subject);
    above_.key.clear();
    page.step.changes.push_back({page.home, table::kStates, key, std::nullopt});
    return ok();
}

/// Of a subject one entry stays at most, from which it is folded on: the newest whose event is
/// gone, or else the oldest, if it cannot be made again of its event alone.
Status StateWalk::renew_page(const Page& page, const std::vector<Entry>& entries) {
    for (std::size_t at = 0; at < entries.size(); ++at) {
        const auto& [key, value] = entries[at];
        const bool last = at + 1 == entries.size();
        if (!last && entries[at + 1].first == key) return ok();  // the next page begins with it
        const auto parsed = state::parse_entry_key(key);
        if (!parsed) return parsed.error();
        const auto entry = state::decode_entry(value);
        if (!entry) return entry.error();
        const auto older = last ? Result<state::EntryKey>{state::EntryKey{}}
                                : state::parse_entry_key(entries[at + 1].first);
        if (!older) return older.error();
        if (above_.subject != parsed->subject) above_ = {std::string{parsed->subject}, {}, false};
        const bool has_base = !above_.key.empty();
        const bool gone = entry->offset < first_;
        const bool oldest = last || older->subject != parsed->subject;
        const bool needed = gone || (oldest && !stands_alone(entry.value(), parsed->position));
        if (has_base || !needed) {
            page.step.changes.push_back({page.home, table::kStates, key, std::nullopt});
            continue;
        }
        above_.key = key;
        if (entry->whole) continue;
        if (Status made = make_whole(page, key); !made) return made;
    }
    return ok();
}

Status StateWalk::make_whole(const Page& page, const std::string& key) {
    const auto way = page.lease.scan(page.home, table::kStates, key, state::kWholeEvery);
    if (!way) return way.error();
    std::vector<state::StateEntry> entries;
    for (const auto& [at, value] : way.value()) {
        auto entry = state::decode_entry(value);
        if (!entry) return entry.error();
        entries.push_back(std::move(entry).value());
        if (entries.back().whole) break;
    }
    auto body = state::state_behind(entries);
    if (!body) return body.error();
    state::StateEntry whole = std::move(entries.front());
    whole.whole = true;
    whole.body = std::move(body).value();
    page.step.changes.push_back({page.home, table::kStates, key, state::encode_entry(whole)});
    return ok();
}

}  // namespace sluice::runtime
