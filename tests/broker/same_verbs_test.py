#!/usr/bin/env python3
"""Operators' verbs on a real broker: the very tests that the embedded log passes, each on a broker of its own."""

import unittest

import trace_test
import verbs_test
from on_kafka import OnKafka


class Waiting(OnKafka, verbs_test.Waiting):
    pass


class Backlog(OnKafka, verbs_test.Backlog):
    pass


class Trace(OnKafka, trace_test.Trace):
    pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
