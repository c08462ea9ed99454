#include "guide/snippets.hpp"

#include <initializer_list>
#include <utility>

namespace sluice::guide {

namespace {

// What stands between two @ is put in: TYPE and TOPIC as string literals, which all of these
// languages write as JSON does.

constexpr std::string_view kCurl = R"(curl -sS http://127.0.0.1:8480/v1/domains/@DOMAIN@/events \
  -H 'content-type: application/cloudevents+json' \
  -d '@EVENT@'
)";

constexpr std::string_view kSpring = R"(@Configuration
class OnlyThisType {
    @Bean
    RecordFilterStrategy<String, String> onlyThisType() {
        return record -> {  // true: the listener does not get it
            Header type = record.headers().lastHeader("ce_type");
            return type == null || !@TYPE@.equals(new String(type.value(), StandardCharsets.UTF_8));
        };
    }
}

@Component
class Listener {
    @KafkaListener(topics = @TOPIC@, groupId = "my-team", filter = "onlyThisType")
    void on(ConsumerRecord<String, String> record) {
        String subject = record.key();
        String data = record.value();
    }
}
)";

constexpr std::string_view kPython = R"(from confluent_kafka import Consumer

consumer = Consumer({
    "bootstrap.servers": "127.0.0.1:9092",
    "group.id": "my-team",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
})
consumer.subscribe([@TOPIC@])
while True:
    record = consumer.poll(1.0)
    if record is None or record.error():
        continue
    headers = dict(record.headers() or [])
    if headers.get("ce_type") != @TYPE@.encode():
        continue
    print(headers["ce_subject"].decode(), record.value())
)";

constexpr std::string_view kGo = R"(reader := kafka.NewReader(kafka.ReaderConfig{
	Brokers: []string{"127.0.0.1:9092"},
	GroupID: "my-team",
	Topic:   @TOPIC@,
})
for {
	record, err := reader.ReadMessage(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	if headers["ce_type"] != @TYPE@ {
		continue
	}
	fmt.Println(headers["ce_subject"], string(record.Value))
}
)";

constexpr std::string_view kCpp = R"text(sluice::Service mine{"my-team"};
mine.on(@TYPE@, [](const sluice::Event& event, sluice::Sql& sql) {
    sql.execute("INSERT INTO mine (subject, data) VALUES (?, ?)", {event.subject, *event.data});
    return sluice::Handled::done();  // in one transaction with the inbox: once, and in order
});
)text";

std::string filled(
    std::string_view form, std::initializer_list<std::pair<std::string_view, std::string>> values
) {
    std::string out{form};
    for (const auto& [name, value] : values) {
        for (std::size_t at = 0; (at = out.find(name, at)) != std::string::npos;
             at += value.size()) {
            out.replace(at, name.size(), value);
        }
    }
    return out;
}

std::string literal(std::string_view text) {
    return nlohmann::json(text).dump();
}

/// Within single quotes of a shell.
std::string quoted(std::string text) {
    for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4)
        text.replace(at, 1, "'\\''");
    return text;
}

}  // namespace

std::vector<Snippet> snippets_of(
    std::string_view domain,
    std::string_view topic,
    std::string_view type,
    const nlohmann::json& event
) {
    const auto listens = [&](std::string_view form) {
        return filled(form, {{"@TOPIC@", literal(topic)}, {"@TYPE@", literal(type)}});
    };
    return {
        {"curl",
         "sh",
         true,
         filled(kCurl, {{"@DOMAIN@", std::string{domain}}, {"@EVENT@", quoted(event.dump(2))}})},
        {"C++ (Sluice)", "cpp", false, listens(kCpp)},
        {"Java (Spring)", "java", false, listens(kSpring)},
        {"Python", "python", false, listens(kPython)},
        {"Go", "go", false, listens(kGo)}};
}

}  // namespace sluice::guide
