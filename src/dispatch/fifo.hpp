#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace sluice::dispatch {

/// A queue in one block of memory: a std::deque takes 576 bytes when it is empty, and there are as
/// many queues as subjects in flight.
template <class T>
class Fifo {
public:
    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] std::size_t size() const { return items_.size() - head_; }

    [[nodiscard]] const T& operator[](std::size_t index) const { return items_[head_ + index]; }

    [[nodiscard]] const T& front() const { return items_[head_]; }

    [[nodiscard]] T& front() { return items_[head_]; }

    [[nodiscard]] const T& back() const { return items_.back(); }

    void push(T item) { items_.push_back(std::move(item)); }

    T pop() {
        SLUICE_ASSERT(!empty());
        T item = std::move(items_[head_]);
        ++head_;
        if (head_ * 2 > items_.size()) {
            items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
            head_ = 0;
        }
        return item;
    }

private:
    std::vector<T> items_;
    std::size_t head_{};
};

}  // namespace sluice::dispatch
