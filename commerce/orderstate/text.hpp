#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// Writes numbers and texts into one printable text, for a private column of a read model: a number
/// in decimal, a text as "length:bytes", a blank behind each.
class TextWriter {
public:
    void number(std::int64_t value);
    void text(std::string_view value);

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void digits(std::int64_t value);

    std::string out_;
};

/// Reads what TextWriter wrote. After the first bad value every getter answers 0 or empty and `ok`
/// says so. Views point into the text, which must outlive them.
class TextReader {
public:
    explicit TextReader(std::string_view text) : rest_{text} {}

    [[nodiscard]] std::int64_t number();

    /// A number that counts what follows: never more than the text has room for.
    [[nodiscard]] std::size_t count();

    [[nodiscard]] std::string_view text();

    [[nodiscard]] bool ok() const { return ok_; }

    [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

private:
    [[nodiscard]] std::int64_t digits(char stop);

    std::string_view rest_;
    bool ok_{true};
};

}  // namespace sluice::commerce
