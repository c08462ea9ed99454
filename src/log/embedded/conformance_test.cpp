#include "log/conformance_suite.hpp"
#include "log/embedded/test_log.hpp"

namespace sluice::log::conformance {

namespace {

class Embedded final : public Backend {
public:
    [[nodiscard]] Log& log() override { return *log_; }

    void reopen() override {
        log_.reset();
        log_ = test::open_or_fail(options_);
    }

private:
    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path())};
    std::unique_ptr<Log> log_{test::open_or_fail(options_)};
};

const auto kEmbedded = testing::Values(Factory{[] { return std::make_unique<Embedded>(); }});

INSTANTIATE_TEST_SUITE_P(Embedded, LogTopics, kEmbedded);
INSTANTIATE_TEST_SUITE_P(Embedded, LogSteps, kEmbedded);
INSTANTIATE_TEST_SUITE_P(Embedded, LogModel, kEmbedded);

}  // namespace

}  // namespace sluice::log::conformance
