"""The two reads of the hot path, built once: what may be known before the doors' turn, and what decides who is first.

Each answers in one row of one column, a JSON array that holds its sets as arrays of arrays: one statement may ask
many tables, and a driver reads one long text much faster than many columns or rows. There are two forms of each: for
one scan with plain comparisons, which PostgreSQL plans once and for all, and for many at once with one list a
parameter, so that the text is the same for two scans and for two hundred.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.accounts.models import ApiToken
from eventsvc.checkins.json_sql import Among, List, Members, Row, Rows, Set
from eventsvc.checkins.models import Device, FormerPlace, Scan, ScanKind, StoreEpoch
from eventsvc.checkins.rules import AT_A_DOOR
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.halls.models import Post, Shift
from eventsvc.invitations.models import Invitation, Pass
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

_scan, _pass, _guest, _person = Scan.__table__, Pass.__table__, Guest.__table__, Person.__table__
_site, _sitting, _event, _device = Site.__table__, Sitting.__table__, Event.__table__, Device.__table__
_post, _shift, _former = Post.__table__, Shift.__table__, FormerPlace.__table__
_invitation, _organization, _token = Invitation.__table__, Organization.__table__, ApiToken.__table__


class _Sets:
    """How a statement names its sets: one value each, or lists."""

    def __init__(self, many: bool) -> None:
        self.many = many

    def has(self, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[Any]:
        if self.many:
            return Among(column, _list(column, name))
        return column == sa.bindparam(name, type_=column.type)

    def rows(self, rows: sa.Select[Any], column: sa.ColumnElement[Any], name: str) -> sa.Select[Any]:
        """The rows of which the column is named; of many names one set for each.

        Name by name, so that an index is used however PostgreSQL weighs it against reading all scans: the plan
        that it keeps was often made when the doors had just been opened and there were none.
        """
        if not self.many:
            return rows.where(self.has(column, name))
        one = Members(_list(column, name)).table_valued("value", name="value")
        return _all(*_sets(rows.where(column == one.c.value))).select_from(one)


def _list(column: sa.ColumnElement[Any], name: str) -> sa.BindParameter[Any]:
    item = sa.Integer if isinstance(column.type, sa.Integer) else sa.Text
    item = sa.BigInteger if isinstance(column.type, sa.BigInteger) else item
    return sa.bindparam(name, type_=List(item))


def _all(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(Rows(*columns))


_DOORS = (
    sa.select(
        _device.c.event_id, _event.c.created_at, _event.c.cancelled_at, _device.c.site_id, _site.c.code,
        _device.c.profile, _device.c.id, _device.c.revoked_at, _device.c.seen_at,
        sa.select(StoreEpoch.value).limit(1).scalar_subquery().label("epoch"),
        _device.c.opens_at, _device.c.closes_at, _device.c.name, _site.c.name.label("site_name"),
    )
    .join(_event, _event.c.id == _device.c.event_id)
    .outerjoin(_site, _site.c.id == _device.c.site_id)
)  # fmt: skip
_DOOR_OF_TOKEN = _DOORS.where(_device.c.token_id == sa.bindparam("token_id"))
_DOOR_OF_SECRET = (
    _DOORS.add_columns(_token.c.role, _token.c.revoked_at.label("withdrawn_at"), _token.c.expires_at)
    .join(_token, _token.c.id == _device.c.token_id)
    .add_columns(_token.c.token_hash)
)
_KNOWN_DOOR = sa.select(
    sa.cast(sa.bindparam("event_id"), sa.Integer).label("event_id"),
    sa.cast(sa.bindparam("site_id"), sa.Integer).label("site_id"),
)


def _sets(*selects: sa.Select[Any]) -> list[Set]:
    return [Set(one.scalar_subquery()) for one in selects]


class Form(NamedTuple):
    """Which of the forms of the first read: doors by their tokens, more than one of anything, people without codes."""

    by_secret: bool
    many: bool
    by_id: bool


def _reading(form: Form) -> sa.Select[Any]:
    """The doors, then sittings, hours of the doors, sites, passes and guests; the rows of the guests are locked.

    In the order of their ids, so that two uploads never wait for each other, and those of the doors' events only:
    whoever holds no token locks nothing.
    """
    sets = _Sets(form.many)
    found = _DOOR_OF_SECRET.where(sets.has(_token.c.token_hash, "tokens")) if form.by_secret else _KNOWN_DOOR
    door = found.cte("door")

    def own(column: Any, name: str) -> sa.ColumnElement[bool]:
        of_doors = sa.select(door.c[name])
        return column.in_(of_doors) if form.many else column == of_doors.scalar_subquery()

    named = sets.has(_pass.c.code_hash, "codes")
    wanted: Any = sa.select(_pass.c.guest_id).where(named)
    if form.by_id:
        wanted = wanted.union_all(
            sa.select(_guest.c.id).where(sets.has(_guest.c.id, "guest_ids")),
            sa.select(_scan.c.guest_id).where(sets.has(_scan.c.scan_id, "about")),
        )
    locked = (
        sa.select(
            _guest.c.id, _guest.c.event_id, _guest.c.site_id, _guest.c.seat, _guest.c.attention, _guest.c.person_id
        )
        # The sum keeps SQLite from walking all guests of the event.
        .where(_guest.c.id.in_(wanted), own(_guest.c.event_id + 0, "event_id"))
        .order_by(_guest.c.id)
        .with_for_update(of=_guest, key_share=True)
        .cte("locked")
    )  # fmt: skip
    guests = _guest_rows(locked)
    here = own(_site.c.event_id, "event_id") & sets.has(_site.c.code, "site_codes")
    sites = _all(_site.c.event_id, _site.c.id, _site.c.code, _site.c.name).where(here)
    foreign = _post.c.site_id.in_(sa.select(_site.c.id).where(here))
    hours = _hours(
        own(_sitting.c.event_id, "event_id"),
        own(_post.c.event_id, "event_id") & (own(_post.c.site_id, "site_id") | foreign),
    )
    passes = _all(_pass.c.code_hash, _pass.c.id, _pass.c.guest_id).where(named)
    sets_of_rows = [_all(*door.c)] if form.by_secret else []
    sets_of_rows += [*hours, sites, passes, guests]
    return sa.select(Row(*_sets(*sets_of_rows)))


def _hours(
    of_event: sa.ColumnElement[bool], at: sa.ColumnElement[bool]
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The sittings, and the times of the shifts at the doors there. Many people have the same times."""
    sittings = _all(
        _sitting.c.event_id, _sitting.c.id, _sitting.c.number, _sitting.c.starts_at, _sitting.c.ends_at,
        _sitting.c.doors_open_at, _sitting.c.doors_close_at, _sitting.c.cancelled_at,
    ).where(of_event)  # fmt: skip
    shifts = (
        sa.select(_post.c.site_id, _shift.c.starts_at, _shift.c.ends_at)
        .join(_shift, _shift.c.post_id == _post.c.id)
        .where(at, _post.c.is_door)
        .distinct()
        .subquery()
    )
    return sittings, _all(*shifts.c)


def _guest_rows(guest: Any) -> sa.Select[Any]:
    return (
        _all(
            guest.c.id, guest.c.event_id, guest.c.site_id, _site.c.code, _site.c.name,
            guest.c.seat, guest.c.attention, _person.c.honorific, _person.c.full_name, _person.c.position,
            sa.func.coalesce(_person.c.organization_name, _organization.c.name),
            _invitation.c.answer, _invitation.c.revoked_at,
        )
        .select_from(guest)
        .join(_person, _person.c.id == guest.c.person_id)
        .join(_site, _site.c.id == guest.c.site_id)
        .outerjoin(_organization, _organization.c.id == _person.c.organization_id)
        .outerjoin(_invitation, _invitation.c.guest_id == guest.c.id)
    )  # fmt: skip


_undoing = _scan.alias()
# The sum keeps SQLite from walking the scans of the event: only the small index on `annuls` will do.
_ANNULLED_BY = (
    sa.select(sa.func.min(_undoing.c.id))
    .where(
        _undoing.c.annuls == _scan.c.scan_id,
        _undoing.c.event_id + 0 == _scan.c.event_id,
        _undoing.c.site_id.is_(None) | (_undoing.c.site_id == _scan.c.site_id),
    )
    .scalar_subquery()
)


def _deciding(many: bool) -> sa.Select[Any]:
    """Stored scans by id, holders of numbers, what others saw of the guests, revoked passes, undone exits.

    Of its own, after the lock: its snapshot holds what the last holder of the lock has written, a pass revoked
    meanwhile too.
    """
    sets = _Sets(many)
    kept = _all(
        _scan.c.id, _scan.c.scan_id, _scan.c.event_id, _scan.c.device_id, _scan.c.seq, _scan.c.body_hash,
        _scan.c.kind, _scan.c.guest_id, _scan.c.sitting_id, _scan.c.site_id, _scan.c.standing,
        _scan.c.outcome, _scan.c.flags,
    )  # fmt: skip
    holders = _all(_scan.c.device_id, _scan.c.seq, _scan.c.scan_id).where(
        sets.has(_scan.c.device_id, "device_ids")
    )
    passes = _all(_pass.c.code_hash, _pass.c.revoked_at).where(_pass.c.revoked_at.is_not(None))
    sets_of_rows = (
        sets.rows(kept, _scan.c.scan_id, "scan_ids"),
        sets.rows(holders, _scan.c.seq, "seqs"),
        sets.rows(_LOOKS, _scan.c.guest_id, "guest_ids"),
        sets.rows(passes, _pass.c.code_hash, "codes"),
        sets.rows(_all(_scan.c.annuls, _scan.c.site_id), _scan.c.annuls, "exits"),
    )
    return sa.select(Row(*_sets(*sets_of_rows)))


# With what the answer to the next scan calls the places: "already in at …".
_LOOKS = (
    _all(
        _scan.c.guest_id, _scan.c.sitting_id, _scan.c.id, _ANNULLED_BY,
        _scan.c.scan_id, _scan.c.effective_at, _scan.c.site_id, _scan.c.device_id, _scan.c.standing,
        _scan.c.outcome, _site.c.code, _site.c.name, _device.c.name,
    )
    .outerjoin_from(_scan, _site, _site.c.id == _scan.c.site_id)
    .outerjoin(_device, _device.c.id == _scan.c.device_id)
    .where(
        _scan.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in (ScanKind.ENTRY, ScanKind.EXIT)]),
        _scan.c.standing.in_([sa.literal_column(f"'{one}'") for one in sorted(AT_A_DOOR)]),
    )
)  # fmt: skip


class _Said(NamedTuple):
    """A statement in the words of one driver. `names`: the order of the parameters, where they have no names."""

    text: str
    fixed: dict[str, Any]
    converted: list[tuple[str, Callable[[Any], Any]]]
    names: list[str] | None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        whole = {**self.fixed, **values}
        for name, convert in self.converted:
            whole[name] = convert(whole[name])
        return whole if self.names is None else tuple([whole[name] for name in self.names])


class Ready:
    """A statement that is put into words once for each kind of database, not looked up anew at every turn.

    `columns`: those that an INSERT fills.
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self.statement, self.columns = statement, columns
        self._said: dict[str, _Said] = {}

    def answer(self, connection: sa.Connection, values: Mapping[str, Any]) -> Any:
        """The only value that it answers, which is JSON; None without one."""
        said = self._in_words_of(connection.dialect)
        found = connection.exec_driver_sql(said.text, said.parameters(values)).scalar()
        return json.loads(found) if isinstance(found, str) else found

    def write(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        said = self._in_words_of(connection.dialect)
        connection.exec_driver_sql(said.text, [said.parameters(row) for row in rows])

    def _in_words_of(self, dialect: sa.Dialect) -> _Said:
        if (said := self._said.get(dialect.name)) is None:
            compiled = self.statement.compile(dialect=dialect, column_keys=self.columns)
            types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in compiled.params}
            converters = {name: kind.bind_processor(dialect) for name, kind in types.items()}
            said = self._said[dialect.name] = _Said(
                str(compiled),
                {name: value for name, value in compiled.params.items() if isinstance(value, int)},
                [(name, convert) for name, convert in converters.items() if convert is not None],
                compiled.positiontup,
            )
        return said


READING = {
    form: Ready(_reading(form))
    for form in (
        Form(by_secret, many, by_id)
        for by_secret in (False, True)
        for many in (False, True)
        for by_id in (False, True)
    )
}
DECIDING = {many: Ready(_deciding(many)) for many in (False, True)}
DOOR_OF_TOKEN, DOOR_OF_SECRET = (
    Ready(sa.select(Row(*door.subquery().c)))
    for door in (_DOOR_OF_TOKEN, _DOOR_OF_SECRET.where(_token.c.token_hash == sa.bindparam("token_hash")))
)
_OF_EVENT = sa.bindparam("event_id")
_AT_SITES = (_post.c.event_id == _OF_EVENT) & _Sets(True).has(_post.c.site_id, "site_ids")
HOURS = Ready(sa.select(Row(*_sets(*_hours(_sitting.c.event_id == _OF_EVENT, _AT_SITES)))))
OTHER_GUESTS = Ready(_guest_rows(_guest).where(_Sets(True).has(_guest.c.id, "guest_ids")))
OTHER_LOOKS = Ready(_Sets(True).rows(_LOOKS, _scan.c.guest_id, "guest_ids"))
SITE_LABELS = Ready(_all(_site.c.id, _site.c.code, _site.c.name).where(_Sets(True).has(_site.c.id, "ids")))
FORMER_PLACES = Ready(
    _all(_former.c.site_id, _former.c.until).where(_former.c.device_id == sa.bindparam("device_id"))
)
DEVICE_NAMES = Ready(_all(_device.c.id, _device.c.name).where(_Sets(True).has(_device.c.id, "ids")))

_FILLED = [column.name for column in _scan.c if column.name != "id"]
_INSERT_ONE = Ready(sa.insert(_scan).inline(), _FILLED)
_INSERT_MANY = (
    "INSERT INTO scan ({0}) SELECT {0} FROM json_populate_recordset(NULL::scan, %(rows)s::json)".format(
        ", ".join(_FILLED)
    )
)


def insert_scans(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Many go to PostgreSQL as one text: less work for us and for it than row after row."""
    if len(rows) > 1 and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_INSERT_MANY, {"rows": json.dumps(rows, default=str)})
    else:
        _INSERT_ONE.write(connection, rows)
