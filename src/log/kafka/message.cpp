#include "log/kafka/message.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::log::kafka {

namespace {

constexpr std::size_t kLengthsBytes = 4;  // of a header, as `Headers` keeps it

std::string text_of(const void* bytes, std::size_t size) {
    return std::string{static_cast<const char*>(bytes), size};
}

Headers headers_of(const rd_kafka_message_t& message) {
    Headers headers;
    rd_kafka_headers_t* all = nullptr;
    if (rd_kafka_message_headers(&message, &all) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    const auto look = [&](std::size_t at) {
        return rd_kafka_header_get_all(all, at, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
    };
    std::size_t bytes = 0;
    for (std::size_t i = 0; look(i); ++i) bytes += std::strlen(name) + size + kLengthsBytes;
    headers.reserve_bytes(bytes);
    for (std::size_t i = 0; look(i); ++i) {
        const char* text = value == nullptr ? "" : static_cast<const char*>(value);
        headers.push_back({name, {text, size}});
    }
    return headers;
}

/// As librdkafka wants bytes that it only reads.
void* bytes_of(std::string_view text) {
    return const_cast<char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): C
}

class Arguments {
public:
    rd_kafka_vu_t& add(rd_kafka_vtype_t type) {
        rd_kafka_vu_t& one = all_[count_++];
        one.vtype = type;
        return one;
    }

    void add_bytes(rd_kafka_vtype_t type, const std::optional<std::string>& bytes) {
        if (!bytes) return;
        rd_kafka_vu_t& one = add(type);
        one.u.mem.ptr = bytes_of(*bytes);
        one.u.mem.size = bytes->size();
    }

    rd_kafka_resp_err_t produce(rd_kafka_t* producer) {
        const ErrorHandle error{rd_kafka_produceva(producer, all_.data(), count_)};
        return error == nullptr ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(error.get());
    }

private:
    std::array<rd_kafka_vu_t, 8> all_{};
    std::size_t count_{0};
};

}  // namespace

Record record_of(const rd_kafka_message_t& message) {
    Record record;
    if (message.key != nullptr) record.key = text_of(message.key, message.key_len);
    if (message.payload != nullptr) record.value = text_of(message.payload, message.len);
    record.headers = headers_of(message);
    record.time = Instant{rd_kafka_message_timestamp(&message, nullptr)};
    return record;
}

rd_kafka_resp_err_t produce(
    rd_kafka_t* producer,
    rd_kafka_topic_t* topic,
    std::int32_t partition,
    const Record& record,
    void* token
) {
    Arguments arguments;
    arguments.add(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
    arguments.add(RD_KAFKA_VTYPE_PARTITION).u.i32 = partition;
    arguments.add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
    arguments.add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = token;
    arguments.add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = record.time.ms;
    arguments.add_bytes(RD_KAFKA_VTYPE_VALUE, record.value);
    arguments.add_bytes(RD_KAFKA_VTYPE_KEY, record.key);
    HeadersHandle headers;
    if (!record.headers.empty()) {
        headers.reset(rd_kafka_headers_new(record.headers.size()));
        for (const Header& header : record.headers) {
            rd_kafka_header_add(
                headers.get(),
                header.name.data(),
                static_cast<ssize_t>(header.name.size()),
                header.value.data(),
                static_cast<ssize_t>(header.value.size())
            );
        }
        arguments.add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
    }
    const auto error = arguments.produce(producer);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());  // its own now
    return error;
}

}  // namespace sluice::log::kafka
