#include "sim/play.hpp"

#include "sim/check.hpp"
#include "sim/cluster.hpp"
#include "sim/sim_backend.hpp"

namespace sluice::sim {

Played play(const History& history) {
    Played played;
    SimBackend backend{history.setup};
    Cluster cluster{history, backend};
    for (const Action& action : history.actions) cluster.carry_out(action);
    cluster.settle();
    played.violations = check(history, cluster, played.tally);
    return played;
}

}  // namespace sluice::sim
