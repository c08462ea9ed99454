#!/usr/bin/env python3
"""The state of a subject as it was at an event: asked for, delivered, cut, and what is said where there is none."""

import http.client
import json
import statistics
import time
import unittest
import urllib.parse

from harness import CONFIG, Case, event, wait_until

CONTRACT = """\
asyncapi: 3.0.0
info: {title: Orders, version: 1.0.0}
x-sluice:
  domain: shop
  homes: 4
  sources: [/orders]
  %s
channels:
  all:
    address: orders
    messages:
      placed: {$ref: '#/components/messages/placed'}
      cancelled: {$ref: '#/components/messages/cancelled'}
      moved: {$ref: '#/components/messages/moved'}
    bindings: {kafka: {partitions: 4}}
components:
  messages:
    placed:
      name: order.placed
      payload: {type: object, properties: {member: {type: string, x-sluice: {personal: true}}}}
    cancelled: {name: order.cancelled, payload: {type: object}}
    moved: {name: order.moved, payload: {type: object}}
"""

JQ = """reducer:
    personal: [/member]
    jq: |
      .event.data as $d | .event.type as $type | .state
      | if $type == "order.placed" then $d
        elif $type == "order.cancelled" then
          if any(.lines[]; .line == $d.line) then .lines |= map(select(.line != $d.line)) else error("no line \\($d.line)") end
        else . end
      | .paid = ([.lines[].cents] | add // 0) / 100"""

# Case 1 of the reference platform: what each line costs behind its share of the discount.
CASE_1 = {"member": "Kim Mina", "lines": [{"line": line, "seller": seller, "cents": cents} for line, seller, cents in (
    (1, "S1", 1990 - 238), (2, "S2", 3550 - 424), (3, "S1", 777 - 93), (4, "S3", 5000 - 597), (5, "S2", 1235 - 148))]}
PLACED = {"kind": "order.placed", "time": "2026-11-01T10:00:00Z"}
CANCELLED = {"kind": "order.cancelled", "time": "2026-11-02T10:00:00Z"}


class Snapshots(Case):
    def setUp(self):
        super().setUp()
        self.contract(JQ)

    def contract(self, reducer):
        self.write("shop.yaml", CONTRACT % reducer)

    def config(self, more):
        self.write("sluice.yaml", CONFIG + more)

    def case_1(self):
        self.publish(event("17", 1, data=CASE_1, **PLACED), event("17", 2, data={"line": 3}, **CANCELLED))

    def snapshot(self, *arguments):
        return json.loads(self.sluice("snapshot", *arguments).stdout)

    def ask(self, daemon, path):
        """(status, headers, body) of the API."""
        return daemon.request("GET", "/v1/snapshots/" + path)

    def problem(self, daemon, path):
        status, headers, body = self.ask(daemon, path)
        self.assertEqual("application/problem+json", headers["Content-Type"], body)
        return status, json.loads(body)["detail"]

    def test_a_thin_cancellation_has_the_order_as_it_was(self):
        daemon = self.daemon()
        self.case_1()
        daemon.settle()
        before, after = self.snapshot("17", "--at", 1), self.snapshot("17", "--at", 2)
        self.assertEqual((5, 110.52), (len(before["lines"]), before["paid"]))
        self.assertEqual((4, 103.68), (len(after["lines"]), after["paid"]))
        self.assertEqual(after, self.snapshot("17"), "the last")
        for at in ("2026-11-01T23:00:00Z", "17-1", "id:17-1"):
            self.assertEqual(before, self.snapshot("17", "--at", at), at)
        whole = self.snapshot("17", "--at", "17-2", "--domain", "shop", "--json")
        self.assertEqual(("shop", "17", 2, "2026-11-02T10:00:00Z", 0, after),
                         tuple(whole[name] for name in ("domain", "subject", "position", "time", "missed", "state")))
        status, headers, body = self.ask(daemon, "shop/17?at=1")
        self.assertEqual((200, "application/json", "1", "0"), (
            status, headers["Content-Type"], headers["Sluice-Position"], headers["Sluice-Missed"]))
        self.assertEqual(before, json.loads(body))
        self.assertEqual(0, daemon.stop())
        self.assertEqual(before, self.snapshot("17", "--at", 1), "without a daemon it is the same")
        self.assertEqual(body + "\n", self.sluice("snapshot", "17", "--at", "1").stdout, "to the byte")

    def test_kills_lose_nothing(self):
        for number in range(1, 30):
            daemon = self.daemon()
            line = {"line": number, "cents": 1}
            self.publish(*(event(subject, number, kind="order.placed" if number == 1 else "order.moved",
                                 data={"lines": [line]} if number == 1 else {}) for subject in "abcdef"))
            daemon.kill()
        daemon = self.daemon()
        daemon.settle()
        for subject in "abcdef":
            for position in range(1, 30):
                self.assertEqual([{"line": 1, "cents": 1}], self.snapshot(subject, "--at", position)["lines"])

    def test_whoever_asks_for_what_is_not_there_is_told(self):
        daemon = self.daemon()
        self.case_1()
        daemon.settle()
        self.snapshot("17")
        for status, path, said in (
                (400, "shop/17?at=0", "positions are 1, 2, 3"), (400, "shop/17?at=id:", "names no event"),
                (400, "shop/17?att=1", "did you mean 'at'?"),
                (404, "shops/17", "no domain 'shops'; did you mean 'shop'?"), (404, "shop", "/v1/snapshots/DOMAIN/SUBJECT"),
                (404, "shop/18", "nothing is known of '18'"), (404, "shop/17?at=3", "its last one is 2"),
                (404, "shop/17?at=2020-01-01T00:00:00Z", "nothing had happened to '17' by 2020-01-01T00:00:00Z"),
                (404, "shop/17?at=nobody", "no event 'nobody'"),
                (404, "shop/17?projection=audits", "no subscription 'audits'; did you mean 'audit'?")):
            answer = self.problem(daemon, path)
            self.assertEqual(status, answer[0], path)
            self.assertIn(said, answer[1], path)
        self.assertEqual(405, daemon.request("POST", "/v1/snapshots/shop/17")[0])
        self.assertIn("its last one is 2", self.refused("snapshot", "17", "--at", "3", code=4))
        self.assertIn("positions are", self.refused("snapshot", "17", "--at", "0"))

    def test_where_there_is_no_reducer(self):
        self.contract("")
        daemon = self.daemon()
        self.case_1()
        self.assertEqual((404, "domain shop keeps no states: its contract has no reducer"), self.problem(daemon, "shop/17"))
        self.assertIn("no contract has a reducer", self.refused("snapshot", "17", code=4))

    def test_what_the_reducer_cannot_tell_is_not_known_until_it_is_mended(self):
        daemon = self.daemon()
        self.case_1()
        self.publish(event("17", 3, data={"line": 9}, **CANCELLED), event("17", 4, data={"line": 1}, **CANCELLED))
        daemon.settle()
        self.assertEqual((409, "the state at position 3 is not known: reducer: no line 9"), self.problem(daemon, "shop/17?at=3"))
        status, headers, body = self.ask(daemon, "shop/17?at=4")
        self.assertEqual((200, "1; last=3", 3), (status, headers["Sluice-Missed"], len(json.loads(body)["lines"])))
        self.assertIn("1 of its events are not in this state, the last at position 3", self.sluice("snapshot", "17").stderr)
        self.assertEqual(0, daemon.stop())
        self.contract(JQ.replace('error("no line \\($d.line)")', "."))
        daemon = self.daemon()
        wait_until(lambda: self.ask(daemon, "shop/17?at=3")[0] == 200, "it is folded anew")
        self.assertEqual("0", self.ask(daemon, "shop/17?at=4")[1]["Sluice-Missed"])

    def test_a_wrong_reducer_is_refused_with_its_line(self):
        self.contract(JQ.replace("| .paid", "| | .paid"))
        self.assertIn("shop.yaml:9:9: /x-sluice/reducer/jq: ", self.refused("config", "check"))
        self.contract("reducer: {jq: .}")
        self.assertIn("shop.yaml:7:12: /x-sluice/reducer: 'personal' is missing", self.refused("config", "check"))
        self.contract("")
        self.config("    state: at-event\n")
        self.assertIn("says no x-sluice.reducer", self.refused("config", "check"))

    def test_personal_fields_leave_only_where_they_are_granted(self):
        self.config("  - {name: letters, domain: shop, file: letters.jsonl, keep: [/member], personal: true}\n"
                    "  - {name: sums, domain: shop, file: sums.jsonl, jq: '{paid: .paid, all: keys}'}\n")
        daemon = self.daemon()
        self.case_1()
        daemon.settle()
        self.assertNotIn("member", self.snapshot("17", "--at", 1))
        self.assertNotIn("member", self.snapshot("17", "--at", 1, "--projection", "audit"))
        self.assertEqual({"member": "Kim Mina"}, self.snapshot("17", "--at", 1, "--projection", "letters"))
        self.assertEqual({"paid": 110.52, "all": ["lines", "paid"]}, self.snapshot("17", "--at", 1, "--projection", "sums"))

    def test_a_subscription_has_the_state_delivered(self):
        self.config("    state: at-event\n    types: [order.cancelled]\n"
                    "  - {name: claims, domain: shop, file: claims.jsonl, state: dataref}\n")
        daemon = self.daemon()
        self.case_1()
        daemon.settle()
        [delivered] = wait_until(self.audit, "it is delivered")
        self.assertEqual(("17-2", 4, 103.68), (delivered["id"], len(delivered["data"]["lines"]), delivered["data"]["paid"]))
        self.assertNotIn("member", delivered["data"])
        self.assertEqual("/v1/snapshots/shop/17?at=2&projection=audit", delivered["dataref"])
        status, _, body = daemon.request("GET", delivered["dataref"])
        self.assertEqual((200, delivered["data"]), (status, json.loads(body)), "what it leads to is what was delivered")
        claims = [json.loads(line) for line in (self.dir / "claims.jsonl").read_text().splitlines()]
        self.assertEqual([("17-1", None), ("17-2", None)], [(one["id"], one.get("data")) for one in claims])
        self.assertEqual(5, len(json.loads(daemon.request("GET", claims[0]["dataref"])[2])["lines"]))

    def test_an_event_without_a_state_is_dead_until_the_reducer_is_mended(self):
        self.config("    state: at-event\n    retry: {attempts: 2, first: 10ms}\n")
        daemon = self.daemon()
        self.case_1()
        self.publish(event("17", 3, data={"line": 9}, **CANCELLED), event("18", 1, data=CASE_1, **PLACED))
        wait_until(lambda: "not known: reducer: no line 9" in self.sluice("stuck").stdout, "17 is parked")
        wait_until(lambda: len(self.audit()) == 3, "others go on")
        self.assertEqual(0, daemon.stop())
        self.contract(JQ.replace('error("no line \\($d.line)")', "."))
        daemon = self.daemon()
        wait_until(lambda: self.ask(daemon, "shop/17?at=3")[0] == 200, "it is folded anew")
        self.sluice("redrive", "17", "-S", "audit", "--by", "alice", "--reason", "mended", "--yes")
        wait_until(lambda: "17-3" in [one["id"] for one in self.audit()], "it is delivered")

    def test_what_retention_takes_is_gone(self):
        self.contract(JQ + "\n  retention: {ordered: {records: 1000}}")
        daemon = self.daemon()
        self.publish(event("17", 1, data={"lines": []}, **PLACED), *(
            event("17", number, kind="order.moved", data={}) for number in range(2, 1501)))
        daemon.settle()
        wait_until(lambda: self.ask(daemon, "shop/17?at=1")[0] == 410, "retention has taken it", seconds=60)
        self.assertIn("retention has taken its event", self.problem(daemon, "shop/17?at=1")[1])
        self.assertIn("retention has taken its event", self.refused("snapshot", "17", "--at", "1", code=4))
        kept = [one["first"] for one in daemon.api("/v1/topics/shop.ordered")[1]["partitions"] if one["first"]]
        self.assertEqual(1, len(kept), "of its home")
        for position in (kept[0] + 1, kept[0] + 2, 1500):
            self.assertEqual({"lines": [], "paid": 0}, self.snapshot("17", "--at", position))

    def test_an_answer_takes_milliseconds(self):
        daemon = self.daemon()
        self.case_1()
        daemon.settle()
        self.snapshot("17")
        host, _, port = daemon.info()["api"].rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        self.addCleanup(connection.close)
        took = []
        for at in (1, 2) * 30:
            begun = time.monotonic()
            connection.request("GET", f"/v1/snapshots/shop/17?at={at}")
            self.assertIn(b"paid", connection.getresponse().read())
            took.append(time.monotonic() - begun)
        # A head whose body waits for the client's delayed acknowledgement would take 40 ms, most of the time.
        self.assertLess(statistics.median(took), 0.03)

    def test_any_subject_has_an_address(self):
        daemon = self.daemon()
        for subject in ("a/b c", "é?&=", "_"):
            self.publish(event(subject, 1, data={"lines": []}, **PLACED))
            daemon.settle()
            path = "shop/" + urllib.parse.quote(subject, safe="")
            self.assertEqual(200, self.ask(daemon, path + "?at=1")[0], subject)
            self.assertEqual({"lines": [], "paid": 0}, self.snapshot(subject))


if __name__ == "__main__":
    unittest.main()
