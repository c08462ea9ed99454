// A stored record: what is taken of it comes back; and its event, in binary or
// structured mode, or the command that it carries.

#include "base/assert.hpp"
#include "event/command_frame.hpp"
#include "event/kafka.hpp"
#include "event/validate.hpp"
#include "event/view.hpp"
#include "fuzz.hpp"
#include "log/embedded/record_codec.hpp"

namespace sluice {
namespace {

void event_of(const Record& record) {
    const auto event = event::from_record(record, {});
    const auto binary = event::to_binary(record, {});
    if (!event) {
        SLUICE_ASSERT(!event.error().message.empty());
        return;
    }
    SLUICE_ASSERT(event::validate(*event, {}).has_value());
    SLUICE_ASSERT(event::from_record(binary.value(), {}).value() == *event);
    SLUICE_ASSERT(event::from_record(event::to_record(*event, record.key), {}).value() == *event);
    const auto view = event::EventView::of(binary.value());
    SLUICE_ASSERT(view && view->id() == event->id && view->source() == event->source);
    SLUICE_ASSERT(view->type() == event->type && view->subject() == event->subject);
    SLUICE_ASSERT(view->data() == event->data);
}

void command_of(const Record& record) {
    const event::CommandReader reader{"command"};
    const auto opened = reader.open(record);
    if (!opened) {
        SLUICE_ASSERT(opened.error().code == ErrorCode::kCorrupt);
        return;
    }
    SLUICE_ASSERT(event::is_command(record));
    const event::CommandFrame& frame = opened->frame;
    const Record again = event::command_record(frame, "about", "verb");
    const auto back = reader.open(again);
    SLUICE_ASSERT(back.has_value());
    SLUICE_ASSERT(back->frame.subject == frame.subject && back->frame.id == frame.id);
    SLUICE_ASSERT(back->frame.by == frame.by && back->frame.why == frame.why);
    SLUICE_ASSERT(back->frame.at == frame.at);
}

void run(std::string_view stored) {
    const auto record = log::decode_record(stored);
    if (!record) return;
    std::string again;
    log::encode_record(*record, again);
    SLUICE_ASSERT(
        again.size() <= stored.size()
    );  // a length may have been written in more bytes than it needs
    SLUICE_ASSERT(log::decode_record(again) == record);
    event_of(*record);
    command_of(*record);
}

}  // namespace
}  // namespace sluice

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::run(sluice::fuzz::text_of(data, size));
    return 0;
}
