"""Who entered a contest, for the world of the tests of all routes: an entry of its own with a file, and a child whose
guardian has not answered yet."""

from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image

from eventsvc import secrets
from eventsvc.accounts.models import User
from eventsvc.contests import entry_operations, guardian_operations, queries
from eventsvc.contests.entry_operations import Entered
from eventsvc.contests.models import Contest, EntrantKind, Entry
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.files import operations as files


def entered_contest(event: Event, contest_id: int, poison: str) -> tuple[dict[Any, Any], dict[str, str]]:
    """Ids by the names that addresses use, and the links of an entrant and a guardian."""
    contest = queries.contest_of(event, contest_id)
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    drawing = BytesIO()
    Image.new("RGB", (8, 8), "blue").save(drawing, "PNG")
    own = _enter(
        contest,
        Entered(
            title=f"Tranh{poison}"[:300],
            kind=EntrantKind.PERSON,
            name=f"Người Lớn{poison}"[:200],
            born_on=date(1990, 1, 2),
            email="lon@example.vn",
            shows_work=True,
        ),
        [files.take_in(picture, "tranh.jpg")],
    )
    child = _enter(
        contest,
        Entered(
            title=f"Ước mơ{poison}"[:300],
            kind=EntrantKind.PERSON,
            name=f"Bé Mẫu{poison}"[:200],
            born_on=date(2016, 1, 2),
            guardian_name=f"Bà Mẹ{poison}"[:200],
            guardian_email="me@example.vn",
        ),
        [files.take_in(drawing, "uoc-mo.png")],
    )
    tokens = {
        "entrant": secrets.unseal(own.token_sealed),
        "guardian": secrets.unseal(child.guardian_token_sealed or ""),
    }
    own_file = own.files[0]
    return {
        "picture": own_file.number,
        ("entry_page.file", "entry_file_id"): own_file.id,
        ("contest_entries.edit", "entry_id"): own.id,
        ("guardian_page.ward_file", "entry_file_id"): child.files[0].id,
        ("entry_page.remove_file", "entry_file_id"): own_file.id,
    }, tokens


def write_of_entries(contest: Contest) -> None:
    """Every letter about an entry: a child's is received, its guardian asked, and it is accepted."""
    made = _enter(
        contest,
        Entered(
            title="Tranh nữa",
            kind=EntrantKind.PERSON,
            name="Bé Mẫu Hai",
            born_on=date(2016, 1, 3),
            guardian_name="Ông Bố",
            guardian_email="bo@example.vn",
        ),
        [],
    )
    guardian_operations.agree(made, shows_work=False, by=None)
    by = db.session.query(User).order_by(User.id).first()
    assert entry_operations.accept(contest, {made.id: made.version}, by=by) == (1, 0)


def _enter(contest: Contest, entered: Entered, brought: list[Any]) -> Entry:
    """On behalf, as the organizer enters what came on paper."""
    by = db.session.query(User).order_by(User.id).first()
    return entry_operations.enter(contest, entered, brought=brought, by=by)
