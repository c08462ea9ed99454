#include "log/kafka/survey/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::log::kafka::survey {

namespace {

using Conf = std::unique_ptr<rd_kafka_conf_t, DestroyedBy<rd_kafka_conf_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, DestroyedBy<rd_kafka_AdminOptions_destroy>>;

constexpr std::size_t kComplaintsMax = 64;

void on_error(rd_kafka_t*, int code, const char* text, void* opaque) {
    static_cast<Client*>(opaque)->complain(static_cast<rd_kafka_resp_err_t>(code), text);
}

/// librdkafka's log goes nowhere: what matters of it comes as an error, too.
void on_log(const rd_kafka_t*, int, const char*, const char*) {}

Status set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) ==
        RD_KAFKA_CONF_OK)
        return ok();
    const char* said = is_secret(name) ? "its value is not taken, and not shown" : why.data();
    return Error{ErrorCode::kBadConfig, fmt::format("kafka: {}: {}", name, said)};
}

ErrorCode code_of(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND: return ErrorCode::kNotFound;
        default: return ErrorCode::kUnavailable;
    }
}

}  // namespace

Error refusal(rd_kafka_resp_err_t code, std::string_view asked) {
    return Error{
        code_of(code),
        fmt::format("{}: {} ({})", asked, rd_kafka_err2str(code), rd_kafka_err2name(code))};
}

bool Again::try_after(rd_kafka_resp_err_t code) const {
    const bool passes = code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
                        code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
                        code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
    const std::chrono::milliseconds patience{client_.patience_ms()};
    if (!passes || std::chrono::steady_clock::now() - began_ > patience) return false;
    constexpr int kMomentMs = 100;
    rd_kafka_poll(client_.handle(), kMomentMs);
    return true;
}

Result<std::unique_ptr<Client>> Client::open(
    const KafkaOptions& options, rd_kafka_type_t type, Milliseconds patience
) {
    Conf conf{rd_kafka_conf_new()};
    std::unique_ptr<Client> client{new Client{patience}};
    rd_kafka_conf_set_opaque(conf.get(), client.get());
    rd_kafka_conf_set_error_cb(conf.get(), on_error);
    rd_kafka_conf_set_log_cb(conf.get(), on_log);
    Settings settings = options.properties;
    settings["bootstrap.servers"] = options.bootstrap;
    settings.emplace("client.id", "sluice-survey");
    if (type == RD_KAFKA_CONSUMER) {
        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["auto.offset.reset"] = "error";
        settings["enable.partition.eof"] = "true";
    }
    for (const auto& [name, value] : settings) {
        if (const Status done = set(conf.get(), name, value); !done) return done.error();
    }
    std::array<char, 512> why{};
    client->handle_.reset(rd_kafka_new(type, conf.get(), why.data(), why.size()));
    if (!client->handle_) return Error{ErrorCode::kBadConfig, fmt::format("kafka: {}", why.data())};
    static_cast<void>(conf.release());  // librdkafka owns it from here
    return client;
}

Result<Event> Client::answer_to(rd_kafka_admin_op_t what, const Start& start) const {
    const Queue queue{rd_kafka_queue_new(handle())};
    const AdminOptions options{rd_kafka_AdminOptions_new(handle(), what)};
    std::array<char, 256> why{};
    if (rd_kafka_AdminOptions_set_request_timeout(
            options.get(), patience_ms(), why.data(), why.size()
        ) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return Error{ErrorCode::kBadConfig, fmt::format("kafka: {}", why.data())};
    }
    start(options.get(), queue.get());
    Event event{rd_kafka_queue_poll(queue.get(), patience_ms() + 1'000)};
    if (!event) return refusal(RD_KAFKA_RESP_ERR__TIMED_OUT, "the cluster");
    return event;
}

Result<Event> Client::ask(rd_kafka_admin_op_t what, const Start& start) const {
    auto answer = answer_to(what, start);
    if (!answer) return answer;
    const auto code = rd_kafka_event_error(answer.value().get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(code, "the cluster");
    return answer;
}

std::vector<Complaint> Client::complaints() const {
    rd_kafka_poll(handle(), 0);
    const std::lock_guard lock{mutex_};
    return complaints_;
}

void Client::complain(rd_kafka_resp_err_t code, std::string_view text) {
    Complaint complaint{rd_kafka_err2name(code), std::string{text}};
    const std::lock_guard lock{mutex_};
    if (std::find(complaints_.begin(), complaints_.end(), complaint) != complaints_.end()) return;
    if (complaints_.size() == kComplaintsMax) complaints_.erase(complaints_.begin());
    complaints_.push_back(std::move(complaint));
}

}  // namespace sluice::log::kafka::survey
