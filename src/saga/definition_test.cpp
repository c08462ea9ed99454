#include "saga/saga_fixture.hpp"

#include <functional>

namespace sluice::saga::test {
namespace {

TEST(SagaDefinition, OfACheckoutIsValid) {
    EXPECT_TRUE(checkout().validate().has_value());
    EXPECT_EQ(checkout().pivot(), 2U);
    EXPECT_EQ(checkout().index_of("place"), 3U);
    EXPECT_FALSE(checkout().index_of("nobody").has_value());
}

struct BadDefinition {
    std::function<void(Definition&)> spoil;
    const char* says;
};

TEST(SagaDefinition, SaysWhatIsWrongWhereAndWhatToDo) {
    const BadDefinition cases[] = {
        {[](Definition& d) { d.name = "Check out"; },
         "saga \"Check out\": a name is 1 to 64 of a-z, 0-9 and -, a letter first"},
        {[](Definition& d) { d.version = 0; }, "saga checkout: version 0: versions count from 1"},
        {[](Definition& d) { d.steps.clear(); }, "saga checkout: 0 steps: 1 to 32 may be"},
        {[](Definition& d) { d.steps[1].name = "reserve"; },
         "saga checkout: two steps are named reserve: rename one"},
        {[](Definition& d) { d.steps[1].name = "a/b"; },
         "saga checkout, step \"a/b\": a name is 1 to 64 of a-z, 0-9 and -, a letter first"},
        {[](Definition& d) { d.steps[3].pivot = true; },
         "saga checkout: authorize and place are pivots: one may be"},
        {[](Definition& d) { d.steps[0].undo.reset(); },
         "saga checkout, step reserve: can be taken back, so it needs an undo; if nothing is to "
         "be undone, say undo: none"},
        {[](Definition& d) { d.steps[0].nothing_to_undo = true; },
         "saga checkout, step reserve: has an undo and says that there is none: choose one"},
        {[](Definition& d) { d.steps[3].undo = command("x"); },
         "saga checkout, step place: is the pivot or follows it, where nothing is taken back: "
         "leave its undo out, or move the pivot"},
        {[](Definition& d) { d.steps[2].nothing_to_undo = true; },
         "saga checkout, step authorize: is the pivot or follows it, where nothing is taken back: "
         "leave its undo out, or move the pivot"},
        {[](Definition& d) { d.steps[2].pivot = false; },
         "saga checkout, step authorize: can be taken back, so it needs an undo; if nothing is to "
         "be undone, say undo: none"},
        {[](Definition& d) { d.steps[0].command.to.clear(); },
         "saga checkout, step reserve: says to nobody: an event type or a URL, up to 2048"},
        {[](Definition& d) { d.steps[0].command.via = Via::kHttp; },
         "saga checkout, step reserve: reserve.wanted is no http or https URL"},
        {[](Definition& d) { d.steps[0].undo->to = "https://x"; },
         "saga checkout, step reserve, undo: https://x is a URL, not an event type; say http "
         "instead"},
        {[](Definition& d) { d.steps[0].command.answer_within = Milliseconds{0}; },
         "saga checkout, step reserve: answer within 0 ms: 1 ms to 7 days"},
        {[](Definition& d) { d.steps[0].command.attempts_max = 0; },
         "saga checkout, step reserve: 0 attempts: 1 to 1000 may be"},
        {[](Definition& d) { d.steps[0].command.wait_max = std::chrono::hours{25}; },
         "saga checkout, step reserve: waits up to 90000000 ms: 1 ms to 1 day"},
        {[](Definition& d) { d.steps[0].command.wait_first = Milliseconds{401}; },
         "saga checkout, step reserve: waits 401 ms first: 1 to 400 ms, its longest wait"},
        {[](Definition& d) {
             d.lock = LockSpec{"", LockRule::kWait};
         },
         "saga checkout, lock \"\": a name is 1 to 64 of a-z, 0-9 and -, a letter first"},
        {[](Definition& d) { d.input_bytes_max = 0; },
         "saga checkout: input up to 0 bytes: 1 to 512 KiB"},
        {[](Definition& d) { d.result_bytes_max = 65'537; },
         "saga checkout: results of 65537 bytes: at most 64 KiB"},
    };
    for (const BadDefinition& one : cases) {
        Definition definition = checkout();
        one.spoil(definition);
        const Status status = definition.validate();
        ASSERT_FALSE(status.has_value()) << one.says;
        EXPECT_EQ(status.error().code, ErrorCode::kBadConfig);
        EXPECT_EQ(status.error().message, one.says);
    }
}

TEST(SagaDefinition, AtMost32Steps) {
    Definition definition = checkout();
    definition.steps.clear();
    for (int i = 0; i < 32; ++i) definition.steps.push_back(undoable("s" + std::to_string(i)));
    EXPECT_TRUE(definition.validate().has_value());
    definition.steps.push_back(undoable("one-more"));
    EXPECT_FALSE(definition.validate().has_value());
}

TEST(SagaDefinition, ItsShapeIsStoredAndStaysWhatItIs) {
    EXPECT_EQ(shape_of(checkout()), 18'382'745'348'796'313'403U);
    Definition other = checkout();
    other.steps[0].undo.reset();
    other.steps[0].nothing_to_undo = true;
    EXPECT_NE(shape_of(other), shape_of(checkout()));
    other = checkout();
    other.lock = LockSpec{"cart", LockRule::kWait};
    EXPECT_NE(shape_of(other), shape_of(checkout()));
}

}  // namespace
}  // namespace sluice::saga::test
