"""A bad network between a door and the server, the same one for the same seed.

    with ChaosProxy(port_of_the_server, seed=7, faults={"cut_before": 1, "cut_after": 1, "pass": 8}) as proxy:
        ... http://127.0.0.1:{proxy.port} ...
        proxy.faults = {"down": 1}

What can happen to a request: `pass`; `delay` (it waits first); `cut_before` (the line breaks before the server has
it); `cut_after` (the server has done its work, the reply never arrives); `duplicate` (the server gets it twice);
`throttle` (the reply trickles); `down` (nobody is there). Only what begins with `only` is touched.
"""

import random
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import suppress

LONGEST_HEAD = 64 * 1024
PATIENCE = 60


class ChaosProxy:
    """Listens on the loopback address; each connection of a client carries one request."""

    def __init__(
        self,
        upstream: int,
        *,
        seed: int = 0,
        faults: dict[str, float] | None = None,
        only: str = "/api/",
        delay: float = 0.4,
        bytes_per_second: int = 4000,
    ) -> None:
        self.upstream, self.only = upstream, only
        self.faults = faults or {"pass": 1}
        self.delay, self.bytes_per_second = delay, bytes_per_second
        self.done: Counter[str] = Counter()
        self._chance, self._lock = random.Random(seed), threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "ChaosProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_problem: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        with client, suppress(OSError):
            request = self._request(client)
            if request is None:
                return
            fault = self._choose(request)
            if fault in ("down", "cut_before"):
                return _break(client)
            if fault == "delay":
                time.sleep(self.delay)
            answer = self._ask(request)
            if fault == "duplicate":
                answer = self._ask(request)
            if fault == "cut_after":
                return _break(client)
            self._reply(client, answer, is_slow=fault == "throttle")

    def _choose(self, request: bytes) -> str:
        path = request.split(b" ", 2)[1].decode("latin-1")
        faults = dict(self.faults)
        if not path.startswith(self.only):
            return "down" if set(faults) == {"down"} else "pass"
        with self._lock:
            fault = self._chance.choices(list(faults), list(faults.values()))[0]
            self.done[fault] += 1
        return fault

    def _request(self, client: socket.socket) -> bytes | None:
        """The whole request, asking the server not to keep the line: one request is one fate."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = client.recv(65536)
            if not more or len(data) > LONGEST_HEAD:
                return None
            data += more
        head, _end, body = data.partition(b"\r\n\r\n")
        lines = [
            line
            for line in head.split(b"\r\n")
            if not line.lower().startswith((b"connection:", b"keep-alive:"))
        ]
        length = next(
            (int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            more = client.recv(65536)
            if not more:
                return None
            body += more
        return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream), PATIENCE) as server:
            server.sendall(request)
            parts = []
            while part := server.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def _reply(self, client: socket.socket, answer: bytes, *, is_slow: bool) -> None:
        if not is_slow:
            return client.sendall(answer)
        piece = max(1, self.bytes_per_second // 10)
        for at in range(0, len(answer), piece):
            client.sendall(answer[at : at + piece])
            time.sleep(0.1)


def _break(client: socket.socket) -> None:
    """The line goes dead at once, as when a cable is pulled out: no polite end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
