"""Kafka's requests in a stream of bytes: which begin in a piece of it."""

import struct

# Numbers of requests, as Kafka's protocol has them.
KEYS = {"Produce": 0, "Fetch": 1, "ListOffsets": 2, "Metadata": 3, "OffsetFetch": 9, "FindCoordinator": 10,
        "JoinGroup": 11, "Heartbeat": 12, "SyncGroup": 14, "InitProducerId": 22, "AddPartitionsToTxn": 24,
        "AddOffsetsToTxn": 25, "EndTxn": 26, "TxnOffsetCommit": 28}
HEAD = struct.Struct(">ih")  # the size of what follows it, and the request's number, which is the first of that


class Requests:
    """One direction of one connection. Pure; pieces may end anywhere."""

    def __init__(self):
        self.head = bytearray()
        self.left = 0  # of the request that has begun

    def feed(self, piece):
        """The numbers of the requests whose heads end in this piece."""
        keys, at = [], 0
        while at < len(piece):
            if self.left:
                step = min(self.left, len(piece) - at)
                self.left -= step
            else:
                step = min(HEAD.size - len(self.head), len(piece) - at)
                self.head += piece[at:at + step]
                if len(self.head) == HEAD.size:
                    size, key = HEAD.unpack(self.head)
                    self.left = max(size - 2, 0)
                    self.head.clear()
                    keys.append(key)
            at += step
        return keys

    def between(self):
        """Whether the last piece ended where a request does."""
        return not self.left and not self.head
