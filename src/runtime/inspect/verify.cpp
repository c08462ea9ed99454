#include "runtime/inspect/verify.hpp"

#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kVerifyPage = 1'000;

/// One home: what is stored of it, then its records one after the other.
class HomeVerifier {
public:
    HomeVerifier(
        const log::Log& log,
        std::string_view domain,
        HomeId home,
        std::uint32_t homes,
        Verification& result
    )
        : log_{log},
          group_{sequencer_group(domain)},
          from_{ordered_topic(domain), PartitionId{home.value}},
          home_{home},
          homes_{homes},
          result_{result} {}

    Status run() {
        if (const Status loaded = load(); !loaded) return loaded;
        const auto ends = log_.ends(from_);
        if (!ends) return ends.error();
        whole_ = ends.value().first.value == 0;
        for (Offset next = ends.value().first;;) {
            const auto read = log_.read(from_, next, {});
            if (!read) return read.error();
            if (read.value().next() == next) break;
            for (const log::StoredRecord& stored : read.value()) take(stored);
            next = read.value().next();
        }
        for (const auto& [subject, history] : stored_) {
            if (!whole_ && !folded_.contains(subject)) continue;
            found(fmt::format(
                "{}: the state knows position {}, the topic does not", subject, history.last.value
            ));
        }
        result_.subjects += folded_.size();
        return ok();
    }

private:
    Status load() {
        for (std::string from;;) {
            const auto page = log_.peek(group_, home_, table::kSubjects, from, kVerifyPage);
            if (!page) return page.error();
            for (const auto& [subject, value] : page.value()) {
                auto history = sequence::decode_history(value);
                if (!history) {
                    found(fmt::format("{}: its state: {}", subject, history.error().message));
                } else if (history.value().last.value > 0) {
                    stored_.emplace(subject, std::move(history.value()));
                }
            }
            if (page.value().size() < kVerifyPage) return ok();
            from = page.value().back().first + std::string{'\0'};  // the key next to it
        }
    }

    void take(const log::StoredRecord& stored) {
        ++result_.records;
        const auto facts = sequence::facts_of(stored.record);
        if (!facts) return found(at(stored, facts.error().message));
        const std::string& subject = facts.value().subject;
        if (home_of(subject, homes_) != home_) {
            found(at(stored, subject + " has another home"));
        }
        if (broken_.contains(subject)) return;
        const auto [history, is_new] = folded_.try_emplace(subject);
        const bool begins = is_new && !whole_ && facts.value().position.value > 1;
        const Status applied =
            begins ? Status{Error{ErrorCode::kNotFound, "its beginning is not there any more"}}
                   : sequence::apply(history->second, facts.value());
        if (!applied) {
            broken_.insert(subject);
            if (!begins) found(at(stored, subject + ": " + applied.error().message));
            stored_.erase(subject);
            return;
        }
        compare(subject, history->second);
    }

    void compare(const std::string& subject, const sequence::SubjectHistory& history) {
        const auto known = stored_.find(subject);
        if (known == stored_.end() || known->second.last != history.last) return;
        ++result_.stored;
        if (known->second != history) {
            found(fmt::format(
                "{}: at position {} the state is not what the topic says",
                subject,
                history.last.value
            ));
        }
        stored_.erase(known);
    }

    [[nodiscard]] std::string at(const log::StoredRecord& stored, std::string_view what) const {
        return fmt::format(
            "{}/{} offset {}: {}", from_.topic, from_.partition.value, stored.offset.value, what
        );
    }

    void found(std::string what) {
        ++result_.wrong;
        if (result_.findings.size() < Verification::kFindingsMax) {
            result_.findings.push_back(std::move(what));
        }
    }

    const log::Log& log_;
    std::string group_;
    log::PartitionRef from_;
    HomeId home_;
    std::uint32_t homes_;
    Verification& result_;
    bool whole_{true};  ///< the topic is there from its first record on
    std::unordered_map<std::string, sequence::SubjectHistory> stored_;
    std::unordered_map<std::string, sequence::SubjectHistory> folded_;
    std::unordered_set<std::string> broken_;
};

}  // namespace

Result<Verification> verify(const log::Log& log, std::string_view domain) {
    const auto topic = log.topic(ordered_topic(domain));
    if (!topic) return topic.error();
    if (!topic.value()) {
        return Error{
            ErrorCode::kNotFound, fmt::format("domain {}: it has no ordered topic", domain)};
    }
    Verification result;
    const std::uint32_t homes = topic.value()->partitions;
    for (HomeId home{0}; home.value < homes; home = home.next()) {
        HomeVerifier one{log, domain, home, homes, result};
        if (const Status done = one.run(); !done) return done.error();
    }
    return result;
}

}  // namespace sluice::runtime
