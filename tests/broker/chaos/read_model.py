"""A read model that a service keeps of what is pushed to it, and the oracle that knows what it must say."""

import hashlib
import http.server
import threading


class Row:
    """What a service remembers of a subject: the last position taken, a sum, and a digest that order decides."""

    def __init__(self):
        self.position, self.balance, self.digest = 0, 0, b""

    def take(self, position, kind, number):
        self.position = position
        self.balance += number if kind == "order.placed" else -number
        self.digest = hashlib.sha256(self.digest + f"{kind} {number}".encode()).digest()

    def columns(self):
        return self.position, self.balance, self.digest.hex()[:16]


class ReadModel:
    """Takes each position once, as an inbox does. Threads: any."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rows = {}
        self.repeated = 0
        self.wrong = []

    def take(self, subject, position, kind, number):
        with self.lock:
            row = self.rows.setdefault(subject, Row())
            if position <= row.position:
                self.repeated += 1
                return
            if position != row.position + 1:
                self.wrong.append(f"{subject}: position {position} was pushed after {row.position}")
            row.take(position, kind, number)

    def count(self, subject):
        with self.lock:
            return self.rows[subject].position if subject in self.rows else 0

    def differences(self, published):
        """To the oracle: subject -> the kinds of its events 1, 2, 3 …"""
        with self.lock:
            mine = {subject: row.columns() for subject, row in self.rows.items()}
            found = list(self.wrong)
        wanted = {subject: oracle(kinds) for subject, kinds in published.items() if kinds}
        for subject in sorted(mine.keys() | wanted.keys()):
            if mine.get(subject) != wanted.get(subject):
                found.append(f"{subject}: {mine.get(subject)}, and not {wanted.get(subject)}")
        return found


def oracle(kinds):
    row = Row()
    for number, kind in enumerate(kinds, 1):
        row.take(number, kind, number)
    return row.columns()


class Receiver(http.server.ThreadingHTTPServer):
    """Feeds the model with what is pushed, until it is closed."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, model):
        super().__init__(("127.0.0.1", 0), Handler)
        self.model = model
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/events"

    def close(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # daemons are killed within requests


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):  # noqa: N802: the library's name
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.model.take(self.headers["ce-subject"], int(self.headers["sluice-position"]), self.headers["ce-type"],
                               int(self.headers["ce-sourcesequence"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass
