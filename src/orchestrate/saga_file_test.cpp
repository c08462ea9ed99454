#include "orchestrate/saga_file.hpp"

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace sluice::orchestrate {
namespace {

using saga::LockRule;
using saga::Via;

const std::string kCheckout = R"(saga: checkout
version: 3
lock: {name: cart, when_taken: wait}
limits: {input: 8KiB, result: 1KiB}
defaults: {answer: 5s, attempts: 4}
steps:
  - name: reserve
    event: stock.reserve
    undo: {event: stock.release, answer: 1m, attempts: 100}
  - name: greet
    http: https://mail.example/greet
    undo: none
  - name: authorize
    http: https://pay.example/authorize
    first: 2s
    max: 10s
    pivot: true
  - name: place
    event: order.place
)";

std::string errors_of(const std::string& text) {
    const auto definition = parse_saga("checkout.yaml", text);
    return definition ? "none" : definition.error().message;
}

/// The checkout with one text in the place of another.
std::string spoilt(std::string_view was, std::string_view is) {
    std::string text = kCheckout;
    const std::size_t at = text.find(was);
    EXPECT_NE(at, std::string::npos) << was;
    return text.replace(at, was.size(), is);
}

TEST(SagaFile, IsReadKeyByKey) {
    const auto read = parse_saga("checkout.yaml", kCheckout);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    const saga::Definition& it = read.value();
    EXPECT_EQ(it.name, "checkout");
    EXPECT_EQ(it.version, 3U);
    EXPECT_EQ(it.lock, (saga::LockSpec{"cart", LockRule::kWait}));
    EXPECT_EQ(it.input_bytes_max, 8U * 1024);
    EXPECT_EQ(it.result_bytes_max, 1024U);
    ASSERT_EQ(it.steps.size(), 4U);
    EXPECT_EQ(it.pivot(), 2U);

    const saga::StepSpec& reserve = it.steps[0];
    EXPECT_EQ(reserve.command.via, Via::kEvent);
    EXPECT_EQ(reserve.command.to, "stock.reserve");
    EXPECT_EQ(reserve.command.answer_within, Milliseconds{5'000});
    EXPECT_EQ(reserve.command.attempts_max, 4U);
    EXPECT_EQ(reserve.command.wait_first, Milliseconds{1'000});
    ASSERT_TRUE(reserve.undo.has_value());
    EXPECT_EQ(reserve.undo->to, "stock.release");
    EXPECT_EQ(reserve.undo->answer_within, Milliseconds{60'000});
    EXPECT_EQ(reserve.undo->attempts_max, 100U);
    EXPECT_TRUE(it.steps[1].nothing_to_undo);
    EXPECT_EQ(it.steps[2].command.via, Via::kHttp);
    EXPECT_EQ(it.steps[2].command.wait_first, Milliseconds{2'000});
    EXPECT_EQ(it.steps[2].command.wait_max, Milliseconds{10'000});
}

TEST(SagaFile, NeedsLittle) {
    const auto read =
        parse_saga("x.yaml", "saga: x\nsteps: [{name: a, event: a.do, undo: {event: a.undo}}]\n");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->version, 1U);
    EXPECT_FALSE(read->lock.has_value());
    EXPECT_EQ(read->steps[0].command, ([] {
                  saga::CommandSpec defaults;
                  defaults.to = "a.do";
                  return defaults;
              }()));
}

struct SpoiltSaga {
    const char* was;
    const char* is;
    const char* says;
};

TEST(SagaFile, SaysWhatIsWrongAndWhere) {
    const SpoiltSaga cases[] = {
        {"lock:", "locks:", "checkout.yaml:3:1: /locks: unknown name; did you mean 'lock'?"},
        {"when_taken: wait", "when_taken: queue", "'queue' is not one of refuse, wait"},
        {"answer: 5s", "answer: 5", "checkout.yaml:5:20: /defaults/answer: "},
        {"attempts: 100}", "attempts: 0}", "/steps/0/undo/attempts: "},
        {"event: stock.reserve\n",
         "event: stock.reserve\n    http: https://x\n",
         "checkout.yaml:9:11: /steps/0/http: there is an `event` as well: name one of them"},
        {"    event: order.place\n",
         "",
         "/steps/3: says to nobody: name the `event` to send, or the `http` URL to post to"},
        {"undo: none",
         "undo: nothing",
         "checkout.yaml:12:11: /steps/1/undo: is `none`, or names its `event` or `http`, such as "
         "{event: stock.release}"},
        {"    undo: none\n",
         "",
         "checkout.yaml:10:5: /steps/1: saga checkout, step greet: can be taken back, so it needs "
         "an undo; if nothing is to be undone, say undo: none"},
        {"    event: order.place\n",
         "    event: order.place\n    undo: none\n",
         "saga checkout, step place: is the pivot or follows it, where nothing is taken back: "
         "leave its undo out, or move the pivot"},
        {"name: greet", "name: reserve", "saga checkout: two steps are named reserve: rename one"},
        {"event: order.place\n",
         "event: order.place\n    pivot: true\n",
         "saga checkout: authorize and place are pivots: one may be"},
        {"https://pay", "ftp://pay", "ftp://pay.example/authorize is no http or https URL"},
        {"max: 10s", "max: 1s", "waits 2000 ms first: 1 to 1000 ms, its longest wait"},
        {"saga: checkout", "saga: Check", "a name is 1 to 64 of a-z, 0-9 and -, a letter first"},
    };
    for (const SpoiltSaga& one : cases) {
        const std::string errors = errors_of(spoilt(one.was, one.is));
        EXPECT_NE(errors.find(one.says), std::string::npos) << one.is << "\n" << errors;
    }
    const std::string empty = errors_of("steps: []\n");
    EXPECT_NE(empty.find("saga"), std::string::npos) << empty;
}

TEST(SagaFile, TellsAllThatIsWrongAtOnce) {
    std::string text = spoilt("version: 3", "version: none");
    text.replace(text.find("pivot: true"), 11, "pivot: maybe");
    const std::string errors = errors_of(text);
    EXPECT_NE(errors.find("/version"), std::string::npos) << errors;
    EXPECT_NE(errors.find("/steps/2/pivot"), std::string::npos) << errors;
}

TEST(SagaFile, OfOneVersionThereIsOneFile) {
    const log::test::ScratchDirectory directory;
    const auto file = [&](const std::string& name, const std::string& text) {
        std::ofstream{directory.path() / name} << text;
        return (directory.path() / name).string();
    };
    const std::string first = file("a.yaml", kCheckout);
    const std::string newer = file("b.yaml", spoilt("version: 3", "version: 4"));
    const std::string again = file("c.yaml", kCheckout);
    EXPECT_EQ(load_sagas({first, newer}).value().size(), 2U);
    const auto twice = load_sagas({first, newer, again});
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(
        twice.error().message,
        again + ": saga checkout version 3 is defined in " + first +
            " already: give this one another version, or take it out"
    );
    EXPECT_EQ(
        load_sagas({first, (directory.path() / "none.yaml").string()}).error().code,
        ErrorCode::kNotFound
    );
}

}  // namespace
}  // namespace sluice::orchestrate
