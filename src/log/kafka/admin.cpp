#include "log/kafka/admin.hpp"

#include "log/kafka/errors.hpp"

#include <array>

namespace sluice::log::kafka {

Result<EventHandle> administer(
    rd_kafka_t* client,
    rd_kafka_admin_op_t what,
    std::chrono::milliseconds timeout,
    std::string_view doing,
    const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& begin
) {
    const int patience = static_cast<int>(timeout.count());
    std::array<char, 256> why{};
    const AdminOptionsHandle options{rd_kafka_AdminOptions_new(client, what)};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), patience, why.data(), why.size());
    if (what == RD_KAFKA_ADMIN_OP_CREATETOPICS || what == RD_KAFKA_ADMIN_OP_DELETERECORDS) {
        rd_kafka_AdminOptions_set_operation_timeout(
            options.get(), patience, why.data(), why.size()
        );
    }
    const QueueHandle answers{rd_kafka_queue_new(client)};
    begin(options.get(), answers.get());
    EventHandle event{rd_kafka_queue_poll(answers.get(), patience + 1'000)};
    if (event == nullptr) return error_of(RD_KAFKA_RESP_ERR__TIMED_OUT, doing);
    if (const auto error = rd_kafka_event_error(event.get())) {
        return error_of(error, doing, rd_kafka_event_error_string(event.get()));
    }
    return event;
}

}  // namespace sluice::log::kafka
