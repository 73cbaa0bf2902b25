"""A real SMTP server on this machine that does what a test tells it: refuse, hang up, or lose the answer."""

import asyncio
import socket
from collections import defaultdict
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Sink:
    """What arrived, and what to answer to whom. `script[recipient]` is used up from the left, then all is well.

    An answer is a reply line ("451 4.3.0 later"), optionally with the stage it belongs to ("rcpt:550 5.1.1 no"),
    or one of "drop-at-data", "lose-reply", "hang".
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[str, list[str], bytes]] = []
        self.connections = 0
        self.script: dict[str, list[str]] = defaultdict(list)
        self.sender_reply: str | None = None
        self.has_woken = False
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = _Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> "Sink":
        self.controller.start()
        self.connections = 0  # the controller tries its own door
        return self

    def stop(self) -> None:
        if self.controller.loop.is_running():
            self.controller.stop()

    @property
    def messages(self):
        return [
            message_from_bytes(data, policy=policy.default) for _sender, _recipients, data in self.accepted
        ]

    @property
    def recipients(self) -> list[str]:
        return [recipient for _sender, recipients, _data in self.accepted for recipient in recipients]

    def next_answer(self, recipient: str, *stages: str) -> str | None:
        answers = self.script[recipient]
        if not answers:
            return None
        stage, _colon, _words = answers[0].partition(":")
        is_staged = stage == "rcpt"
        if ("rcpt" in stages) != is_staged:
            return None
        return answers.pop(0).removeprefix("rcpt:")

    # -- hooks of aiosmtpd --

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.next_answer(address, "rcpt")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.next_answer(envelope.rcpt_tos[0], "data")
        if answer == "hang":
            await asyncio.sleep(30)
            self.has_woken = True
        if answer is None or answer == "lose-reply":
            self.accepted.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        if answer == "lose-reply":
            server.transport.abort()
        return answer or "250 OK"


class _Server(SMTP):
    async def smtp_DATA(self, arg):
        recipients = self.envelope.rcpt_tos
        if recipients and self.event_handler.script[recipients[0]][:1] == ["drop-at-data"]:
            self.event_handler.script[recipients[0]].pop(0)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self):
        self.handler.connections += 1
        return _Server(self.handler, **self.SMTP_kwargs)
