#include "project/jq_worker.hpp"

/// The process that tests run jq programs in.
int main() {
    return sluice::project::jq::run_worker();
}
