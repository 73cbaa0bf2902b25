"""Bad input as it comes: a megabyte in a name, two people at one form, files that are not what they say.

Each feature shows its own sentences; here every form of the house is held to the same manners, end to end, on
both databases: a sentence beside the field, what was typed kept, nothing half stored.
"""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import lxml.html
import pytest

from tests import walk
from tests.test_routes import _forms
from tests.walk import act, address, ask, fingerprint

MEGABYTE = 1024 * 1024

# Forms in which two people cannot take anything from each other: they add a row, or say something once.
ADDING = {
    "/account", "/plans/new", "/sign-in", "agenda/items", "annul", "answer", "budget/new", "checkins/cases/",
    "checkins/guests/", "checkins/cases", "checkins/quarantine", "checkins/walk-in", "checkins/answers/",
    "checkins/codes", "devices/new", "/feeds", "/recipients", "events/copies", "events/new",
    "groups/new", "guests/new", "imports/new", "/i/", "materials/new", "rituals",
    "sites/new", "sites/bulk", "sites/copy", "sites/import", "slots/new", "/stage", "tasks/new", "/language",
    "agenda/strands",
    "/by-hand", "phone-list", "/versions", "agenda/templates", "agenda/release", "seating/new", "blocks/new",
    "reception/new", "ranks/new", "substitutions/", "wordings/rules", "organizations/new",
    "organizations/waiting", "/handed-over", "/o/", "/members", "/s/", "/report",
    "/faults/", "services/new", "/problem", "posts/new", "shifts/new",
    "/open-doors/new", "/visits/", "/visit/", "checkins/paper", "checkins/closings", "/attendance",
    "/comments", "/charging", "/obstacles/new", "/calendar-days", "/local-launches/expected", "/guidance/expected",
    "/indicators/new", "/expected", "/media/new",
    "activities/new", "stalls/new", "stalls/lines", "communications/new", "accreditations/new",
    "accreditations/decide", "/press", "duties/new", "/reporters", "/ask", "meetings/new", "/send-back",
    "/agencies", "/conclusions/",
    "/readiness/calls/", "/readiness/checklist", "/readiness/people", "/link-tests/", "/announcements/",
    "/travel-times",
    "/estimates/asked", "/commendations/new", "/commendations/several", "/commendations/checked",
    "/entries/decide", "/rounds", "/jury", "/j/", "/vote", "/votes/", "/draw",
}  # fmt: skip


NO_WORDS = {"phones", "emails", "at", "value", "total", "baseline", "revenue", "criteria",
            "lines-0-approved", "lines-0-quantity", "lines-0-unit_price", "spent_lines-0-spent"}  # fmt: skip
"""Typed in lines like words, but not everything may stand in them."""


def _texts(form) -> list[str]:
    """The fields of a form that take words, in their order."""
    fields = form.xpath(".//textarea[@name] | .//input[@name][not(@type) or @type='text']")
    return [field.get("name") for field in fields]


def _filled(form) -> dict[str, str]:
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def _has_version(form) -> bool:
    """Whether it knows its edition; of several on one page each has a prefix of its own."""
    return any(name == "version" or name.endswith("-version") for name in form.fields)


def _found(answer, action: str, url: str):
    """The same form in an answer; None when it is not there."""
    forms = [form for form in lxml.html.fromstring(answer.text).forms if form.method == "POST"]
    return next((form for form in forms if (form.get("action") or url) == action), None)


def _form_like(answer, action: str, url: str):
    """The same form in an answer."""
    form = _found(answer, action, url)
    assert form is not None, f"{action} is not in the answer any more"
    return form


def test_a_megabyte_in_a_name_is_told_beside_the_field(each_world):
    """In the first field for words of each form: the field is named, the other fields are kept, nothing is stored."""
    world, told = each_world, 0
    client, before = world.browser("organizer"), fingerprint()
    for url, form in _forms(world, client):
        names = _texts(form)
        if not names:
            continue
        filled = _filled(form)
        answer = act(world, client, "POST", url, data={**filled, names[0]: "Ă" * (MEGABYTE // 2)})

        assert answer.status_code == 422, f"{url}: {answer.status_code}"
        html = lxml.html.fromstring(answer.text)
        control = html.xpath("//*[@name=$name and @aria-invalid='true']", name=names[0])
        assert control, f"{url}: {names[0]} is not marked"
        sentence = html.get_element_by_id(control[0].get("aria-describedby").split()[-1])
        assert sentence.text_content().strip(), url
        again = _filled(next(form for form in html.forms if names[0] in form.fields))
        kept = {name: value for name, value in filled.items() if name not in (names[0], "version")}
        assert {name: again.get(name) for name in kept} == kept, url
        assert "Ă" * 1000 in again[names[0]], f"{url}: what was typed is gone"
        assert fingerprint() == before, f"{url}: something was stored"
        told += 1
    assert told > 15


def test_every_form_that_changes_a_row_knows_which_edition_it_shows(world):
    client = world.browser("organizer")
    without = [
        url
        for url, form in _forms(world, client)
        if _texts(form) and not _has_version(form) and not any(part in url for part in ADDING)
    ]

    assert without == []


def test_of_two_people_at_one_form_neither_loses_a_word(each_world):
    """Both open it, both save: the second sees what the first has stored beside the own words, and decides."""
    world, compared = each_world, 0
    first, second = world.browser("organizer"), world.browser("owner")
    for url, form in _forms(world, first):
        if "version" in form.fields and _texts(form):
            place = form.base_url
            page = ask(world, first, "GET", place)  # as it stands after the forms before
            if page.status_code == 404 and url.startswith("/o/"):
                continue  # the contact of this organization was changed before: another link leads here now
            if (form := _found(page, url, place)) is None:
                continue  # what was done before leaves nothing to say there
        names = [name for name in _texts(form) if (form.fields[name] or "").strip() and name not in NO_WORDS]
        if "version" not in form.fields or not form.fields["version"] or not names:
            continue
        name, filled = names[0], _filled(form)
        stale = dict(filled)
        theirs, mine = filled[name].strip() + " một", filled[name].strip() + " hai"

        assert act(world, first, "POST", url, data={**filled, name: theirs}).status_code == 302, url
        answer = act(world, second, "POST", url, data={**stale, name: mine})

        assert answer.status_code == 409, f"{url}: {answer.status_code}"
        text = " ".join(lxml.html.fromstring(answer.text).text_content().split())
        assert " ".join(theirs.split()) in text and " ".join(mine.split()) in text, url
        returned = _form_like(answer, url, url)
        assert returned.fields[name].strip() == mine, f"{url}: what was typed is gone"
        assert act(world, second, "POST", url, data=_filled(returned)).status_code == 302, url
        compared += 1
    assert compared >= 12


def test_whoever_saves_what_somebody_else_removed_is_told_so(each_world):
    world = each_world
    first, second = world.browser("organizer"), world.browser("owner")
    for edit, remove in (
        ("agenda.item", "agenda.remove"),
        ("agenda.ritual", "agenda.remove_ritual"),
        ("budgets.source", "budgets.remove_source"),
        ("documents.recipient", "documents.remove_recipient"),
        ("guests.edit_slot", "guests.remove_slot"),
        ("materials.edit", "materials.remove"),
        ("tasks.edit", "tasks.remove"),
    ):
        url = address(world.app, edit, world.a)
        page = ask(world, second, "GET", url)
        form = next(form for form in lxml.html.fromstring(page.text).forms if _texts(form))
        act(world, first, "POST", address(world.app, remove, world.a))

        assert act(world, second, "POST", url, data=_filled(form)).status_code == 404, edit


def _bomb() -> bytes:
    """A workbook of 300 MB in some hundred kilobytes."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("danh-sach.xlsx", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"),
        ("danh-sach.pdf", b"%PDF-1.7\n"),
        ("danh-sach.xlsx", b""),
        ("../../etc/danh-sach.csv", b"\x00\x00\x00"),
        ("danh-sach.ods", b"PK\x03\x04 not a zip"),
        ("danh-sach.xlsx", "bomb"),
    ],
    ids=["renamed PDF", "PDF", "empty", "NULs", "broken zip", "zip bomb"],
)
def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(each_world, name, content):
    world, client = each_world, each_world.browser("organizer")
    url, before = address(world.app, "guests.new_import", world.a), fingerprint()
    data = _bomb() if content == "bomb" else content

    answer = act(world, client, "POST", url, data={"file": (BytesIO(data), name), "site": "0", "group": "0"})

    assert answer.status_code == 422
    html = lxml.html.fromstring(answer.text)
    assert html.xpath("//*[@id='file-error-1']")[0].text_content().strip()
    assert fingerprint() == before


def test_a_refused_form_stores_nothing_whatever_it_is(each_world):
    """Every form sent empty: refused or harmless, and a refusal leaves the tables as they were."""
    world, client, before = each_world, each_world.browser("organizer"), fingerprint()
    for endpoint, method in walk.steps(world.app, reading=False):
        url = address(world.app, endpoint, world.a)
        answer = act(world, client, method, url)
        if answer.status_code >= 400:
            assert fingerprint() == before, f"{url}: {answer.status_code}"
        else:
            world.restore()
            before = fingerprint()
