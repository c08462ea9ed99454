#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// Reads JSON (RFC 8259) value by value, as payloads need it: objects, arrays, strings, integers of
/// 0 or more. Each read answers whether it went well; after the first failure the callers return,
/// each putting the name of its place in front, so that the error says where.
/// Threads:  one.
/// Lifetime: the text outlives it.
/// Limits:   depth is the reader's call depth, which the payload types bound.
class JsonReader {
public:
    explicit JsonReader(std::string_view text) : text_{text} {}

    /// Consumes `c` if it comes next, behind blanks.
    bool take(char c);

    /// Consumes `c`, or fails.
    bool expect(char c);

    bool read(std::int64_t& value);
    bool read(std::string& value);

    /// Nothing but blanks may be left.
    bool end();

    /// Keeps the first failure; always false.
    bool fail(std::string_view what);

    /// Puts a place in front of the failure's path; always false.
    bool inside(std::string_view member);
    bool inside(std::size_t element);

    [[nodiscard]] Error error() const;

private:
    void skip_blanks();
    bool read_escape(std::string& value);
    bool read_code_unit(std::uint32_t& unit);

    std::string_view text_;
    std::size_t at_{0};
    std::size_t failed_at_{0};
    std::string what_;
    std::string path_;
};

/// Appends a JSON string with its quotes.
void append_json(std::string& out, std::string_view value);
void append_json(std::string& out, std::int64_t value);

}  // namespace sluice::commerce
