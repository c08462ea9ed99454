#!/usr/bin/env python3
"""TCP proxies in front of brokers, which break connections on command.

usage: proxy.py FRONT:BACK...        ports of loopback; the first proxy is number 1

A command a line on stdin, each answered by `ok` or `error WHY`:
  cut N              ends all connections that go through proxy N
  refuse N           ... and every one that comes, until `serve N`
  stall N            nothing passes any more, and nobody is told, until `serve N`
  serve N            everything passes
  strike KEY HOW     the next request with that number meets its fate:
                     before   it does not arrive, and its connection ends
                     after    it arrives, its answer does not, and its connection ends
                     late     its connection ends, and three seconds later it arrives
  struck             answers `ok COUNT`: strikes that have found their request
At the end of stdin the proxies go.
"""

import heapq
import itertools
import os
import selectors
import socket
import sys
import time

from frames import Requests

HOST = "127.0.0.1"
PIECE = 1 << 16
LATE_SECONDS = 3.0
DEAF_SECONDS = 2.0  # an answer that does not come is not waited for any longer
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Link:
    """A client's connection and the one to its broker."""

    def __init__(self, front, client, broker):
        self.front, self.client, self.broker = front, client, broker
        self.requests = Requests()
        self.up, self.down = b"", b""  # taken from one side, and not yet taken by the other
        self.deaf = False  # what the broker answers does not arrive


class Front:
    def __init__(self, listener, back):
        self.listener, self.back = listener, back
        self.links = set()
        self.state = "serve"


class Proxies:
    """Threads: one. Failure: a connection that breaks ends the one beside it."""

    def __init__(self, ports):
        self.selector = selectors.DefaultSelector()
        self.timers, self.order = [], itertools.count()
        self.strikes, self.struck = [], 0
        self.fronts = [self.front(front, back) for front, back in ports]

    def front(self, port, back):
        listener = socket.create_server((HOST, port), backlog=256)
        listener.setblocking(False)
        made = Front(listener, back)
        self.selector.register(listener, READ, lambda mask: self.accept(made))
        return made

    def accept(self, front):
        client, _ = front.listener.accept()
        if front.state == "refuse":
            client.close()
            return
        broker = socket.socket()
        for one in (client, broker):
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        broker.connect_ex((HOST, front.back))  # whether it is there shows when it is written to
        link = Link(front, client, broker)
        front.links.add(link)
        self.listen_to(link)

    def listen_to(self, link):
        """Whoever has something that the other side has not taken is not listened to."""
        passes = link.front.state != "stall"
        self.watch(link.client, passes and not link.up, passes and link.down, lambda mask: self.of_client(link, mask))
        self.watch(link.broker, passes and not link.down, passes and link.up, lambda mask: self.of_broker(link, mask))

    def watch(self, one, read, write, act):
        mask = (READ if read else 0) | (WRITE if write else 0)
        known = self.selector.get_map().get(one)
        if known is None:
            if mask:
                self.selector.register(one, mask, act)
        elif not mask:
            self.selector.unregister(one)
        elif known.events != mask:
            self.selector.modify(one, mask, act)

    def of_client(self, link, mask):
        if mask & WRITE:
            link.down = self.push(link, link.client, link.down)
        elif (piece := self.pull(link, link.client)) is not None and not self.strike(link, piece):
            link.up = self.push(link, link.broker, piece)
        self.go_on(link)

    def of_broker(self, link, mask):
        if mask & WRITE:
            link.up = self.push(link, link.broker, link.up)
        elif (piece := self.pull(link, link.broker)) is not None:
            if link.deaf:
                self.end(link)
            else:
                link.down = self.push(link, link.client, piece)
        self.go_on(link)

    def go_on(self, link):
        if link in link.front.links:
            self.listen_to(link)

    def pull(self, link, source):
        try:
            piece = source.recv(PIECE)
        except BlockingIOError:
            return None
        except OSError:
            piece = b""
        if not piece:
            self.end(link)
            return None
        return piece

    def push(self, link, to, data):
        """What it has not taken."""
        try:
            return data[to.send(data):]
        except BlockingIOError:
            return data
        except OSError:
            self.end(link)
            return b""

    def strike(self, link, piece):
        """Whether the piece has met its fate."""
        keys = link.requests.feed(piece)
        for one in self.strikes:
            if one[0] not in keys:
                continue
            self.strikes.remove(one)
            self.struck += 1
            getattr(self, one[1])(link, piece)
            return True
        return False

    def before(self, link, _):
        self.end(link)

    def after(self, link, piece):
        link.deaf = True
        link.up = self.push(link, link.broker, piece)
        self.at(DEAF_SECONDS, lambda: self.end(link))

    def late(self, link, piece):
        """The broker's side stays, under nobody's eyes."""
        self.forget(link.client)
        broker = link.broker
        self.unwatch(broker)
        link.front.links.discard(link)
        if not link.requests.between():
            broker.close()
            return

        def arrive():
            try:
                broker.send(piece)
            except OSError:
                pass
            self.at(DEAF_SECONDS, broker.close)

        self.at(LATE_SECONDS, arrive)

    def at(self, seconds, act):
        heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), act))

    def unwatch(self, one):
        if one in self.selector.get_map():
            self.selector.unregister(one)

    def forget(self, one):
        self.unwatch(one)
        one.close()

    def end(self, link):
        if link not in link.front.links:
            return
        link.front.links.discard(link)
        self.forget(link.client)
        self.forget(link.broker)

    def cut(self, front):
        for link in list(front.links):
            self.end(link)

    def set_state(self, front, state):
        front.state = state
        if state == "refuse":
            self.cut(front)
        for link in list(front.links):
            self.listen_to(link)

    def command(self, words):
        match words:
            case ["cut", number]:
                self.cut(self.fronts[int(number) - 1])
            case ["refuse" | "stall" | "serve" as state, number]:
                self.set_state(self.fronts[int(number) - 1], state)
            case ["strike", key, "before" | "after" | "late" as how]:
                self.strikes.append((int(key), how))
            case ["struck"]:
                return f"ok {self.struck}"
            case _:
                return f"error not a command: {' '.join(words)}"
        return "ok"

    def turn(self, patience):
        """One look at all that has come; timers whose time has come are carried out."""
        if self.timers:
            patience = min(patience, max(self.timers[0][0] - time.monotonic(), 0))
        for key, mask in self.selector.select(patience):
            if key.fileobj.fileno() >= 0:  # one before it may have ended it
                key.data(mask)
        while self.timers and self.timers[0][0] <= time.monotonic():
            heapq.heappop(self.timers)[2]()


def serve(proxies, stdin, stdout):
    """Until the end of stdin."""
    waiting, going_on = bytearray(), True

    def hear(_):
        nonlocal going_on
        piece = os.read(stdin.fileno(), PIECE)
        going_on = bool(piece)
        waiting.extend(piece)
        while b"\n" in waiting:
            line, _, rest = bytes(waiting).partition(b"\n")
            waiting[:] = rest
            print(proxies.command(line.decode().split()), file=stdout, flush=True)

    proxies.selector.register(stdin, READ, hear)
    while going_on:
        proxies.turn(1.0)


def main():
    proxies = Proxies([tuple(map(int, one.split(":"))) for one in sys.argv[1:]])
    print("ready", flush=True)
    serve(proxies, sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
