"""As much of Kafka's protocol as tells whether a broker serves: one metadata request."""

import socket
import struct

METADATA_KEY, METADATA_VERSION = 3, 1


def text(value):
    raw = value.encode()
    return struct.pack(">h", len(raw)) + raw


def exactly(connection, count):
    got = b""
    while len(got) < count:
        more = connection.recv(count - len(got))
        if not more:
            raise ConnectionError("the broker closed the connection")
        got += more
    return got


def brokers(host, port, timeout_seconds=5.0):
    """The (id, host, port) of each broker that this one knows as live. OSError when it does not answer."""
    no_topics = struct.pack(">i", 0)
    request = struct.pack(">hhi", METADATA_KEY, METADATA_VERSION, 1) + text("dev") + no_topics
    with socket.create_connection((host, port), timeout=timeout_seconds) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", exactly(connection, 4))
        answer = exactly(connection, size)
    try:
        return brokers_in(answer)
    except (struct.error, UnicodeDecodeError) as error:
        raise ConnectionError(f"what answers at {host}:{port} is no broker") from error


def brokers_in(answer):
    (count,) = struct.unpack_from(">i", answer, 4)
    at, found = 8, []
    for _ in range(count):
        (node, length) = struct.unpack_from(">ih", answer, at)
        name = answer[at + 6:at + 6 + length].decode()
        (its_port, rack) = struct.unpack_from(">ih", answer, at + 6 + length)
        at += 6 + length + 6 + max(rack, 0)
        found.append((node, name, its_port))
    return sorted(found)
