#!/usr/bin/env python3
"""Two processes share the homes of a domain on a real broker; one is killed, one stands still and wakes up."""

import signal
import unittest

from fleet import FleetCase


class TwoDaemonsTest(FleetCase):
    def test_one_is_killed_and_the_other_goes_on(self):
        one, two = self.instances
        for _ in range(5):
            self.publish(one, 100)
            self.publish(two, 100)
        one.daemon.process.send_signal(signal.SIGKILL)
        one.daemon.process.wait()
        for _ in range(5):
            self.publish(two, 100)
        self.settle(two)
        one.start()
        self.publish(one, 200)
        self.settle(one)
        self.assertEqual(0, one.daemon.stop())
        self.settle(two)
        self.judge()

    def test_the_broker_is_killed_and_comes_back(self):
        one, two = self.instances
        for _ in range(3):
            self.publish(one, 100)
            self.publish(two, 100)
        self.cluster.node(1).kill()
        self.cluster.start(1)
        for _ in range(3):
            self.publish(one, 100)
            self.publish(two, 100)
        self.settle(one)
        self.settle(two)
        self.stop_all()
        self.judge()

    def test_one_stands_still_and_wakes_up(self):
        one, two = self.instances
        for _ in range(3):
            self.publish(one, 100)
        one.daemon.process.send_signal(signal.SIGSTOP)
        for _ in range(5):
            self.publish(two, 100)
        self.settle(two)
        one.daemon.process.send_signal(signal.SIGCONT)
        for _ in range(5):
            self.publish(two, 50)
            self.publish(one, 50)
        self.settle(one)
        self.settle(two)
        self.stop_all()
        self.judge()

    def test_it_takes_turns(self):
        """A deploy: one after the other stops, and comes back; what one has handed over the other goes on with."""
        for _ in range(2):
            for stopped, other in (self.instances, reversed(self.instances)):
                self.publish(stopped, 60)
                self.assertEqual(0, stopped.daemon.stop())
                self.publish(other, 60)
                self.settle(other)
                stopped.start()
        for instance in self.instances:
            self.settle(instance)
        self.stop_all()
        self.judge()


if __name__ == "__main__":
    unittest.main(verbosity=2)
