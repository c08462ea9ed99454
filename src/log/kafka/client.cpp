#include "log/kafka/client.hpp"

#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::log::kafka {

namespace {

void on_error(rd_kafka_t* /*client*/, int error, const char* words, void* opaque) {
    static_cast<Trouble*>(opaque)->met(static_cast<rd_kafka_resp_err_t>(error), words);
}

/// librdkafka would print to stderr, which belongs to the user.
void on_log(const rd_kafka_t* client, int level, const char* /*facility*/, const char* words) {
    constexpr int kError = 3;  // of syslog
    if (level > kError) return;
    static_cast<Trouble*>(rd_kafka_opaque(client))->met(RD_KAFKA_RESP_ERR_NO_ERROR, words);
}

/// A broker, whichever, is asked for the topic's partitions and their leaders.
rd_kafka_resp_err_t look_up_once(rd_kafka_t* client, rd_kafka_topic_t* topic, int timeout_ms) {
    const rd_kafka_metadata_t* told = nullptr;
    const auto whole = rd_kafka_metadata(client, 0, topic, &told, timeout_ms);
    if (whole != RD_KAFKA_RESP_ERR_NO_ERROR) return whole;
    const auto one = told->topic_cnt == 1 ? told->topics[0].err : whole;
    rd_kafka_metadata_destroy(told);
    return one;
}

}  // namespace

std::string Trouble::last() const {
    const std::lock_guard lock{mutex_};
    return last_;
}

void Trouble::met(rd_kafka_resp_err_t error, std::string_view words) {
    if (is_transport(error)) transport_.fetch_add(1);
    const std::lock_guard lock{mutex_};
    last_ = words;
}

ClientMaker::ClientMaker(const KafkaLogOptions& options, Trouble& trouble)
    : conf_{rd_kafka_conf_new()} {
    rd_kafka_conf_set_opaque(conf_.get(), &trouble);
    rd_kafka_conf_set_error_cb(conf_.get(), on_error);
    rd_kafka_conf_set_log_cb(conf_.get(), on_log);
    set("retry.backoff.ms", "10");
    set("reconnect.backoff.max.ms", "1000");
    set("socket.timeout.ms", fmt::to_string(kSilence.count()));
    set("topic.metadata.refresh.interval.ms", "10000");
    set("allow.auto.create.topics", "false");
    set("bootstrap.servers", options.cluster.bootstrap);
    for (const auto& [name, value] : options.cluster.properties) set(name.c_str(), value);
    set("message.max.bytes", fmt::to_string(options.state_bytes_max + (std::size_t{1} << 20)));
    set("client.id", options.instance);
}

ClientMaker& ClientMaker::set(const char* name, const std::string& value) {
    std::array<char, 512> why{};
    const auto done = rd_kafka_conf_set(conf_.get(), name, value.c_str(), why.data(), why.size());
    if (done != RD_KAFKA_CONF_OK && refused_.empty()) refused_ = why.data();
    return *this;
}

Result<ClientHandle> ClientMaker::make(rd_kafka_type_t type) {
    if (!refused_.empty()) {
        return Error{ErrorCode::kBadConfig, fmt::format("kafka properties: {}", refused_)};
    }
    std::array<char, 512> why{};
    rd_kafka_t* made = rd_kafka_new(type, conf_.get(), why.data(), why.size());
    if (made == nullptr) {
        return Error{ErrorCode::kBadConfig, fmt::format("kafka properties: {}", why.data())};
    }
    static_cast<void>(conf_.release());  // the client's now
    return ClientHandle{made};
}

Result<ClientHandle> make_reader(const KafkaLogOptions& options, Trouble& trouble) {
    ClientMaker maker{options, trouble};
    const std::size_t kib = std::max<std::size_t>(options.read_ahead_bytes >> 10, 1);
    maker.set("isolation.level", "read_committed")
        .set("auto.offset.reset", "error")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true")
        .set("check.crcs", "true")
        .set("fetch.wait.max.ms", "25")
        .set("fetch.error.backoff.ms", "50")
        .set("queued.max.messages.kbytes", fmt::to_string(kib));
    return maker.make(RD_KAFKA_CONSUMER);
}

Result<ClientHandle> make_asker(
    const KafkaLogOptions& options, Trouble& trouble, bool committed_only
) {
    ClientMaker maker{options, trouble};
    maker.set("isolation.level", committed_only ? "read_committed" : "read_uncommitted");
    return maker.make(RD_KAFKA_CONSUMER);
}

rd_kafka_resp_err_t look_up(
    rd_kafka_t* client, rd_kafka_topic_t* topic, std::chrono::milliseconds patience
) {
    return ask_again(patience, [&](int timeout_ms) {
        return look_up_once(client, topic, timeout_ms);
    });
}

void wake_reader(rd_kafka_t* client, const std::string& topic, PartitionId partition) {
    constexpr int kPatienceMs = 100;
    constexpr std::int64_t kLatest = -1;
    // Any request wakes the leader's thread, and this is one that takes a broker no work. What it
    // answers is nobody's concern: nothing comes of a leader that does not answer.
    const PartitionsHandle asked{rd_kafka_topic_partition_list_new(1)};
    const auto number = static_cast<std::int32_t>(partition.value);
    rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), number)->offset = kLatest;
    static_cast<void>(rd_kafka_offsets_for_times(client, asked.get(), kPatienceMs));
}

rd_kafka_resp_err_t ask_of_topic(
    rd_kafka_t* client,
    const std::string& topic,
    std::chrono::milliseconds patience,
    const std::function<rd_kafka_resp_err_t(int)>& ask
) {
    return ask_again(patience, [&](int timeout_ms) {
        const auto answer = ask(timeout_ms);
        if (!is_passing(answer)) return answer;
        // By itself the client would go on with the leader that it knows, for a quarter of an hour.
        const TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
        const auto looked = look_up_once(client, handle.get(), timeout_ms);
        if (looked != RD_KAFKA_RESP_ERR_NO_ERROR) return looked;
        const bool unheard = answer == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                             answer == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        return unheard ? ask(timeout_ms) : answer;
    });
}

}  // namespace sluice::log::kafka
