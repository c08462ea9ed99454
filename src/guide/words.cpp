#include "guide/words.hpp"

namespace sluice::guide {

namespace {

constexpr Words kEnglishWords{
    .code = "en",
    .name = "English",
    .title = "Events of {}",
    .intro =
        "All events of the domain `{}` that concern one subject reach you one after the other, in "
        "the order in "
        "which they happened, each once. The ordered topic has {} partitions.",
    .flow = "How they flow",
    .events = "Events",
    .event = "Event",
    .topics = "Topics",
    .meaning = "Meaning",
    .published = "When and by whom",
    .publisher = "Published by",
    .when = "When",
    .channel = "topic `{}`, {} partitions",
    .version = "Version",
    .deprecated = "Deprecated",
    .order = "Order",
    .by_numbers =
        "By number: an event with `sourcesequence` comes after all smaller numbers of its source "
        "({}). With "
        "`dependson` it comes after the event that the stamp names.",
    .any_source = "any source",
    .waits = "By type: comes after {}.",
    .if_seen = "By type: comes after {}, if that is known to be coming.",
    .no_rules = "By type: waits for no other type.",
    .closes = "Closes its subject: what comes later is late.",
    .versions = "Versions",
    .said_by = "dataschema",
    .not_said = "none",
    .becomes = "Can be made",
    .asked_by = "Asked for by",
    .as_it_comes = "Take whatever version comes: {}.",
    .fields = "Fields",
    .field = "Field",
    .type = "Type",
    .always = "Always there",
    .unit = "Unit",
    .example = "Example",
    .limits = "Limits",
    .yes = "yes",
    .personal = "personal data: only for subscriptions that are granted it",
    .no_schema =
        "The contract has no schema for this event: its data is not described, and nothing is "
        "checked.",
    .sample = "Sample",
    .made_up = "Made from the schema; the contract has no example.",
    .subscribers = "Who subscribes",
    .nobody = "No subscription is known.",
    .subscription = "Subscription",
    .filter = "Filter",
    .gets = "Gets",
    .everything = "everything",
    .without_personal = "everything but personal data",
    .copy = "To copy",
    .publish_with = "Publish with {}",
    .listen_with = "Listen with {}",
    .listen_note =
        "A plain consumer of the channel's own topic, chosen by the type header. It sees events as "
        "they arrive: late, doubled "
        "and out of order. For order, subscribe through Sluice.",
    .back = "All events"};

constexpr Words kKoreanWords{
    .code = "ko",
    .name = "한국어",
    .title = "{} 이벤트",
    .intro =
        "`{}` 도메인의 이벤트는 같은 대상에 대해 일어난 순서대로, 하나씩, 한 번만 전달됩니다. "
        "순서가 정해진 토픽의 파티션은 {}개입니다.",
    .flow = "흐름",
    .events = "이벤트",
    .event = "이벤트",
    .topics = "토픽",
    .meaning = "의미",
    .published = "누가 언제 발행하는가",
    .publisher = "발행자",
    .when = "시점",
    .channel = "토픽 `{}`, 파티션 {}개",
    .version = "버전",
    .deprecated = "사용 중단 예정",
    .order = "순서",
    .by_numbers =
        "번호: `sourcesequence`가 있는 이벤트는 같은 소스({})의 더 작은 번호가 모두 전달된 뒤에 "
        "옵니다. `dependson`이 있으면 "
        "그 스탬프가 가리키는 이벤트 뒤에 옵니다.",
    .any_source = "모든 소스",
    .waits = "타입: {} 다음에 옵니다.",
    .if_seen = "타입: 이미 도착해 기다리는 중이면 {} 다음에 옵니다.",
    .no_rules = "타입: 다른 타입을 기다리지 않습니다.",
    .closes = "대상을 종료합니다. 이후에 온 이벤트는 늦은 이벤트입니다.",
    .versions = "버전",
    .said_by = "dataschema",
    .not_said = "없음",
    .becomes = "변환 가능",
    .asked_by = "요청한 구독",
    .as_it_comes = "발행된 버전 그대로 받는 구독: {}.",
    .fields = "필드",
    .field = "필드",
    .type = "타입",
    .always = "필수",
    .unit = "단위",
    .example = "예시",
    .limits = "제약",
    .yes = "예",
    .personal = "개인정보: 권한을 받은 구독에만 전달됩니다",
    .no_schema =
        "계약에 이 이벤트의 스키마가 없습니다. 데이터가 설명되지 않으며 검증도 하지 않습니다.",
    .sample = "샘플",
    .made_up = "계약에 예시가 없어 스키마로 만든 값입니다.",
    .subscribers = "구독자",
    .nobody = "알려진 구독이 없습니다.",
    .subscription = "구독",
    .filter = "필터",
    .gets = "받는 데이터",
    .everything = "전체",
    .without_personal = "개인정보를 뺀 전체",
    .copy = "복사해서 쓰기",
    .publish_with = "{}로 발행",
    .listen_with = "{}로 수신",
    .listen_note =
        "채널의 원래 토픽을 타입 헤더로 골라 읽는 일반 컨슈머입니다. 늦거나 중복되거나 순서가 바뀐 "
        "이벤트를 그대로 보게 됩니다. 순서가 "
        "필요하면 Sluice로 구독하십시오.",
    .back = "모든 이벤트"};

}  // namespace

const Words& words(Language language) {
    return language == Language::kKorean ? kKoreanWords : kEnglishWords;
}

}  // namespace sluice::guide
