"""XXH3, 64 bits with a seed: what inboxes keep of an event's source and id, the same in every language.

The algorithm as its specification has it (xxHash, doc/xxhash_spec.md); ids are short, so that a library would save
microseconds."""

from __future__ import annotations

import struct
from typing import List, Sequence

_MASK = (1 << 64) - 1
_P32_1, _P32_2, _P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
_P64_1, _P64_2, _P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P64_4, _P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_MIX_1, _MIX_2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")
_STRIPE, _LANES = 64, 8


def xxh3_64(data: bytes, seed: int = 0) -> int:
    size = len(data)
    if size <= 16:
        return _up_to_16(data, seed)
    if size <= 128:
        return _up_to_128(data, seed)
    return _up_to_240(data, seed) if size <= 240 else _long(data, seed)


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at:at + 4], "little")


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at:at + 8], "little")


def _fold(left: int, right: int) -> int:
    product = left * right
    return (product & _MASK) ^ (product >> 64)


def _avalanche(hash_: int) -> int:
    hash_ = ((hash_ ^ (hash_ >> 37)) * _MIX_1) & _MASK
    return hash_ ^ (hash_ >> 32)


def _avalanche_64(hash_: int) -> int:
    hash_ = ((hash_ ^ (hash_ >> 33)) * _P64_2) & _MASK
    hash_ = ((hash_ ^ (hash_ >> 29)) * _P64_3) & _MASK
    return hash_ ^ (hash_ >> 32)


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _swapped(value: int, size: int) -> int:
    return int.from_bytes(value.to_bytes(size, "little"), "big")


def _up_to_16(data: bytes, seed: int) -> int:
    size = len(data)
    if size > 8:
        low = _u64(data, 0) ^ (((_u64(_SECRET, 24) ^ _u64(_SECRET, 32)) + seed) & _MASK)
        high = _u64(data, size - 8) ^ (((_u64(_SECRET, 40) ^ _u64(_SECRET, 48)) - seed) & _MASK)
        return _avalanche((size + _swapped(low, 8) + high + _fold(low, high)) & _MASK)
    if size >= 4:
        seed ^= _swapped(seed & 0xFFFFFFFF, 4) << 32
        both = _u32(data, size - 4) + (_u32(data, 0) << 32)
        hash_ = both ^ (((_u64(_SECRET, 8) ^ _u64(_SECRET, 16)) - seed) & _MASK)
        hash_ ^= _rotated(hash_, 49) ^ _rotated(hash_, 24)
        hash_ = (hash_ * _MIX_2) & _MASK
        hash_ ^= (hash_ >> 35) + size
        hash_ = (hash_ * _MIX_2) & _MASK
        return hash_ ^ (hash_ >> 28)
    if size > 0:
        joined = (data[0] << 16) | (data[size >> 1] << 24) | data[-1] | (size << 8)
        return _avalanche_64(joined ^ (((_u32(_SECRET, 0) ^ _u32(_SECRET, 4)) + seed) & _MASK))
    return _avalanche_64(seed ^ _u64(_SECRET, 56) ^ _u64(_SECRET, 64))


def _mix_16(data: bytes, at: int, secret_at: int, seed: int) -> int:
    return _fold(_u64(data, at) ^ ((_u64(_SECRET, secret_at) + seed) & _MASK),
                 _u64(data, at + 8) ^ ((_u64(_SECRET, secret_at + 8) - seed) & _MASK))


def _up_to_128(data: bytes, seed: int) -> int:
    size = len(data)
    hash_ = size * _P64_1
    for pair in range((size - 1) // 32, -1, -1):
        hash_ += _mix_16(data, 16 * pair, 32 * pair, seed)
        hash_ += _mix_16(data, size - 16 * (pair + 1), 32 * pair + 16, seed)
    return _avalanche(hash_ & _MASK)


def _up_to_240(data: bytes, seed: int) -> int:
    hash_ = len(data) * _P64_1
    for at in range(8):
        hash_ += _mix_16(data, 16 * at, 16 * at, seed)
    hash_ = _avalanche(hash_ & _MASK)
    for at in range(8, len(data) // 16):
        hash_ += _mix_16(data, 16 * at, 16 * (at - 8) + 3, seed)
    hash_ += _mix_16(data, len(data) - 16, 136 - 17, seed)
    return _avalanche(hash_ & _MASK)


def _accumulate(lanes: List[int], data: bytes, at: int, key: Sequence[int]) -> None:
    for lane, value in enumerate(struct.unpack_from("<8Q", data, at)):
        keyed = value ^ key[lane]
        lanes[lane ^ 1] = (lanes[lane ^ 1] + value) & _MASK
        lanes[lane] = (lanes[lane] + (keyed & 0xFFFFFFFF) * (keyed >> 32)) & _MASK


def _long(data: bytes, seed: int) -> int:
    secret = b"".join(struct.pack("<QQ", (_u64(_SECRET, at) + seed) & _MASK, (_u64(_SECRET, at + 8) - seed) & _MASK)
                      for at in range(0, len(_SECRET), 16))
    lanes = [_P32_3, _P64_1, _P64_2, _P64_3, _P64_4, _P32_2, _P64_5, _P32_1]
    stripes_a_block = (len(secret) - _STRIPE) // 8
    for stripe in range((len(data) - 1) // _STRIPE):
        at = stripe % stripes_a_block
        _accumulate(lanes, data, stripe * _STRIPE, struct.unpack_from("<8Q", secret, at * 8))
        if at == stripes_a_block - 1:
            last = struct.unpack_from("<8Q", secret, len(secret) - _STRIPE)
            lanes = [(((lane ^ (lane >> 47) ^ key) * _P32_1) & _MASK) for lane, key in zip(lanes, last)]
    _accumulate(lanes, data, len(data) - _STRIPE, struct.unpack_from("<8Q", secret, len(secret) - _STRIPE - 7))
    hash_ = len(data) * _P64_1
    for pair in range(_LANES // 2):
        hash_ += _fold(lanes[2 * pair] ^ _u64(secret, 11 + 16 * pair), lanes[2 * pair + 1] ^ _u64(secret, 19 + 16 * pair))
    return _avalanche(hash_ & _MASK)
