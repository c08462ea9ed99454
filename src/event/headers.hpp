#pragma once

#include "base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

/// One header, as a view: it lives as long as what it was made of, and of `Headers` until these
/// change.
struct Header {
    std::string_view name;
    std::string_view value;

    bool operator==(const Header&) const = default;
};

/// The headers of a record, in order; names may repeat. They lie in one buffer, as every stored
/// format of Sluice has them, so that a record is read and written with one copy and not with two
/// strings for each header: an event has about ten, and is decoded twice on its way.
/// Threads:  none of its own; as a std::string.
/// Lifetime: what it hands out are views, until it is changed.
/// Limits:   none here: what a log takes in one record is the log's.
class Headers {
public:
    class Iterator;

    Headers() = default;
    ~Headers() = default;
    Headers(const Headers&) = default;
    Headers& operator=(const Headers&) = default;

    /// What was moved from is empty.
    Headers(Headers&& from) noexcept { swap(from); }

    Headers& operator=(Headers&& from) noexcept {
        Headers taken{std::move(from)};
        swap(taken);
        return *this;
    }

    Headers(std::initializer_list<Header> headers) {
        for (const Header& header : headers) push_back(header);
    }

    /// Room for this much more of names and values, and their lengths.
    void reserve_bytes(std::size_t more) { packed_.reserve(packed_.size() + more); }

    void push_back(const Header& header);

    /// Those for which `of` answers true.
    template <class Predicate>
    void erase_if(Predicate of);

    /// The last `count`; all of them if there are not so many.
    void pop_back(std::size_t count = 1);

    void clear() { *this = {}; }

    [[nodiscard]] std::size_t size() const { return count_; }

    [[nodiscard]] bool empty() const { return count_ == 0; }

    /// Names and values, in bytes.
    [[nodiscard]] std::size_t text_bytes() const { return text_bytes_; }

    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;

    /// Of what is not empty. These walk from the front.
    [[nodiscard]] Header back() const { return (*this)[count_ - 1]; }

    [[nodiscard]] Header operator[](std::size_t index) const;  ///< below `size()`

    bool operator==(const Headers& other) const { return packed_ == other.packed_; }

    /// | count varint | length varint, name, length varint, value | … |
    void write(ByteWriter& out) const;

    /// What `write` wrote. Anything else, lengths in more bytes than they need too: `in` fails.
    [[nodiscard]] static Headers read(ByteReader& in);

private:
    void append(std::string_view packed, std::size_t count, std::size_t text_bytes);

    void swap(Headers& other) noexcept {
        packed_.swap(other.packed_);
        std::swap(count_, other.count_);
        std::swap(text_bytes_, other.text_bytes_);
    }

    std::string packed_;
    std::size_t count_{0};
    std::size_t text_bytes_{0};
};

/// Forward; what it points at is a Header by value.
class Headers::Iterator {
public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;  // no reference: what C++17 asks of forward
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using pointer = const Header*;
    using reference = Header;

    Iterator() = default;

    [[nodiscard]] Header operator*() const { return header_; }

    [[nodiscard]] pointer operator->() const { return &header_; }

    Iterator& operator++() {
        at_ += size_;
        look();
        return *this;
    }

    Iterator operator++(int) {
        Iterator before = *this;
        ++*this;
        return before;
    }

    bool operator==(const Iterator& other) const { return at_ == other.at_; }

private:
    friend class Headers;

    Iterator(const char* at, const char* end) : at_{at}, end_{end} { look(); }

    /// With its lengths.
    [[nodiscard]] std::string_view packed() const { return {at_, size_}; }

    void look() {
        if (at_ == end_) return;
        ByteReader reader{{at_, static_cast<std::size_t>(end_ - at_)}};
        header_.name = reader.bytes();
        header_.value = reader.bytes();
        size_ = static_cast<std::size_t>(header_.value.data() + header_.value.size() - at_);
    }

    const char* at_{nullptr};
    const char* end_{nullptr};
    std::size_t size_{0};
    Header header_;
};

inline Headers::Iterator Headers::begin() const {
    return {packed_.data(), packed_.data() + packed_.size()};
}

inline Headers::Iterator Headers::end() const {
    const char* end = packed_.data() + packed_.size();
    return {end, end};
}

template <class Predicate>
void Headers::erase_if(Predicate of) {
    if (std::none_of(begin(), end(), of)) return;
    Headers kept;
    kept.packed_.reserve(packed_.capacity());
    for (auto one = begin(); one != end(); ++one) {
        if (!of(*one)) kept.append(one.packed(), 1, one->name.size() + one->value.size());
    }
    *this = std::move(kept);
}

}  // namespace sluice
