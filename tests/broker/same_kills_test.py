#!/usr/bin/env python3
"""Operators' commands, and processes that are killed meanwhile, on a real broker: the very tests that the embedded log passes.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import unittest

import verbs_kill_many_test
import verbs_kill_test
import verbs_kill_typed_test
from on_kafka import OnKafka

PATIENCE_S = 120  # homes of who was killed are dealt anew when the group gives up waiting


class Killed(OnKafka, verbs_kill_test.Killed):
    PATIENCE_S = PATIENCE_S


class Many(OnKafka, verbs_kill_many_test.Many):
    PATIENCE_S = PATIENCE_S


class Typed(OnKafka, verbs_kill_typed_test.Typed):
    PATIENCE_S = PATIENCE_S
    POINTS = ()


if __name__ == "__main__":
    unittest.main(verbosity=2)
