"""Boards that poll and doors that scan at a steady pace, for bench/checkin.py: an open loop, so that a server that
stalls is charged for everybody who would have come meanwhile."""

import asyncio
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

EVERY = 3.0
"""Seconds between two questions of a board, as static/js/board.js asks."""
SCANS = 100
"""Scans a second."""


@dataclass
class Answers:
    """What was answered: seconds from the moment it was due, status codes, faults, seconds a board lay behind."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)
    stored: int = 0

    def describe(self) -> str:
        faults = sum(self.faults.values()) + sum(
            n for status, n in self.statuses.items() if status not in (200, 304)
        )
        words = f"{_spread(self.latencies)} ms   {dict(self.statuses)}   errors {faults} {dict(self.faults) or ''}"
        return words + (f"   age {_spread(self.ages)} ms" if self.ages else "")


def _spread(seconds: list[float]) -> str:
    p50, p95, p99 = (1000 * statistics.quantiles(seconds, n=100)[q - 1] for q in (50, 95, 99))
    return f"p50 {p50:6.1f}   p95 {p95:6.1f}   p99 {p99:6.1f}"


def watch(port: int, path: str, viewers: int, seconds: float, results) -> None:
    """All viewers in one process of their own, each on a connection of its own."""
    results.put(asyncio.run(_watch(port, path, viewers, seconds + EVERY)))


async def _watch(port: int, path: str, viewers: int, seconds: float) -> Answers:
    answers, until = Answers(), time.monotonic() + seconds
    await asyncio.gather(*(_view(port, path, until, answers) for _viewer in range(viewers)))
    return answers


async def _view(port: int, path: str, until: float, answers: Answers) -> None:
    due, tag, line = time.monotonic() + random.uniform(0, EVERY), "", None
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{condition}\r\n"
        try:
            line = line or await asyncio.open_connection("127.0.0.1", port)
            status, headers, _body = await ask(line, request.encode())
        except (OSError, asyncio.IncompleteReadError, IndexError) as fault:
            answers.faults[type(fault).__name__] += 1
            line, due = None, due + EVERY
            continue
        answers.latencies.append(time.monotonic() - due)
        answers.statuses[status] += 1
        tag = headers.get(b"etag", b"").decode()
        if as_of := headers.get(b"board-as-of"):
            age = datetime.now(UTC) - datetime.fromisoformat(as_of.decode())
            answers.ages.append(age.total_seconds())
        due += EVERY
    if line:
        line[1].close()


def open_loop(port: int, tokens: list[str], bodies: list[bytes]) -> Answers:
    """Send the bodies at their pace, whether those before are answered or not."""
    return asyncio.run(_open_loop(port, tokens, bodies))


async def _open_loop(port: int, tokens: list[str], bodies: list[bytes]) -> Answers:
    answers, free = Answers(), asyncio.Queue()
    for token in tokens:
        free.put_nowait((token, await asyncio.open_connection("127.0.0.1", port)))
    begun = time.monotonic()

    async def send(due: float, body: bytes) -> None:
        token, line = await free.get()
        head = f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        status, _headers, answer = await ask(line, head.encode() + body)
        answers.latencies.append(time.monotonic() - due)
        answers.statuses[status] += 1
        answers.stored += answer.count(b'"stored"')
        free.put_nowait((token, line))

    tasks = []
    for number, body in enumerate(bodies):
        due = begun + number / SCANS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(send(due, body)))
    for done in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(done, BaseException):
            answers.faults[type(done).__name__] += 1
    while not free.empty():
        _token, (_reader, writer) = free.get_nowait()
        writer.close()
    return answers


async def ask(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
) -> tuple[int, dict[bytes, bytes], bytes]:
    reader, writer = line
    writer.write(request)
    status = int((await reader.readline()).split()[1])
    headers = {}
    while (words := await reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = words.partition(b":")
        headers[name.lower()] = value.strip()
    length = 0 if status == 304 else int(headers.get(b"content-length", 0))
    return status, headers, await reader.readexactly(length)
