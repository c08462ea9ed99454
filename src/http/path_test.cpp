#include "http/path.hpp"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

TEST(PathSegment, IsOneSegmentWhateverItHolds) {
    EXPECT_EQ(path_segment("order-1.a_b~"), "order-1.a_b~");
    EXPECT_EQ(path_segment("a/b?c=%20#d e+f\xC3\xA4"), "a%2Fb%3Fc%3D%2520%23d%20e%2Bf%C3%A4");
}

}  // namespace
}  // namespace sluice::http
