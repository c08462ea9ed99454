"""What is done to daemons, brokers and connections. Each returns when it is over; a seeded `source` draws its moments."""

import shutil
import signal
import subprocess
import time

import jars
from frames import KEYS
from world import BROKERS, CHANNELS

SESSION_SECONDS = 10  # of Sluice's groups
TOPICS = "org.apache.kafka.tools.TopicCommand"


class DaemonFaults:
    """Threads: one."""

    def __init__(self, world, source, say):
        self.world, self.source, self.say = world, source, say

    def draw(self, at_most):
        return self.source.sample(self.world.instances, self.source.randint(1, at_most))

    def pause(self, least, most):
        time.sleep(self.source.uniform(least, most))

    def kill(self):
        """kill -9; they come back before the group has missed them, or after."""
        victims = self.draw(2)
        self.say(f"kill -9 {names(victims)}")
        self.end_at_once(victims)
        self.pause(0, 1.5 * SESSION_SECONDS)
        self.start(victims)

    def lose(self):
        """kill -9, and their copies of the state are gone."""
        victims = self.draw(2)
        self.say(f"kill -9 {names(victims)}, and their disks are lost")
        self.end_at_once(victims)
        for one in victims:
            shutil.rmtree(one.folder / "data")
        self.pause(0, 1.5 * SESSION_SECONDS)
        self.start(victims)

    def end_at_once(self, victims):
        for one in victims:
            one.send(signal.SIGKILL)
            one.ended(20)

    def terminate(self):
        victims = self.draw(2)
        self.say(f"SIGTERM {names(victims)}")
        self.end(victims)
        self.pause(0, 5)
        self.start(victims)

    def freeze(self):
        """For longer than the group waits."""
        self.stand_still(SESSION_SECONDS + 2, SESSION_SECONDS + 10)

    def hesitate(self):
        """Not for as long as the group waits."""
        self.stand_still(1, SESSION_SECONDS - 3)

    def storm(self):
        """They come and go faster than the group can settle."""
        self.say("a storm of joins and leaves")
        for _ in range(self.source.randint(6, 12)):
            one = self.source.choice(self.world.instances)
            if not one.running():
                one.start()
            elif self.source.random() < 0.5:
                one.send(signal.SIGKILL)
                one.ended(20)
            else:
                self.end([one])
            self.pause(0, 2)
        self.start([one for one in self.world.instances if not one.running()])

    def stand_still(self, least, most):
        victims = self.draw(2)
        self.say(f"SIGSTOP {names(victims)}")
        for one in victims:
            one.send(signal.SIGSTOP)
        self.pause(least, most)
        for one in victims:
            one.send(signal.SIGCONT)

    def end(self, victims):
        """Exit code 3: brokers did not let it end in time, which is said and loses nothing."""
        for one in victims:
            one.send(signal.SIGTERM)
        for one in victims:
            code = one.ended(40)
            if code not in (0, 3) and one.was_ready:
                raise AssertionError(f"{one.name} ended with {code} when told to:\n{one.daemon.output()[-2000:]}")

    def start(self, victims):
        for one in victims:
            one.start()


class BrokerFaults:
    """Threads: one. One broker at a time: min.insync.replicas is 2 of 3."""

    def __init__(self, world, source, say):
        self.world, self.source, self.say = world, source, say

    def number(self):
        return self.source.randint(1, BROKERS)

    def pause(self, least, most):
        time.sleep(self.source.uniform(least, most))

    def kill_leader(self):
        """Each leads something, and coordinates something."""
        for number in self.source.sample(range(1, BROKERS + 1), self.source.choice([1, 1, 2])):
            self.say(f"kill -9 broker {number}")
            self.world.cluster.node(number).kill()
            self.pause(1, 10)
            self.world.cluster.start(number)

    def stay_dead(self):
        """One is gone for good, as far as anybody knows: the rest goes on meanwhile."""
        number = self.number()
        self.say(f"broker {number} is dead for long")
        self.world.cluster.node(number).kill()
        self.pause(10, 15)
        self.world.expect_progress(f"broker {number} dead", self.source)
        self.pause(0, 10)
        self.world.cluster.start(number)

    def freeze(self):
        number = self.number()
        self.say(f"SIGSTOP broker {number}")
        node = self.world.cluster.node(number)
        node.pause()
        self.pause(1, 15)
        node.resume()

    def stay_frozen(self):
        """Its connections stand, and nothing comes over them: another leads what it led, and clients have to notice."""
        number = self.number()
        self.say(f"SIGSTOP broker {number} for long")
        node = self.world.cluster.node(number)
        node.pause()
        self.pause(10, 15)
        self.world.expect_progress(f"broker {number} frozen", self.source)
        self.pause(0, 10)
        node.resume()

    def restart_each(self):
        """As an upgrade does."""
        self.say("each broker is restarted")
        for number in self.source.sample(range(1, BROKERS + 1), BROKERS):
            self.world.cluster.node(number).stop()
            self.world.cluster.start(number)
            self.pause(0, 2)

    def cut(self):
        """All connections of a broker, again and again."""
        self.say("connections are cut")
        for _ in range(self.source.randint(5, 30)):
            self.world.proxies.tell("cut", self.number())
            self.pause(0, 0.6)

    def strike(self):
        """Connections are cut in the middle of what is done: of a transaction above all."""
        drawn = []
        within = ["AddPartitionsToTxn", "AddOffsetsToTxn", "EndTxn", "TxnOffsetCommit", "Produce"]
        for _ in range(self.source.randint(6, 25)):
            key = self.source.choice(within + [self.source.choice(list(KEYS))])
            how = self.source.choice(["before", "after", "late"])
            drawn.append(f"{key} {how}")
            self.world.proxies.tell("strike", KEYS[key], how)
            self.pause(0, 0.7)
        self.say(f"cut in the middle: {', '.join(drawn)}; {self.world.proxies.tell('struck')[0]} so far")

    def stall(self):
        """Packets to a broker get lost, and nobody is told."""
        self.hold("stall", 1, 15)

    def refuse(self):
        """The broker lives, and leads, and no client reaches it."""
        self.hold("refuse", 1, 15)

    def hold(self, how, least, most):
        number = self.number()
        self.say(f"{how} broker {number}")
        self.world.proxies.tell(how, number)
        self.pause(least, most)
        self.world.proxies.tell("serve", number)

    def grow(self):
        """A channel is given one more partition."""
        topic = self.source.choice(list(CHANNELS))
        count = self.world.partitions[topic] + 1
        self.say(f"{topic} is given partition {count - 1}")
        node = self.world.cluster.node(1)
        command = node.java("-XX:TieredStopAtLevel=1", TOPICS, "--bootstrap-server", self.world.cluster.bootstrap, "--alter",
                            "--topic", topic, "--partitions", count)
        ran = subprocess.run([jars.java(), *command[1:]], capture_output=True, text=True, check=False, timeout=120)
        if ran.returncode != 0:
            raise AssertionError(f"{topic} does not grow: {ran.stdout} {ran.stderr}")
        self.world.partitions[topic] = count


DAEMON_FAULTS = ["kill", "lose", "freeze", "terminate", "storm", "hesitate"]
BROKER_FAULTS = ["kill_leader", "strike", "stay_dead", "cut", "grow", "freeze", "stay_frozen", "stall", "restart_each", "refuse"]


def names(instances):
    return " ".join(one.name for one in instances)


class Deck:
    """Every one of these is drawn once before any is drawn again."""

    def __init__(self, cards, source):
        self.cards, self.source, self.left = cards, source, []

    def draw(self):
        if not self.left:
            self.left = self.source.sample(self.cards, len(self.cards))
        return self.left.pop()
