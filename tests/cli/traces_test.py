#!/usr/bin/env python3
"""Traces of an event's way: what a collector gets from `sluice serve`, and what it cannot do to events."""

import http.server
import json
import threading
import unittest

from harness import CONFIG, Case, event, free_port, lines, wait_until

START = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_SAMPLED = OTHER[:-1] + "0"
PRODUCER, CONSUMER = 4, 5


class Span:
    def __init__(self, json_span):
        self.json = json_span
        self.name, self.kind = json_span["name"], json_span["kind"]
        self.trace, self.id = json_span["traceId"], json_span["spanId"]
        self.parent = json_span.get("parentSpanId")
        self.links = [(link["traceId"], link["spanId"]) for link in json_span.get("links", [])]
        self.seconds = (int(json_span["endTimeUnixNano"]) - int(json_span["startTimeUnixNano"])) / 1e9
        self.says = {one["key"]: next(iter(one["value"].values())) for one in json_span["attributes"]}


class Collector:
    """An OTLP/HTTP endpoint on a free port of loopback; keeps what it gets."""

    def __init__(self, case):
        self.posts, self.status = [], 200
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                with lock:
                    self.posts.append((handler.path, handler.headers["Content-Type"], json.loads(body)))
                handler.send_response(self.status)
                handler.send_header("Content-Length", "2")
                handler.end_headers()
                handler.wfile.write(b"{}")

            def log_message(handler, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    def spans(self):
        return [Span(one) for _, _, body in list(self.posts) for resource in body["resourceSpans"]
                for scope in resource["scopeSpans"] for one in scope["spans"]]

    def of(self, event_id):
        return [one for one in self.spans() if one.says["cloudevents.event_id"] == event_id]

    def send_of(self, event_id):
        return next(one for one in self.of(event_id) if one.name.startswith("send "))


class Traces(Case):
    def configure(self, endpoint, more=""):
        self.write("sluice.yaml", CONFIG + f"traces: {{endpoint: '{endpoint}', every: 10ms{more}}}\n")

    def metric(self, daemon, name):
        page = daemon.management("/metrics")[2]
        return next(float(line.split(" ")[1]) for line in page.splitlines() if line.startswith(name + " "))

    def test_the_way_of_an_out_of_order_pair(self):
        collector = Collector(self)
        self.configure(collector.url)
        daemon = self.daemon()
        self.publish(event("a", 2, "order.cancelled", traceparent=START, tracestate="rojo=1"))
        waiting = wait_until(lambda: [one for one in collector.of("a-2") if one.name.startswith("sequence")],
                             "it is told that a-2 waits")[0]
        self.assertEqual(("waiting", "/orders 1"), (waiting.says["sluice.outcome"], waiting.says["sluice.waited_for"]))
        self.publish(event("a", 1))
        wait_until(lambda: len(collector.of("a-1")) == 3 and len(collector.of("a-2")) == 4, "all spans are there")
        self.assertEqual(0, daemon.stop())
        self.assertEqual(["a-1", "a-2"], [one["id"] for one in self.audit()])

        path, content_type, body = collector.posts[0]
        self.assertEqual(("/v1/traces", "application/json"), (path, content_type))
        service = body["resourceSpans"][0]["resource"]["attributes"][0]
        self.assertEqual({"key": "service.name", "value": {"stringValue": "sluice"}}, service)

        # Stages hand their spans over by themselves: they come in any order.
        first = {one.name: one for one in collector.of("a-1")}
        send, sequence, process = (first[name] for name in ("send order.placed", "sequence order.placed",
                                                            "process shop.ordered"))
        self.assertEqual([PRODUCER, CONSUMER, CONSUMER], [send.kind, sequence.kind, process.kind])
        self.assertEqual([None, send.id, sequence.id], [send.parent, sequence.parent, process.parent])
        self.assertEqual({send.trace}, {one.trace for one in (send, sequence, process)})
        self.assertEqual("released", sequence.says["sluice.outcome"])
        self.assertEqual(("audit", "1", "1"), (process.says["messaging.consumer.group.name"],
                                               process.says["sluice.attempt"], process.says["sluice.position"]))

        second = {(one.name, one.says.get("sluice.outcome")): one for one in collector.of("a-2")}
        sent = second["send order.cancelled", None]
        released = second["sequence order.cancelled", "released"]
        processed = second["process shop.ordered", None]
        self.assertEqual({START[3:35]}, {one.trace for one in second.values()})
        self.assertEqual({"rojo=1"}, {one.json["traceState"] for one in second.values()})
        self.assertEqual([START[36:52], sent.id, sent.id, released.id],
                         [sent.parent, waiting.parent, released.parent, processed.parent])
        self.assertEqual("/orders 1", released.says["sluice.waited_for"])
        waited = int(released.says["sluice.waited_ms"]) / 1e3
        self.assertGreater(waited, 0)
        self.assertGreaterEqual(released.seconds, waited)
        self.assertEqual([(sequence.trace, sequence.id)], released.links)

    def test_names_are_those_of_the_conventions(self):
        collector = Collector(self)
        self.configure(collector.url)
        daemon = self.daemon()
        self.publish(event("a", 1))
        process = wait_until(lambda: [one for one in collector.spans() if one.name == "process shop.ordered"], "it came")
        daemon.stop()
        said = process[0].says
        self.assertEqual(
            {"messaging.system": "kafka", "messaging.operation.name": "process", "messaging.operation.type": "process",
             "messaging.destination.name": "shop.ordered", "messaging.message.id": "a-1",
             "messaging.kafka.message.key": "a", "messaging.kafka.offset": "0", "cloudevents.event_id": "a-1",
             "cloudevents.event_source": "/orders", "cloudevents.event_type": "order.placed",
             "cloudevents.event_subject": "a", "cloudevents.event_spec_version": "1.0",
             "messaging.consumer.group.name": "audit", "sluice.position": "1", "sluice.attempt": "1"},
            {name: value for name, value in said.items() if name != "messaging.destination.partition.id"})
        self.assertRegex(said["messaging.destination.partition.id"], r"^[0-3]$")

    def test_the_trace_of_an_http_caller_goes_on_and_what_it_does_not_sample_is_left_out(self):
        collector = Collector(self)
        self.configure(collector.url)
        daemon = self.daemon()
        for one, caller in ((event("a", 1), OTHER), (event("b", 1), NOT_SAMPLED),
                            (event("c", 1, traceparent=START), OTHER)):
            status, _, body = daemon.request("POST", "/v1/events", lines([one]), {
                "Content-Type": "application/cloudevents+json", "traceparent": caller})
            self.assertEqual(200, status, body)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.assertEqual(OTHER[36:52], collector.send_of("a-1").parent)
        self.assertEqual([], collector.of("b-1"))
        send = collector.send_of("c-1")
        self.assertEqual(START[36:52], send.parent)
        self.assertEqual([(OTHER[3:35], OTHER[36:52])], send.links)

    def test_a_duplicate_lies_in_the_trace_of_its_original(self):
        collector = Collector(self)
        self.configure(collector.url)
        daemon = self.daemon()
        self.publish(event("a", 1))
        self.publish(event("a", 1))
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        spans = collector.of("a-1")
        self.assertEqual(1, len({one.trace for one in spans}))
        self.assertEqual(["duplicate", "released"],
                         sorted(one.says["sluice.outcome"] for one in spans if "sluice.outcome" in one.says))

    def test_without_a_collector_events_flow_and_the_spans_are_counted(self):
        self.configure(f"http://127.0.0.1:{free_port()}", ", queue: 64")
        daemon = self.daemon()
        events = [event(f"s{at}", 1) for at in range(100)]
        self.publish(*events)
        daemon.settle()
        wait_until(lambda: self.metric(daemon, "sluice_trace_spans_dropped_total") > 0, "spans are dropped")
        self.assertEqual(0, self.metric(daemon, "sluice_trace_spans_total"))
        self.assertEqual(64, self.metric(daemon, "sluice_trace_queue_limit_spans"))
        self.assertLessEqual(self.metric(daemon, "sluice_trace_queue_spans"), 64)
        self.assertEqual(0, daemon.stop())
        self.assertEqual(len(events), len(self.audit()))
        self.assertIn("spans are lost; events are not", daemon.output())

    def test_a_collector_that_refuses_is_not_asked_twice_for_a_batch(self):
        collector = Collector(self)
        collector.status = 400
        self.configure(collector.url)
        daemon = self.daemon()
        self.publish(event("a", 1))
        daemon.settle()
        wait_until(lambda: self.metric(daemon, "sluice_trace_spans_dropped_total") == 3, "all three are dropped")
        self.assertEqual(len(collector.posts), self.metric(daemon, "sluice_trace_post_failures_total"))
        self.assertEqual(len(collector.spans()), 3)

    def test_the_environment_goes_before_the_file(self):
        collector = Collector(self)
        self.configure(f"http://127.0.0.1:{free_port()}")
        daemon = self.daemon(env={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_SERVICE_NAME": "shop"})
        self.publish(event("a", 1))
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.assertEqual(3, len(collector.spans()))
        service = collector.posts[0][2]["resourceSpans"][0]["resource"]["attributes"][0]["value"]
        self.assertEqual({"stringValue": "shop"}, service)

    def test_a_ratio_of_0_samples_only_what_others_have_sampled(self):
        collector = Collector(self)
        self.configure(collector.url, ", ratio: 0")
        daemon = self.daemon()
        self.publish(event("a", 1), event("b", 1, traceparent=START))
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.assertEqual([], collector.of("a-1"))
        self.assertEqual(3, len(collector.of("b-1")))

    def test_off_by_default_and_where_the_environment_says_so(self):
        collector = Collector(self)
        daemon = self.daemon()
        self.publish(event("a", 1, traceparent=START))
        daemon.settle()
        self.assertEqual(0, self.metric(daemon, "sluice_trace_spans_total"))
        self.assertEqual(0, daemon.stop())
        self.assertNotIn("traces are on", daemon.output())
        self.configure(collector.url)
        daemon = self.daemon(env={"OTEL_SDK_DISABLED": "true"})
        self.publish(event("b", 1, traceparent=START))
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.assertEqual([], collector.posts)

    def test_a_wrong_address_is_refused_before_anything_starts(self):
        self.configure("https://collector:4318")
        self.assertRegex(self.refused("config", "check"), r"sluice\.yaml:\d+:\d+: /traces/endpoint: .*plain HTTP only")
        self.write("sluice.yaml", CONFIG)
        ran = self.run_command("config", "check")
        self.assertEqual(0, ran.returncode, ran.stderr)


if __name__ == "__main__":
    unittest.main()
