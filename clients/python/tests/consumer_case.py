"""A shop at a port that stays, whose subscription `audit` is pulled."""

import threading

from harness import CONFIG, Case, event, free_port
from sluice import Client, Consumer, Event, Options


def made(subject, number, **more):
    return Event.from_json(event(subject, number, **more))


class ConsumerCase(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.configure()

    def configure(self, more=""):
        self.write("sluice.yaml", CONFIG.replace("    file: audit.jsonl\n", f"    sink: {{pull: {{}}}}\n{more}")
                   .replace("listen: 127.0.0.1:0", f"listen: 127.0.0.1:{self.port}"))

    def start_all(self):
        self.daemon_now = self.daemon()
        self.client = Client(f"http://127.0.0.1:{self.port}")
        self.addCleanup(self.client.close)

    def consume(self, handler, client=None, **options):
        """(consumer, its thread, a list that gets what `run` answers); it is stopped at the end of the test."""
        options = Options(**{"wait_s": 0.2, **options})
        client = client or self.client
        consumer = Consumer(client, "audit", handler, options)
        result = []
        thread = threading.Thread(target=lambda: result.append(consumer.run(signals=False)), daemon=True)
        thread.start()

        def end():
            consumer.stop()
            thread.join(30)
            client.close()

        self.addCleanup(end)
        return consumer, thread, result
