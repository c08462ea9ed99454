#include "event/headers.hpp"

#include <cstdint>

namespace sluice {

namespace {

std::size_t packed_size(std::string_view text) {
    std::size_t size = 1 + text.size();
    for (std::size_t rest = text.size() >> 7; rest > 0; rest >>= 7) ++size;
    return size;
}

}  // namespace

void Headers::push_back(const Header& header) {
    ByteWriter writer{packed_};
    writer.bytes(header.name);
    writer.bytes(header.value);
    ++count_;
    text_bytes_ += header.name.size() + header.value.size();
}

void Headers::append(std::string_view packed, std::size_t count, std::size_t text_bytes) {
    packed_.append(packed);
    count_ += count;
    text_bytes_ += text_bytes;
}

void Headers::pop_back(std::size_t count) {
    if (count >= count_) return clear();
    Iterator one = begin();
    std::size_t text_bytes = 0;
    for (std::size_t left = count_ - count; left > 0; --left, ++one) {
        text_bytes += one->name.size() + one->value.size();
    }
    packed_.resize(static_cast<std::size_t>(one.packed().data() - packed_.data()));
    count_ -= count;
    text_bytes_ = text_bytes;
}

Header Headers::operator[](std::size_t index) const {
    Iterator one = begin();
    while (index-- > 0) ++one;
    return *one;
}

void Headers::write(ByteWriter& out) const {
    out.varint(count_);
    out.raw(packed_);
}

Headers Headers::read(ByteReader& in) {
    const std::uint64_t count = in.varint();
    const std::string_view from = in.rest();
    std::size_t text_bytes = 0;
    std::size_t size = 0;
    for (std::uint64_t left = count; left > 0 && in.ok(); --left) {
        for (const std::string_view text : {in.bytes(), in.bytes()}) {
            text_bytes += text.size();
            size += packed_size(text);
        }
    }
    if (size != from.size() - in.rest().size()) in.fail();
    Headers headers;
    if (in.ok()) headers.append(from.substr(0, size), count, text_bytes);
    return headers;
}

}  // namespace sluice
