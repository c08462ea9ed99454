#!/usr/bin/env python3
"""A log that refuses to open, and what can be kept of it."""

import json
import unittest

from harness import Case, event


class Salvage(Case):
    def setUp(self):
        super().setUp()
        for number in range(1, 6):
            self.publish(event("a", number))
        self.publish(event("b", 1))

    def newest_wal(self):
        return max((self.dir / "data" / "store").glob("*.log"))

    def damage(self):
        """Takes away what was published last: each opening begins a write-ahead log of its own."""
        self.newest_wal().unlink()

    def test_a_log_that_opens_is_left_alone(self):
        before = self.newest_wal().name
        self.assertIn("nothing to salvage", self.sluice("salvage", "--yes").stdout)
        self.assertGreaterEqual(self.newest_wal().name, before)
        self.assertFalse(list((self.dir / "data").glob("refused*")))

    def test_without_yes_it_says_what_would_be_lost_and_changes_nothing(self):
        self.damage()
        said = self.sluice("salvage", code=1).stdout
        self.assertIn("nothing was changed", said)
        self.assertRegex(said, r"lost: groups \d+ to \d+, acknowledged")
        self.sluice("read", "order.placed", code=3)

    def test_what_is_whole_is_kept_and_the_refused_files_as_well(self):
        self.damage()
        done = json.loads(self.sluice("salvage", "--yes", "--json").stdout)
        self.assertLess(done["kept_group"], done["last_lost_group"])
        self.assertTrue((self.dir / "data" / "refused-1" / "store" / "CURRENT").is_file())
        read = [json.loads(line)["id"] for line in self.sluice("read", "order.placed", "--json").stdout.splitlines()]
        self.assertEqual([f"a-{number}" for number in range(1, 6)], read, "b's event stood in the file that is gone")
        self.publish(event("b", 1))
        self.assertIn("nothing to salvage", self.sluice("salvage").stdout)

    def test_no_log_is_told(self):
        self.assertIn("there is no log in it", self.refused("salvage", "--state", "nowhere", code=4))


if __name__ == "__main__":
    unittest.main()
