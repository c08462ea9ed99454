#pragma once

#include <sluice/service.hpp>

#include "base/clock.hpp"
#include "rebuild/generations.hpp"
#include "runtime/dispatching/versioned_sink.hpp"
#include "runtime/engine/engine.hpp"
#include "store/generation_book.hpp"
#include "store/sqlite_database.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace sluice::runtime {

/// A service whose read model can be rebuilt: feeds its generations, each a subscription of the
/// domain with a file of its own, and carries out what stands in its book.
///
/// A switch, in this order: both stand at the same event (Fence); what forbids it is looked for;
/// the new one's file learns up to where the old one has acted; the book says which is live, in one
/// transaction; who is not live is mute; both go on. A process that dies before that transaction
/// has switched nothing, one that dies after it has switched: the next one reads it in the book.
/// Threads:  `open` before the engine starts, `look` afterwards, from one thread.
/// Lifetime: engine and clock outlive it; it outlives the engine's running, since sinks use its
///           files.
/// Failure:  a wish that cannot be carried out is refused in the book. `look` answers what cannot
/// be
///           mended: a book that cannot be read or written.
class RebuiltService {
public:
    struct Options {
        std::string domain;
        std::string name;  ///< of the first generation
        ServiceOf make;
        std::string sqlite_file;
        ServiceCasts casts;
    };

    RebuiltService(Engine& engine, const Clock& clock, Options options)
        : engine_{engine},
          clock_{clock},
          options_{std::move(options)} {}

    /// Feeds what the book says. Errors as HandlerSink::open and Engine::add_subscription.
    [[nodiscard]] Status open();

    /// Carries out the next wish, and notes how far each generation is.
    [[nodiscard]] Status look(const std::stop_token& stop);

    [[nodiscard]] const Options& options() const { return options_; }

private:
    using Wish = store::GenerationBook::Wish;

    /// A generation that is fed. Kept until the end: its sink uses it.
    struct Fed {
        explicit Fed(const std::string& path) : database{store::SqliteOptions{path}} {}

        store::SqliteDatabase database;
        std::atomic<bool> acts{false};
        std::map<std::string, std::string, std::less<>> dated;
        bool has_effects{false};
        rebuild::Pacemeter meter;
        BeginAt begin;
    };

    [[nodiscard]] Status open_book();
    [[nodiscard]] Status can_be_rebuilt() const;
    [[nodiscard]] Result<Subscription> prepare(const std::string& name, const RebuildWish& made_by);
    [[nodiscard]] Result<Service> service_of(const std::string& name, const RebuildWish& made_by)
        const;
    [[nodiscard]] std::shared_ptr<SubscriptionEntry> entry(std::string_view name) const;
    [[nodiscard]] std::string file_of(const std::string& name) const;
    void remove_files(const std::string& name) const;

    [[nodiscard]] Status note_progress(Instant now);

    /// What it has read, and what is left, in offsets of all homes.
    struct Way {
        std::uint64_t read{};
        std::uint64_t left{};
    };

    [[nodiscard]] static bool has_begun(const SubscriptionEntry& entry) {
        return entry.probe.alive_ms > 0;  // before that its offsets say nothing
    }

    [[nodiscard]] Result<Way> way_of(const std::string& name) const;
    [[nodiscard]] Result<bool> is_near_the_live_one(const std::string& name) const;

    // rebuild_verbs.cpp: each answers what was done, or why not
    [[nodiscard]] Status carry_out(const Wish& wish, const std::stop_token& stop);
    [[nodiscard]] Result<std::string> act(const Wish& wish, const std::stop_token& stop);
    [[nodiscard]] Result<std::string> begin(const Wish& wish);
    [[nodiscard]] Result<std::string> compare(const Wish& wish, const std::stop_token& stop);
    [[nodiscard]] Result<std::string> switch_to(const Wish& wish, const std::stop_token& stop);
    [[nodiscard]] Result<std::string> cancel(const Wish& wish);
    [[nodiscard]] Status may_switch(const std::string& from, const std::string& to);
    [[nodiscard]] Status check_rows(const std::string& from, const std::string& to);
    [[nodiscard]] Status check_all_homes() const;
    [[nodiscard]] Result<std::string> effective_of(const std::string& name) const;
    void settle(const rebuild::Generations& next, const Wish& wish, const std::string& text);
    void let_act();

    Engine& engine_;
    const Clock& clock_;
    Options options_;
    std::unique_ptr<store::GenerationBook> book_;
    rebuild::Generations generations_{""};  ///< as the book says
    std::map<std::string, std::unique_ptr<Fed>> fed_;
    Instant noted_at_{};
};

}  // namespace sluice::runtime
