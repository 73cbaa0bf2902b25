"""One row of a list as guests: people with names and contacts, or an organization's places."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eventsvc.contacts import read_emails, read_phones
from eventsvc.guests import lines, positions
from eventsvc.guests.names import Name, read_names, seats_in
from eventsvc.text import clean, split_name

Resolve = Callable[[str | None], str | None]
Entry = dict[str, Any]

# The order in which flags are told: what the row is first, then its contacts, its position, its place in the file.
FLAGS = [
    "nfd",
    "tcvn3",
    "vni",
    "all_caps_name",
    "ditto_org_filled",
    "ditto_position_filled",
    "ditto_phones_filled",
    "ditto_emails_filled",
    "ditto_note_filled",
    "org_from_merged_cell",
    "position_from_merged_cell",
    "phones_from_merged_cell",
    "emails_from_merged_cell",
    "note_from_merged_cell",
    "org_from_group",
    "two_people_in_one_row",
    "several_people_in_one_row",
    "no_middle_name",
    "name_too_long",
    "duplicate",
    "possible_duplicate",
    "multiple_phones",
    "landline",
    "phone_lost_leading_zero",
    "phone_not_parsable",
    "phone_owner_unclear",
    "position_abbreviation",
    "multiple_emails",
    "email_trailing_dot",
    "email_not_parsable",
    "email_not_ascii",
    "email_idn",
    "email_owner_unclear",
    "absent",
    "replaced",
    "substitute",
    "not_nominated",
    "from_formula",
    "formula_without_value",
    "cell_error",
    "hidden_row",
]
_RANK = {flag: rank for rank, flag in enumerate(FLAGS)}

_LONGEST_NAME = 200
_LONGEST_CONTACTS = 500
_BETWEEN_POSITIONS = re.compile(r"\s*[,;/]\s*|\s+và\s+")


@dataclass
class RowOfGuests:
    """The cells of a row by what they hold; lines inside a cell are kept, for parallel lists of several people."""

    sheet: str
    row: int
    tt: str | None
    group: str | None
    values: dict[str, str]
    flags: list[str] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


def sorted_flags(flags: list[str]) -> list[str]:
    return sorted(dict.fromkeys(flags), key=lambda flag: _RANK[flag])


def entries_of(row: RowOfGuests, resolve: Resolve) -> list[Entry]:
    """The people and places of the row; empty when it names neither."""
    cell = row["full_name"]
    if not cell:
        return _unnamed(row, resolve)
    if lines.is_reply(clean(cell)):
        return [_slot(row, row["organization"] or row["position"] or clean(cell), clean(cell), resolve)]
    supported = any(row[key] for key in ("position", "phones", "emails", "organization"))
    if people := read_names(cell, supported):
        return _people(row, people, resolve)
    return _person_and_company(row, supported, resolve) or [_slot(row, clean(cell), "", resolve)]


def _unnamed(row: RowOfGuests, resolve: Resolve) -> list[Entry]:
    """A place described by post and body only: "Giám đốc | Sở Y tế"."""
    label = " ".join(filter(None, (clean(row["position"]), clean(row["organization"]))))
    return [_slot(row, label, "", resolve)] if label else []


def _person_and_company(row: RowOfGuests, supported: bool, resolve: Resolve) -> list[Entry]:
    """ "Ông Nguyễn Văn A và 02 cán bộ": a person and places for the others."""
    before, joined, after = clean(row["full_name"]).rpartition(" và ")
    if not joined or seats_in(after) is None:
        return []
    people = read_names(before, supported)
    return [*_people(row, people, resolve), _slot(row, after, "", resolve)] if people else []


# --- Places of organizations ---------------------------------------------------------------------------------


def _slot(row: RowOfGuests, label: str, reply: str, resolve: Resolve) -> Entry:
    organization = clean(row["organization"]) or positions.body_in(label) or None
    note = "; ".join(filter(None, (clean(row["note"]), reply, clean(row["reply"])))) or None
    flags = row.flags + lines.reply_flags(reply or note or "", person=False)
    phones, emails = _contacts(row["phones"], row["emails"])
    entry: Entry = {
        "sheet": row.sheet,
        "row": row.row,
        "kind": "organization_slot",
        "tt": row.tt,
        "group": row.group,
        "label": clean(label),
        "full_name": None,
        "position": positions.expand(row["position"]) or None,
        "organization": organization,
        "seats": _seats(row, label),
        "note": note,
        "flags": [],
    }
    if phones.numbers:
        entry["phones"] = phones.numbers
        flags += phones.flags
    if emails.addresses:
        entry["emails"] = emails.addresses
        flags += emails.flags
    entry["flags"] = sorted_flags(flags)
    return _placed(entry, resolve)


def _seats(row: RowOfGuests, label: str) -> int | None:
    column = row["seats"]
    if re.fullmatch(r"\d{1,4}", column):
        return int(column)
    stated = (seats_in(text) for text in (column, label, row["note"], row["position"], row["organization"]))
    return next((seats for seats in stated if seats is not None), None)


# --- People --------------------------------------------------------------------------------------------------


def _people(row: RowOfGuests, people: list[Name], resolve: Resolve) -> list[Entry]:
    count = len(people)
    flags = list(row.flags)
    if count > 1:
        flags.append("two_people_in_one_row" if count == 2 else "several_people_in_one_row")
    parts = {
        "position": _parallel(row["position"], count, _BETWEEN_POSITIONS),
        "organization": _parallel(row["organization"], count, None),
        "note": _parallel(row["note"], count, None),
    }
    phones = _shared_out(row["phones"], count, lambda cell: read_phones(cell).numbers)
    emails = _shared_out(row["emails"], count, lambda cell: read_emails(cell).addresses)
    unclear = [f"{kind}_owner_unclear" for kind, got in (("phone", phones), ("email", emails)) if not got[1]]
    return [
        _person(
            row,
            name,
            {key: values[index] for key, values in parts.items()}
            | {"phones": phones[0][index], "emails": emails[0][index]},
            flags + unclear,
            resolve,
        )
        for index, name in enumerate(people)
    ]


def _parallel(cell: str, count: int, divider: re.Pattern[str] | None) -> list[str]:
    """The cell's parts when it has one for each person, else the whole cell for everybody."""
    by_line = [line for line in cell.split("\n") if line]
    if len(by_line) == count:
        return by_line
    parts = [part for part in divider.split(cell) if part] if divider and count > 1 else []
    return parts if len(parts) == count else [clean(cell)] * count


def _shared_out(cell: str, count: int, read: Callable[[str], list[str]]) -> tuple[list[str], bool]:
    """(a cell of contacts for each person, whether it is sure whose they are)."""
    if count == 1 or not cell:
        return [cell] * count, True
    by_line = cell.split("\n")
    if len(by_line) == count:
        return by_line, True
    found = read(cell[:_LONGEST_CONTACTS])
    if len(found) == count:
        return found, True
    return [cell] + [""] * (count - 1), not found


def _person(row: RowOfGuests, name: Name, cells: dict[str, str], flags: list[str], resolve: Resolve) -> Entry:
    family, middle, given = split_name(name.full)
    raw = clean(cells["position"]) or name.position or _position_in(name)
    position = positions.expand(raw)
    remark = name.remark if name.remark != raw else ""
    note = "; ".join(filter(None, (clean(cells["note"]), remark, clean(row["reply"])))) or None
    phones, emails = _contacts(
        _with(cells["phones"], name.contacts),
        _with(cells["emails"], name.contacts if "@" in name.contacts else ""),
    )
    flags = flags + name.flags + phones.flags + emails.flags + lines.reply_flags(note or "", person=True)
    if family and not middle:
        flags.append("no_middle_name")
    if len(name.full) > _LONGEST_NAME:
        flags.append("name_too_long")
    if position != raw and not any(flag.endswith("_people_in_one_row") for flag in flags):
        flags.append("position_abbreviation")
    entry: Entry = {
        "sheet": row.sheet,
        "row": row.row,
        "kind": "person",
        "tt": row.tt,
        "group": row.group,
        "honorific": name.honorific or clean(row["honorific"]) or None,
        "full_name": name.full,
        "family_name": family,
        "middle_name": middle,
        "given_name": given,
        "position": position or None,
        "organization": clean(cells["organization"]) or None,
        "phones": phones.numbers,
        "emails": emails.addresses,
        "note": note,
        "flags": sorted_flags(flags),
    }
    if name.title:
        entry["title"] = name.title
    if position != raw:
        entry["position_raw"] = raw
    return _placed(entry, resolve)


def _position_in(name: Name) -> str:
    """ "Nguyễn Văn A (PGĐ)": a bracket that is a post."""
    return name.remark if name.remark and positions.is_post(name.remark) else ""


def _with(cell: str, contacts: str) -> str:
    return "; ".join(filter(None, (cell, contacts)))


def _contacts(phones: str, emails: str):
    """Phones and addresses; each is also looked for in the other's column, where people put it by mistake."""
    phone_cell, email_cell = phones[:_LONGEST_CONTACTS], emails[:_LONGEST_CONTACTS]
    if "@" in phone_cell:
        email_cell = _with(email_cell, phone_cell)
        phone_cell = re.sub(r"\S+@\S+", " ", phone_cell)
    elif "@" not in email_cell and not phone_cell and read_phones(email_cell).numbers:
        phone_cell, email_cell = email_cell, ""
    if not re.search(r"\d", phone_cell) and "@" in phones:
        phone_cell = ""
    if "@" in email_cell:
        return read_phones(phone_cell), read_emails(email_cell)
    return read_phones(phone_cell), read_emails(email_cell if re.search(r"[^\W\d_]", email_cell) else "")


def _placed(entry: Entry, resolve: Resolve) -> Entry:
    if code := resolve(entry["organization"]):
        entry["admin_unit_code"] = code
    return entry
