"""The addresses that subscribe to a calendar with one press, for the programs people have. Pure."""

from typing import NamedTuple
from urllib.parse import quote


class Links(NamedTuple):
    """`address` is the calendar itself; the others open a program that asks whether to subscribe to it."""

    address: str
    webcal: str
    google: str
    outlook: str


def links(address: str, name: str) -> Links:
    """For iPhone, Mac and programs on the desk (webcal), Google Calendar, and Outlook on the web."""
    webcal = "webcal://" + address.partition("://")[2]
    return Links(
        address,
        webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "https://outlook.office.com/calendar/0/addfromweb"
        f"?url={quote(address, safe='')}&name={quote(name, safe='')}",
    )
