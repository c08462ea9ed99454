#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::guide {

enum class Language : std::uint8_t { kEnglish, kKorean };

inline constexpr Language kLanguages[] = {Language::kEnglish, Language::kKorean};

/// What pages say of themselves, in one language. What a `{}` stands for is said at its use.
struct Words {
    std::string_view code;   ///< of the language: its folder, and `lang` of its pages
    std::string_view name;   ///< of the language, in it
    std::string_view title;  ///< {}: the domain
    std::string_view intro;  ///< {}: the domain, its homes
    std::string_view flow;
    std::string_view events;
    std::string_view event;
    std::string_view topics;
    std::string_view meaning;
    std::string_view published;
    std::string_view publisher;
    std::string_view when;
    std::string_view channel;  ///< {}: topic, partitions
    std::string_view version;
    std::string_view deprecated;
    std::string_view order;
    std::string_view by_numbers;  ///< {}: the sources that number
    std::string_view any_source;
    std::string_view waits;    ///< {}: rule
    std::string_view if_seen;  ///< {}: rule
    std::string_view no_rules;
    std::string_view closes;
    std::string_view versions;
    std::string_view said_by;      ///< how an event says its version
    std::string_view not_said;     ///< by saying nothing
    std::string_view becomes;      ///< the neighbours that it can be made
    std::string_view asked_by;     ///< the subscriptions that ask for it
    std::string_view as_it_comes;  ///< {}: the subscriptions that ask for none
    std::string_view fields;
    std::string_view field;
    std::string_view type;
    std::string_view always;
    std::string_view unit;
    std::string_view example;
    std::string_view limits;
    std::string_view yes;
    std::string_view personal;
    std::string_view no_schema;
    std::string_view sample;
    std::string_view made_up;
    std::string_view subscribers;
    std::string_view nobody;
    std::string_view subscription;
    std::string_view filter;
    std::string_view gets;
    std::string_view everything;
    std::string_view without_personal;
    std::string_view copy;
    std::string_view publish_with;  ///< {}: a language or tool
    std::string_view listen_with;   ///< {}: a language or tool
    std::string_view listen_note;
    std::string_view back;
};

[[nodiscard]] const Words& words(Language language);

}  // namespace sluice::guide
