#include "commerce/checkout/checkouts.hpp"

#include "base/assert.hpp"
#include "commerce/checkout/services.hpp"
#include "orchestrate/saga_book.hpp"
#include "orchestrate/saga_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <variant>

namespace sluice::commerce {

namespace {

using orchestrate::SagaInput;

constexpr std::size_t kSkus = 20;
constexpr std::size_t kCoupons = 10;
constexpr std::int64_t kCentsMost = 5'000;
constexpr std::size_t kRoundsMax = 1'000'000;
constexpr std::array kSteps{"reserve", "redeem", "authorize", "place"};

class StepClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }

    void advance(Milliseconds by) { now_ = now_ + by; }

private:
    Instant now_{1'800'000'000'000};
};

/// Keeps what is sent until it is carried on.
class CheckoutPort final : public orchestrate::SagaPort {
public:
    void send(
        const saga::Send& command,
        const saga::Definition& /*definition*/,
        const saga::Instance& instance
    ) override {
        sent.push_back({command.key, basket_of(instance.input).value()});
    }

    std::vector<CheckoutCommand> sent;
};

Error disagree(std::string text) {
    return Error{ErrorCode::kConflict, std::move(text)};
}

}  // namespace

struct Checkouts::Impl {
    Impl(const CheckoutOptions& given, OpenLog open)
        : options{given},
          open_log{std::move(open)},
          random{given.seed} {}

    bool happens(unsigned permille) { return faults && random() % 1'000 < permille; }

    std::int64_t pick(std::int64_t below) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
    }

    /// There is less of everything than is wanted, so that each service refuses some.
    void fill() {
        const auto wanted = static_cast<std::int64_t>(options.checkouts);
        const auto share = [&](std::int64_t of, std::size_t among) {
            return of * 9 / 10 / static_cast<std::int64_t>(among);
        };
        const auto put =
            [&](std::size_t service, const char* statement, std::string name, std::int64_t much) {
                services[service].sql().execute(statement, {std::move(name), much});
            };
        for (std::size_t at = 0; at < kSkus; ++at) {
            put(0,
                "insert into stock (sku, left) values (?, ?)",
                fmt::format("sku-{}", at),
                share(wanted, kSkus));
        }
        for (std::size_t at = 0; at < kCoupons; ++at) {
            put(1,
                "insert into coupon (code, left) values (?, ?)",
                fmt::format("coupon-{}", at),
                share(wanted * 9 / 10, kCoupons));
        }
        put(2, "insert into account (name, cents) values (?, ?)", "shop", 0);
        for (std::size_t at = 0; at < options.members; ++at) {
            put(2,
                "insert into account (name, cents) values (?, ?)",
                fmt::format("m-{}", at),
                share(wanted * kCentsMost / 2 * 8 / 10, options.members));
        }
        pieces_at_first = services[0].number("select sum(left) from stock");
        coupons_at_first = services[1].number("select sum(left) from coupon");
        cents_at_first = services[2].number("select sum(cents) from account");
    }

    Status reopen() {
        session.reset();
        log.reset();
        auto opened = open_log();
        if (!opened) return opened.error();
        log = std::move(opened).value();
        auto resumed = orchestrate::SagaSession::open(
            {*log, clock, book, port}, {options.checkouts + 1, options.checkouts + 1}
        );
        if (!resumed) return resumed.error();
        session = std::move(resumed).value();
        return ok();
    }

    orchestrate::BeginSaga next_begin() {
        const Basket basket{
            fmt::format("sku-{}", pick(kSkus)),
            fmt::format("coupon-{}", pick(kCoupons)),
            fmt::format("m-{}", pick(static_cast<std::int64_t>(options.members))),
            1 + pick(kCentsMost)};
        return {"checkout", fmt::format("c-{}", begun++), basket.member, to_json(basket)};
    }

    /// What callers and services have for the sagas now.
    std::vector<SagaInput> gather() {
        std::vector<SagaInput> inputs;
        for (const auto& answer : std::exchange(answers, {})) {
            if (happens(options.lost_permille)) continue;
            inputs.emplace_back(answer);
            if (happens(options.doubled_permille)) answers.push_back(answer);
        }
        while (begun < options.checkouts && session->open_sagas() + fresh < options.at_once) {
            inputs.emplace_back(next_begin());
            ++fresh;
            if (happens(options.cancel_permille)) {
                const auto some = pick(static_cast<std::int64_t>(begun));
                inputs.emplace_back(orchestrate::TellSaga{
                    fmt::format("c-{}", some), orchestrate::SagaVerb::kCancel, "their caller"});
            }
        }
        fresh = 0;
        return inputs;
    }

    Status step() {
        clock.advance(Milliseconds{1'000});
        const std::vector<SagaInput> inputs = gather();
        if (happens(options.crash_permille)) {  // before anything of it is stored
            ++summary.crashes;
            for (const SagaInput& input : inputs) keep(input);
            if (Status reopened = reopen(); !reopened) return reopened;
            return ok();
        }
        const auto answered = session->step(inputs);
        if (!answered) return answered.error();
        ++summary.steps;
        if (happens(options.crash_permille)) {  // stored, and nothing of it sent
            ++summary.crashes;
            port.sent.clear();
            if (Status reopened = reopen(); !reopened) return reopened;
        }
        return ok();
    }

    /// A caller that got no answer asks again.
    void keep(const SagaInput& input) {
        if (const auto* begin = std::get_if<orchestrate::BeginSaga>(&input))
            again.push_back(*begin);
    }

    Status begin_again() {
        if (again.empty()) return ok();
        std::vector<SagaInput> inputs;
        for (auto& begin : std::exchange(again, {})) inputs.emplace_back(std::move(begin));
        const auto answered = session->step(inputs);
        return answered ? ok() : Status{answered.error()};
    }

    /// Commands reach their services, late or double or never, and are answered.
    void serve() {
        std::array<std::vector<CheckoutCommand>, kSteps.size()> in;
        for (CheckoutCommand& command : std::exchange(port.sent, {})) {
            if (happens(options.lost_permille)) continue;
            const auto step = std::find(kSteps.begin(), kSteps.end(), command.key.step);
            SLUICE_ASSERT(step != kSteps.end());
            auto& to = in.at(static_cast<std::size_t>(step - kSteps.begin()));
            if (happens(options.doubled_permille)) late.push_back(command);
            to.push_back(std::move(command));
        }
        for (CheckoutCommand& command : std::exchange(late, {})) {
            if (pick(4) != 0) {
                late.push_back(std::move(command));
                continue;
            }
            const auto step = std::find(kSteps.begin(), kSteps.end(), command.key.step);
            in.at(static_cast<std::size_t>(step - kSteps.begin())).push_back(std::move(command));
        }
        for (std::size_t at = 0; at < in.size(); ++at) {
            if (in.at(at).empty()) continue;
            summary.commands += in.at(at).size();
            const auto replies = services[at].carry_out(in.at(at));
            for (std::size_t one = 0; one < replies.size(); ++one)
                answer(in.at(at)[one], replies[one]);
        }
    }

    void answer(const CheckoutCommand& command, saga::Reply reply) {
        if (happens(options.later_permille)) {
            reply.verdict = saga::Verdict::kLater;
            reply.reason = "busy";
        }
        answers.push_back({command.key.saga, std::move(reply)});
    }

    Status retry_stuck() {
        std::vector<SagaInput> inputs;
        std::string from;
        while (true) {
            const auto page = orchestrate::list_sagas(*log, false, from, 500);
            if (!page) return page.error();
            for (const saga::Instance& one : page.value()) {
                if (one.awaits != saga::Awaits::kPerson) continue;
                inputs.emplace_back(orchestrate::TellSaga{
                    one.id, orchestrate::SagaVerb::kRetry, "by hand"});
            }
            if (page->size() < 500) break;
            from = page->back().id + '\0';
        }
        const auto told = session->step(inputs);
        return told ? ok() : Status{told.error()};
    }

    /// Whatever the sagas say: nothing is lost, and nothing comes from nowhere.
    [[nodiscard]] Status books() {
        const auto same = [](const char* what, std::int64_t is, std::int64_t was) -> Status {
            if (is == was) return ok();
            return disagree(fmt::format("{}: {} now, {} at first", what, is, was));
        };
        const std::int64_t pieces = services[0].number("select sum(left) from stock") +
                                    services[0].number("select count(*) from reserved");
        if (Status stock_is = same("stock", pieces, pieces_at_first); !stock_is) return stock_is;
        const std::int64_t coupons = services[1].number("select sum(left) from coupon") +
                                     services[1].number("select count(*) from redeemed");
        if (Status all = same("coupons", coupons, coupons_at_first); !all) return all;
        const std::int64_t cents = services[2].number("select sum(cents) from account");
        if (Status all = same("money", cents, cents_at_first); !all) return all;
        return same(
            "the shop's money and what was ordered",
            services[2].number("select cents from account where name = 'shop'"),
            services[3].number("select coalesce(sum(cents), 0) from placed")
        );
    }

    CheckoutOptions options;
    OpenLog open_log;
    std::mt19937_64 random;
    std::int64_t pieces_at_first{0};
    std::int64_t coupons_at_first{0};
    std::int64_t cents_at_first{0};
    bool faults{true};
    StepClock clock;
    CheckoutPort port;
    orchestrate::SagaBook book{orchestrate::SagaBook::make({checkout_saga()}).value()};
    std::vector<Participant> services;  ///< by step
    std::unique_ptr<log::Log> log;
    std::unique_ptr<orchestrate::SagaSession> session;
    std::size_t begun{0};
    std::size_t fresh{0};
    std::vector<orchestrate::BeginSaga> again;
    std::vector<orchestrate::AnswerSaga> answers;
    std::vector<CheckoutCommand> late;
    CheckoutSummary summary;
};

Checkouts::Checkouts(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Checkouts::~Checkouts() = default;

Result<std::unique_ptr<Checkouts>> Checkouts::open(
    const CheckoutOptions& options, const std::filesystem::path& directory, OpenLog open_log
) {
    auto impl = std::make_unique<Impl>(options, std::move(open_log));
    const auto add = [&](const char* name, std::unique_ptr<CheckoutAct> act) -> Status {
        auto opened =
            Participant::open((directory / fmt::format("{}.db", name)).string(), std::move(act));
        if (!opened) return opened.error();
        impl->services.push_back(std::move(opened).value());
        return ok();
    };
    if (Status added = add("stock", make_stock()); !added) return added.error();
    if (Status added = add("coupons", make_coupons()); !added) return added.error();
    if (Status added = add("payments", make_payments()); !added) return added.error();
    if (Status added = add("orders", make_orders()); !added) return added.error();
    impl->fill();
    if (Status opened = impl->reopen(); !opened) return opened.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    return std::unique_ptr<Checkouts>{new Checkouts{std::move(impl)}};
}

Status Checkouts::run() {
    Impl& it = *impl_;
    for (std::size_t round = 0; round < kRoundsMax; ++round) {
        const bool all_begun = it.begun == it.options.checkouts && it.again.empty();
        if (all_begun && it.session->open_sagas() == 0) break;
        if (Status stepped = it.step(); !stepped) return stepped.error();
        if (Status begun = it.begin_again(); !begun) return begun.error();
        it.serve();
        const bool at_end = all_begun && it.port.sent.empty() && it.answers.empty();
        if (!at_end) continue;
        it.faults = false;  // what is left is waiting for its clock, or for a person
        it.clock.advance(Milliseconds{60'000});
        if (Status retried = it.retry_stuck(); !retried) return retried.error();
    }
    while (!it.late.empty()) it.serve();  // commands that come after all is over
    if (it.session->open_sagas() > 0) {
        return disagree(fmt::format("{} sagas do not end", it.session->open_sagas()));
    }
    return ok();
}

Result<CheckoutSummary> Checkouts::audit() {
    Impl& it = *impl_;
    std::set<std::string> done;
    std::size_t ended = 0;
    std::string from;
    while (true) {
        const auto page = orchestrate::list_sagas(*it.log, true, from, 500);
        if (!page) return page.error();
        for (const saga::Instance& one : page.value()) {
            ++ended;
            if (one.phase == saga::Phase::kDone) done.insert(one.id);
        }
        if (page->size() < 500) break;
        from = page->back().id + '\0';
    }
    it.summary.done = done.size();
    it.summary.compensated = ended - done.size();
    if (ended != it.options.checkouts) {
        return disagree(fmt::format("{} of {} sagas ended", ended, it.options.checkouts));
    }
    constexpr std::array tables{"reserved", "redeemed", "payment", "placed"};
    for (std::size_t at = 0; at < tables.size(); ++at) {
        std::set<std::string> there;
        const auto rows =
            it.services[at].sql().query(fmt::format("select saga from {}", tables.at(at)));
        for (const SqlRow& row : rows) there.insert(row.text(0));
        if (there != done) {
            return disagree(fmt::format(
                "{} has {} sagas, and {} are done", tables.at(at), there.size(), done.size()
            ));
        }
    }
    if (Status right = it.books(); !right) return right.error();
    return it.summary;
}

}  // namespace sluice::commerce
