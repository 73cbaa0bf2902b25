"""Every change to who signs how, and to the sequences of numbers."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents.models import NumberSeries, SignatureBlock
from eventsvc.errors import DomainError, Invalid
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, insert, lock
from eventsvc.text import clean

MOST_LINES = 6
LONGEST_LINE = 120
LARGEST_NUMBER = 99_999


class SignatureKnown(DomainError):
    """The host has this signature already."""

    code = "signature_known"


class NumberGiven(DomainError):
    """A number may have been given already: a sequence never goes back."""

    code = "number_given"


@atomic()
def add_block(
    host: Organization, *, name: str, lines: Sequence[str], signer: str, user: User | None = None, by: Any
) -> SignatureBlock:
    """How somebody signs: the lines above the name, in their order. With `user`, that account alone signs."""
    lock(host)
    block = SignatureBlock(host_id=host.id)
    _fill(block, name=name, lines=lines, signer=signer, user=user)
    db.session.add(block)
    db.session.flush()
    record(by, "signature.added", block)
    return block


@atomic()
def edit_block(
    block: SignatureBlock,
    *,
    name: str,
    lines: Sequence[str],
    signer: str,
    user: User | None,
    version: int | None,
    by: Any,
) -> SignatureBlock:
    """Change a signature; papers that are submitted, signed or issued keep the lines they have."""
    lock(block, version)
    changed = _fill(block, name=name, lines=lines, signer=signer, user=user)
    if changed:
        db.session.flush()
        record(by, "signature.edited", block, fields=changed)
    return block


@atomic()
def retire_block(block: SignatureBlock, *, by: Any) -> None:
    """Offer the signature no longer; papers that bear it keep it. Safe to repeat."""
    lock(block)
    if block.retired_at is None:
        block.retired_at = clock.now()
        db.session.flush()
        record(by, "signature.retired", block)


@atomic()
def set_last_number(series: NumberSeries, last: int, *, by: Any) -> NumberSeries:
    """Say which number of this year was given last, on paper perhaps; skipped numbers are never used again."""
    lock(series)
    _turn_of_year(series, clock.today().year)
    if not 0 <= last <= LARGEST_NUMBER:
        raise Invalid(_("A number from 1 to %(most)s, please.", most=LARGEST_NUMBER), field="last")
    if last < series.last:
        raise NumberGiven(
            _("Number %(number)s has been given already; a sequence never goes back.", number=series.last),
            field="last",
        )
    if last > series.last:
        series.last = last
        db.session.flush()
        record(by, "number_series.moved", series, last=last)
    return series


def series_for(host: Organization, symbol: str) -> NumberSeries:
    """The sequence of the host for this symbol, new when there is none. Only inside atomic()."""
    symbol = clean(symbol)
    new = {"host_id": host.id, "symbol": symbol, "year": clock.today().year, "last": 0}
    db.session.execute(insert(NumberSeries).values(new).on_conflict_do_nothing())
    return db.session.scalars(
        sa.select(NumberSeries).where(NumberSeries.host_id == host.id, NumberSeries.symbol == symbol)
    ).one()


def take_number(series: NumberSeries, year: int) -> int:
    """The next number of the year, held against everybody else until the end of the transaction. A number that was
    given is never given again, whatever becomes of the paper. Only inside atomic()."""
    lock(series)
    if year < series.year:
        raise NumberGiven(
            _("The numbers of %(year)s are closed: this sequence has gone on to a later year.", year=year),
            field="issued_on",
        )
    _turn_of_year(series, year)
    series.last += 1
    db.session.flush()
    return series.last


def _turn_of_year(series: NumberSeries, year: int) -> None:
    """A sequence begins at 01 on each 1 January."""
    if year > series.year:
        series.year, series.last = year, 0


def _fill(
    block: SignatureBlock, *, name: str, lines: Sequence[str], signer: str, user: User | None
) -> list[str]:
    kept = [clean(line) for line in lines if clean(line)]
    if not kept:
        raise Invalid(_("Enter the lines above the name, one below the other."), field="lines")
    if len(kept) > MOST_LINES or max(map(len, kept)) > LONGEST_LINE:
        raise Invalid(
            _(
                "At most %(lines)s lines of %(letters)s letters, please.",
                lines=MOST_LINES,
                letters=LONGEST_LINE,
            ),
            field="lines",
        )
    same = sa.select(SignatureBlock.id).where(
        SignatureBlock.host_id == block.host_id,
        SignatureBlock.name == name,
        SignatureBlock.signer == signer,
        SignatureBlock.id != (block.id or 0),
    )
    with db.session.no_autoflush:
        if db.session.scalar(same) is not None:
            raise SignatureKnown(_("There is a signature of this name and signer already."), field="name")
    return assign(
        block, {"name": name, "lines": kept, "signer": signer, "user_id": user.id if user else None}
    )
