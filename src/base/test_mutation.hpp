#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace sluice::test {

/// The text with one injury: a byte changed, put in or doubled, or a piece cut out, moved or
/// repeated. `marks` are bytes that mean something to whoever reads it: they hit more often.
inline std::string mutated(std::mt19937_64& random, std::string text, std::string_view marks) {
    const auto byte = [&] {
        return random() % 3 == 0 ? static_cast<char>(random()) : marks[random() % marks.size()];
    };
    if (text.empty()) return std::string(1, byte());
    const std::size_t at = random() % text.size();
    const std::size_t size = random() % 16 + 1;
    switch (random() % 7) {
        case 0: text[at] = byte(); break;
        case 1: text[at] = static_cast<char>(text[at] ^ (1 << (random() % 8))); break;
        case 2: text.erase(at, size); break;
        case 3: text.insert(at, 1, byte()); break;
        case 4: text.insert(at, text.substr(random() % text.size(), size)); break;
        case 5: text.resize(at); break;
        default: text.insert(at, std::string(size, text[at])); break;
    }
    return text;
}

}  // namespace sluice::test
