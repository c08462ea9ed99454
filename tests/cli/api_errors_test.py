#!/usr/bin/env python3
"""The API of a running daemon: each refusal is problem+json, each limit holds, nothing is kept half."""

import json
import socket
import unittest

from harness import Case, event, lines

MIB = 1024 * 1024
TITLES = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large",
          414: "URI Too Long", 415: "Unsupported Media Type"}


class ApiErrors(Case):
    def setUp(self):
        super().setUp()
        self.server = self.daemon()

    def problem(self, answer, status, code):
        """The detail of an answer that is a problem in every respect."""
        found, headers, body = answer
        self.assertEqual((status, "application/problem+json"), (found, headers["Content-Type"]), body)
        problem = json.loads(body)
        self.assertEqual({"type": "about:blank", "title": TITLES[status], "status": status, "code": code},
                         {name: value for name, value in problem.items() if name != "detail"})
        return problem["detail"]

    def post(self, body, kind="application/jsonl", path="/v1/events"):
        return self.server.request("POST", path, body, {"Content-Type": kind})

    def published(self):
        return sum(one["records"] for one in self.server.api("/v1/topics")[1]["topics"]
                   if one["name"].startswith("order."))

    def raw(self, text, port="api"):
        host, _, number = self.server.info()[port].rpartition(":")
        with socket.create_connection((host, int(number)), timeout=20) as connection:
            connection.sendall(text.encode())
            answer = connection.makefile("rb")
            status = int(answer.readline().split()[1])
            headers = dict(line.decode().rstrip().split(": ", 1) for line in iter(answer.readline, b"\r\n"))
            return status, headers, answer.read(int(headers["Content-Length"])).decode()

    def test_both_ports_refuse_what_they_do_not_have(self):
        for port, has in (("api", "/v1/status"), ("management", "/metrics")):
            self.assertEqual("no such resource: /nothing",
                             self.problem(self.server.request("GET", "/nothing", port=port), 404, "not-found"))
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = self.server.request(method, has, port=port)
                self.assertEqual(f"{has} takes no {method}; it takes: GET, HEAD, OPTIONS",
                                 self.problem(answer, 405, "invalid-argument"))
                self.assertEqual("GET, HEAD, OPTIONS", answer[1]["Allow"])
            self.assertEqual((200, ""), self.server.request("HEAD", has, port=port)[0::2])
            self.assertEqual((204, ""), self.server.request("OPTIONS", has, port=port)[0::2])

    def test_what_is_no_request_is_told_so(self):
        long = "a" * 9_000
        for port in ("api", "management"):
            for request in ("nonsense\r\n\r\n", "FETCH / HTTP/1.1\r\n\r\n", f"GET / HTTP/1.1\r\nX: {long}\r\n\r\n"):
                self.assertIn("no HTTP/1.1 request", self.problem(self.raw(request, port), 400, "invalid-argument"))
            self.assertIn("longer than 8 KiB",
                          self.problem(self.raw(f"GET /{long} HTTP/1.1\r\n\r\n", port), 414, "too-large"))

    def test_a_body_beyond_64_mib_is_refused_and_the_next_is_taken(self):
        self.assertEqual(f"the body is larger than the {64 * MIB} bytes that a request takes; send less at once",
                         self.problem(self.post(b"\n" * (64 * MIB + 1)), 413, "too-large"))
        status, _, body = self.post(lines([event("a", 1)]).encode() + b"\n" * (63 * MIB))
        self.assertEqual((200, [True]), (status, [one["accepted"] for one in json.loads(body)["events"]]))
        self.assertEqual("the body is larger than the 65536 bytes that a request takes; send less at once",
                         self.problem(self.server.request("POST", "/metrics", b"x" * 65_537, port="management"), 413,
                                      "too-large"))
        self.assertEqual(1, self.published())

    def test_a_single_event_is_refused_by_its_fault_and_not_kept(self):
        single = "application/cloudevents+json"
        for body, status, code, said in (
                (json.dumps(event("a", 1, without="id")), 400, "invalid-event", "attribute 'id' is missing or empty"),
                (json.dumps(event("a", 1, without="source")), 400, "invalid-event", "'source'"),
                (json.dumps(event("a", 1, kind="order.plcaed")), 400, "invalid-event", "did you mean 'order.placed'?"),
                (json.dumps(event("a", 1, data={"amount": "much"})), 400, "invalid-event", "/amount"),
                (json.dumps(event("a", 1, data={"amount": 1, "text": "x" * MIB})), 413, "too-large", "1048576"),
                ("{", 400, "invalid-event", "byte 1"), ("", 400, "invalid-event", "found the end")):
            self.assertIn(said, self.problem(self.post(body, single), status, code))
        self.assertEqual(0, self.published())

    def test_of_a_batch_the_good_ones_are_kept(self):
        batch = [event("a", 1), event("a", 2, without="id"), event("b", 1), event("b", 2, kind="order.plcaed")]
        status, _, body = self.post(json.dumps(batch), "application/cloudevents-batch+json")
        answers = json.loads(body)["events"]
        self.assertEqual((400, [True, False, True, False]), (status, [one["accepted"] for one in answers]))
        self.assertEqual(["invalid-event"] * 2, [one["code"] for one in answers if not one["accepted"]])
        self.assertEqual(["a-1", None, "b-1", "b-2"], [one.get("id") for one in answers])
        self.assertEqual(2, self.published())

    def test_a_batch_that_is_no_list_or_too_long_is_refused_whole(self):
        kind = "application/cloudevents-batch+json"
        good = json.dumps(event("a", 1))
        self.problem(self.post(f"[{good},", kind), 400, "invalid-event")
        self.problem(self.post(f"[{good}] x", kind), 400, "invalid-event")
        self.assertEqual("more than 10000 events in one request",
                         self.problem(self.post(f"[{','.join([good] * 10_001)}]", kind), 413, "too-large"))
        self.assertEqual(0, self.published())

    def test_another_content_type_is_refused_with_those_that_are_taken(self):
        form = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--x--\r\n'
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
            self.assertEqual(f"the content type '{kind}' is not taken; these are: application/cloudevents+json, "
                             "application/cloudevents-batch+json, application/json, application/jsonl",
                             self.problem(self.post(form, kind), 415, "unsupported"))

    def test_a_domain_takes_its_own_types_only(self):
        self.assertEqual("no domain 'shpo'; did you mean 'shop'?; there are: shop",
                         self.problem(self.post(lines([event("a", 1)]), path="/v1/domains/shpo/events"), 404,
                                      "not-found"))
        self.assertEqual(0, self.published())

    def test_pages_end_where_the_api_says(self):
        self.publish(*[event("a", number) for number in range(1, 251)])
        found, cursor = [], ""
        while True:
            status, page = self.server.api(f"/v1/topics/order.placed/records?limit=100{cursor}")
            self.assertEqual(200, status)
            self.assertLessEqual(len(page["records"]), 100)
            found += [one["id"] for one in page["records"]]
            if page["end"]:
                break
            cursor = f"&cursor={page['next']}"
        self.assertEqual([f"a-{number}" for number in range(1, 251)], found)
        for limit in ("0", "10001", "-1", "x"):
            answer = self.server.request("GET", f"/v1/topics/order.placed/records?limit={limit}")
            self.assertEqual(f"limit='{limit}' is not a number from 1 to 10000",
                             self.problem(answer, 400, "invalid-argument"))


if __name__ == "__main__":
    unittest.main()
