#pragma once

#include "base/assert.hpp"

#include <memory>
#include <utility>

namespace sluice {

/// An optional value that is rarely there: it lies on the heap, and while there is none it costs a
/// pointer. A value otherwise: copied deep, compared by what it holds.
template <class T>
class Boxed {
public:
    Boxed() = default;

    Boxed(T value)  // NOLINT(google-explicit-constructor): as std::optional
        : value_{std::make_unique<T>(std::move(value))} {}

    Boxed(const Boxed& other) : value_{other ? std::make_unique<T>(*other) : nullptr} {}

    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed&&) noexcept = default;
    ~Boxed() = default;

    Boxed& operator=(const Boxed& other) {
        if (this != &other) value_ = other ? std::make_unique<T>(*other) : nullptr;
        return *this;
    }

    [[nodiscard]] bool has_value() const noexcept { return value_ != nullptr; }

    explicit operator bool() const noexcept { return has_value(); }

    void reset() noexcept { value_.reset(); }

    T& operator*() {
        SLUICE_ASSERT(has_value());
        return *value_;
    }

    const T& operator*() const {
        SLUICE_ASSERT(has_value());
        return *value_;
    }

    T* operator->() { return &**this; }

    const T* operator->() const { return &**this; }

    friend bool operator==(const Boxed& a, const Boxed& b) {
        if (a.has_value() != b.has_value()) return false;
        return !a.has_value() || *a == *b;
    }

private:
    std::unique_ptr<T> value_;
};

}  // namespace sluice
