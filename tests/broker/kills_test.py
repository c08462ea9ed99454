#!/usr/bin/env python3
"""Three processes over one broker, killed, stopped and started at any moment, again and again (label slow)."""

import os
import signal
import unittest

from fleet import FleetCase

ROUNDS = int(os.environ.get("SLUICE_ROUNDS", "25"))


class KillsTest(FleetCase):
    COUNT = 3

    def alive(self):
        return [one for one in self.instances if one.daemon.process.poll() is None]

    def kill(self):
        victim = self.random.choice(self.alive())
        victim.daemon.process.send_signal(signal.SIGKILL)
        victim.daemon.process.wait()

    def stop(self):
        self.assertEqual(0, self.random.choice(self.alive()).daemon.stop())

    def stand_still(self):
        """Longer than the group waits, or not as long."""
        sleeper = self.random.choice(self.alive())
        sleeper.daemon.process.send_signal(signal.SIGSTOP)
        for _ in range(self.random.choice([1, 12])):
            awake = [one for one in self.alive() if one is not sleeper]
            if awake:
                self.publish(self.random.choice(awake), 40)
        sleeper.daemon.process.send_signal(signal.SIGCONT)

    def revive(self):
        for instance in self.instances:
            if instance.daemon.process.poll() is not None:
                instance.start()

    def test_nothing_is_lost_doubled_or_turned_around(self):
        for _ in range(ROUNDS):
            self.publish(self.random.choice(self.alive()), 60)
            if len(self.alive()) > 1:
                self.random.choice([self.kill, self.kill, self.stop, self.stand_still])()
            self.publish(self.random.choice(self.alive()), 60)
            if self.random.random() < 0.6:
                self.revive()
        self.revive()
        for instance in self.instances:
            self.settle(instance)
        self.stop_all()
        self.judge()


if __name__ == "__main__":
    unittest.main(verbosity=2)
