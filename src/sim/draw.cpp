#include "sim/draw.hpp"

#include "sim/draw_events.hpp"
#include "sim/random.hpp"

#include <algorithm>
#include <utility>

namespace sluice::sim {

namespace {

/// How often what happens, per arrival: one in so many; 0: never.
struct Rates {
    std::uint32_t step{};
    std::uint32_t deliver{};
    std::uint32_t answer{};
    std::uint32_t show{};
    std::uint32_t pass{};
    std::uint32_t kill{};
    std::uint32_t move{};
    std::uint32_t rubbish{};
    std::uint32_t fault{};  ///< per step: another fate than done
    std::uint32_t busy{};   ///< per delivery: the consumer's database is
    bool odd_times{false};
};

Setup draw_setup(Random& random, const Troubles& troubles) {
    Setup setup;
    setup.homes = random.between(1, 6);
    setup.markers = random.one_in(2);
    setup.instances = setup.markers ? random.between(1, 4) : 1;
    for (std::uint32_t& count : setup.partitions) {
        count = random.one_in(2) ? setup.homes : random.between(1, 8);
    }
    setup.crc32_b = random.one_in(2);
    if (troubles.losses) setup.gap = static_cast<sequence::GapAction>(random.below(3));
    if (troubles.invalid && random.one_in(3)) setup.invalid = sequence::InvalidPolicy::kWait;
    setup.gap_wait_ms = random.between(500, 5'000);
    setup.waiting_events_max = troubles.floods ? random.between(8, 30) : 1'000;
    setup.closed_kept_ms = random.between(500, 20'000);
    setup.step_records_max = random.one_in(3) ? random.between(1, 10) : random.between(20, 400);
    setup.cached_subjects_max = random.one_in(2) ? random.between(2, 40) : 2'000;
    setup.in_flight_events_max = random.between(1, 300);
    setup.run_events_max = random.between(1, 16);
    setup.in_place_events_max = random.between(1, 10);
    setup.attempts_max = random.between(3, 5);
    if (troubles.full_backlogs) setup.backlog_bytes_max = random.between(500, 20'000);
    return setup;
}

Rates draw_rates(Random& random, const Setup& setup) {
    Rates rates;
    rates.step = random.between(3, 60);
    rates.deliver = random.between(3, 60);
    rates.answer = random.between(100, 400);
    rates.show = setup.markers ? random.between(5, 60) : 0;
    rates.pass = random.between(20, 200);
    rates.rubbish = random.between(50, 1'000);
    rates.fault = random.one_in(3) ? 0 : random.between(5, 60);
    rates.kill = random.one_in(3) ? 0 : random.between(200, 2'000);
    rates.move = setup.instances > 1 ? random.between(200, 1'500) : 0;
    rates.busy = random.one_in(2) ? 0 : random.between(5, 50);
    rates.odd_times = random.one_in(2);
    return rates;
}

/// The actions between arrivals.
class Between {
public:
    Between(Random& random, const Setup& setup, const Rates& rates, std::vector<Action>& out)
        : random_{random},
          setup_{setup},
          rates_{rates},
          out_{out} {}

    void draw() {
        if (comes(rates_.rubbish)) add(Act::kRubbish, random_.below(1'000)).extra = time();
        if (comes(rates_.step)) add_step(Act::kStep);
        if (comes(rates_.deliver)) {
            Action& action = add_step(Act::kDeliver);
            if (comes(rates_.busy)) action.extra = 1;
        }
        if (comes(rates_.answer)) add(Act::kAnswer, random_.below(1'000));
        if (comes(rates_.show)) add(Act::kShow, random_.below(1'000));
        if (comes(rates_.pass)) add(Act::kPass, random_.between(1, 3'000));
        if (comes(rates_.kill)) add(Act::kKill, 0);
        if (comes(rates_.move)) add(Act::kMove, static_cast<std::uint32_t>(random_.next()));
    }

    [[nodiscard]] std::uint8_t time() {
        return rates_.odd_times ? static_cast<std::uint8_t>(random_.below(kRecordTimes)) : 0;
    }

private:
    [[nodiscard]] bool comes(std::uint32_t rate) { return rate > 0 && random_.one_in(rate); }

    Action& add(Act act, std::uint32_t what) {
        const auto who = static_cast<std::uint8_t>(random_.below(setup_.instances));
        return out_.emplace_back(Action{act, Fate::kDone, who, 0, what});
    }

    Action& add_step(Act act) {
        Action& action = add(act, static_cast<std::uint32_t>(random_.next()));
        if (comes(rates_.fault)) {
            action.fate = bad_fate();
        } else if (setup_.markers && random_.one_in(4)) {
            action.fate = Fate::kLate;
        }
        return action;
    }

    /// Two of three that befall a step on Kafka tear it: few of them come to something, since most
    /// steps are of one home, and takeovers are hardest tried by them.
    [[nodiscard]] Fate bad_fate() {
        if (setup_.markers && !random_.one_in(3)) return Fate::kTorn;
        const std::uint32_t kinds = setup_.markers ? 4 : 2;  // an embedded log shows all at once
        return static_cast<Fate>(1 + random_.below(kinds));
    }

    Random& random_;
    const Setup& setup_;
    const Rates& rates_;
    std::vector<Action>& out_;
};

}  // namespace

History draw(std::uint64_t seed, std::size_t events) {
    Random random{seed};
    const Troubles troubles = draw_troubles(random);
    History history;
    history.seed = seed;
    history.setup = draw_setup(random, troubles);
    history.events = draw_events(random, troubles, events);
    const Rates rates = draw_rates(random, history.setup);
    Between between{random, history.setup, rates, history.actions};
    for (const std::uint32_t index : draw_arrivals(random, troubles, history)) {
        history.actions.push_back({Act::kArrive, Fate::kDone, 0, between.time(), index});
        between.draw();
    }
    return history;
}

}  // namespace sluice::sim
