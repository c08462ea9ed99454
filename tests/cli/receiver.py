#!/usr/bin/env python3
"""A receiver of events by HTTP, for tests: notes what it takes in a file before it answers.

usage: receiver.py PORT LOG [RULES] [CERT]

LOG gets a line of JSON per request: what came, and when it was over. RULES, a file of JSON that is read anew for each
request, says what is answered: {"default": ANSWER, "types": {TYPE: ANSWER}, "ids": {ID: ANSWER}}; an ANSWER is
{"status", "headers", "body", "delay"}, each of them optional. CERT: a file of PEM, certificate and key: TLS.
"""

import http.server
import json
import os
import pathlib
import ssl
import sys
import threading
import time

LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def rules(self):
        path = self.server.rules
        return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}

    def do_POST(self):  # noqa: N802: the library's name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        rules = self.rules()
        answer = rules.get("ids", {}).get(self.headers.get("ce-id")) \
            or rules.get("types", {}).get(self.headers.get("ce-type")) or rules.get("default", {})
        time.sleep(answer.get("delay", 0))
        status = answer.get("status", 204)
        self.note(body, status)
        self.answer(status, answer.get("headers", {}), answer.get("body", ""))

    def do_OPTIONS(self):  # noqa: N802: the library's name
        answer = self.rules().get("options", {})
        self.note(b"", answer.get("status", 200))
        self.answer(answer.get("status", 200), answer.get("headers", {}), "")

    def answer(self, status, headers, text):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        body = text.encode()
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def note(self, body, status):
        line = json.dumps({"method": self.command, "path": self.path, "status": status,
                           "headers": {name.lower(): value for name, value in self.headers.items()},
                           "body": body.decode("utf-8", "surrogateescape")}) + "\n"
        with LOCK:
            self.server.log.write(line.encode("utf-8", "surrogateescape"))
            self.server.log.flush()
            os.fsync(self.server.log.fileno())

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # connections that break are what the tests are about


def main():
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    server.log = open(sys.argv[2], "ab")
    server.rules = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else None
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
