#pragma once

#include <sluice/event.hpp>
#include <sluice/time.hpp>

#include "event/text.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

/// Random valid events, for the model tests of every codec. Only tests include this.
namespace sluice::test {

inline std::string random_text(std::mt19937_64& random, std::size_t chars_max) {
    constexpr std::array<std::uint32_t, 12> chars{
        'a', 'Z', '0', ' ', '"', '\\', '/', '%', 0xE9, 0xD55C, 0xFFFD, 0x1F6D2};
    std::string text{"x"};
    for (std::size_t left = random() % (chars_max + 1); left > 0; --left) {
        event::append_utf8(text, chars[random() % chars.size()]);
    }
    return text;
}

inline std::string random_word(std::mt19937_64& random) {
    std::string word{"e"};
    for (std::size_t left = random() % 20; left > 0; --left) {
        word.push_back("abcxyz0189"[random() % 10]);
    }
    return word;
}

inline std::string random_bytes(std::mt19937_64& random) {
    std::string bytes;
    for (std::size_t left = random() % 200; left > 0; --left) {
        bytes.push_back(static_cast<char>(random()));
    }
    return bytes;
}

/// JSON text with escapes, blanks and nesting, as some producer may have written it.
inline std::string random_json(std::mt19937_64& random, int depth = 0) {
    constexpr std::array<std::string_view, 9> scalars{
        "0",
        "-12.50",
        "1E+3",
        "true",
        "null",
        "\"\"",
        R"("a\"\\\/\u00e9\ud83d\uDED2")",
        "\"한\"",
        "123456789012345678901234567890"};
    const std::uint64_t choice = random() % (depth < 4 ? 12 : 9);
    if (choice < 9) return std::string{scalars.at(choice)};
    const bool object = choice % 2 == 0;
    std::string text{object ? "{" : "["};
    for (std::uint64_t left = random() % 4, at = 0; at < left; ++at) {
        if (at > 0) text += random() % 2 == 0 ? "," : " ,\r\n ";
        if (object) text += "\"k" + std::to_string(at) + "\" : ";
        text += random_json(random, depth + 1);
    }
    return text + (object ? "\n}" : "\t]");
}

inline Event random_event(std::mt19937_64& random) {
    const auto maybe = [&] { return random() % 2 == 0; };
    Event event;
    event.id = random_text(random, 30);
    event.source = "/" + random_word(random);
    event.type = random_text(random, 30);
    if (maybe()) event.subject = random_text(random, 30);
    if (maybe())
        event.time = to_rfc3339(Instant{static_cast<std::int64_t>(random() % 4'000'000'000'000)});
    if (maybe()) event.dataschema = "https://example.org/" + random_word(random);
    if (maybe()) event.extensions["sourcesequence"] = std::to_string(random() % 1'000 + 1);
    if (maybe()) event.extensions["dependson"] = "/a 1 /b " + std::to_string(random() % 9 + 1);
    while (maybe()) event.extensions[random_word(random)] = random_text(random, 10);
    constexpr std::array<std::string_view, 5> types{
        "application/json",
        "Application/Vnd.x+JSON; charset=utf-8",
        "text/plain",
        "image/png",
        "text/xml"};
    if (maybe()) event.datacontenttype = types[random() % types.size()];
    if (maybe()) event.data = maybe() ? random_json(random) : random_bytes(random);
    if (event.data.has_value() && random() % 4 == 0) event.data = random_text(random, 40) + "\n\t";
    return event;
}

}  // namespace sluice::test
