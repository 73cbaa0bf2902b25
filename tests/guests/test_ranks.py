"""The protocol order: ranks and what they mean, who has which, who stands where."""

import pytest

from eventsvc.db import atomic, db
from eventsvc.documents.models import SignatureBlock
from eventsvc.errors import Invalid, NotFound, StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import EventCancelled
from eventsvc.guests import operations as guests
from eventsvc.guests import rank_operations as ranks
from eventsvc.guests import rank_queries
from eventsvc.guests.models import BadgeRole, Rank
from eventsvc.guests.operations import Standing
from tests import factories
from tests.queries import counted

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def names(event) -> list[tuple[int, str]]:
    return [(rank.number, rank.name) for rank in rank_queries.ranks_of(event)]


def order(event, **where) -> list[str]:
    db.session.expire_all()
    return [
        guest.person.full_name for guest in db.session.scalars(rank_queries.in_protocol_order(event, **where))
    ]


def three(event) -> list[Rank]:
    return [ranks.add_rank(event, name=name, by=None) for name in ("Một", "Hai", "Ba")]


def test_the_usual_ranks_come_once_and_the_highest_need_approval(app):
    event = factories.event()

    first, again = ranks.use_usual_ranks(event, by=None), ranks.use_usual_ranks(event, by=None)

    assert [rank.number for rank in first] == list(range(1, 8)) and again == []
    assert [rank.substitutes_need_approval for rank in first] == [True, True, *[False] * 5]
    assert first[0].name.startswith("Lãnh đạo Đảng, Nhà nước") and first[-1].name == "Cơ quan báo chí"
    assert [rank.lead_workdays for rank in first] == sorted((r.lead_workdays for r in first), reverse=True)


def test_a_rank_moves_and_whoever_is_below_a_removed_one_moves_up(app):
    event = factories.event()
    one, two, three_ = three(event)

    ranks.move_rank(three_, up=True, by=None)
    assert names(event) == [(1, "Một"), (2, "Ba"), (3, "Hai")]
    ranks.move_rank(one, up=True, by=None)  # is the first already
    ranks.move_rank(one, up=False, by=None)
    assert names(event) == [(1, "Ba"), (2, "Một"), (3, "Hai")]
    ranks.remove_rank(three_, by=None)
    assert names(event) == [(1, "Một"), (2, "Hai")]
    assert two.number == 2


def test_the_order_goes_by_rank_then_number_then_given_name(app):
    event = factories.event()
    site = factories.main_site(event)
    high, low, _ = three(event)
    group = factories.group(event)
    ranks.give_ranks(event, {group.id: low.id}, by=None)
    factories.guest(site, "Lê Văn Ân", group=group)
    factories.guest(site, "Lê Văn Bình", group=group, standing=Standing(number=2))
    factories.guest(site, "Lê Văn Cảnh", group=group, standing=Standing(number=1))
    factories.guest(site, "Lê Văn Dũng", group=group, standing=Standing(rank=high))
    factories.guest(site, "An Không Cấp")

    expected = ["Lê Văn Dũng", "Lê Văn Cảnh", "Lê Văn Bình", "Lê Văn Ân", "An Không Cấp"]
    assert order(event) == expected
    assert order(event, rank_id=low.id) == expected[1:4]
    assert rank_queries.sizes(event) == {high.id: 1, low.id: 3, None: 1}


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda event, rank: ranks.add_rank(event, name=" HAI ", by=None), "invalid"),
        (lambda event, rank: ranks.add_rank(event, name="x" * 201, by=None), "invalid"),
        (lambda event, rank: ranks.add_rank(event, name="  ", by=None), "invalid"),
        (lambda event, rank: ranks.edit_rank(rank, name="Hai", rules=ranks.RankRules(), by=None), "invalid"),
        (lambda event, rank: ranks.edit_rank(rank, name="Một", rules=ranks.RankRules(61), by=None), "invalid"),
        (lambda event, rank: ranks.edit_rank(rank, name="Mốt", rules=ranks.RankRules(), version=7, by=None),
         "stale_edit"),
        (lambda event, rank: ranks.give_ranks(event, {1: 999}, by=None), "invalid"),
        (lambda event, rank: ranks.remove_rank(rank, by=None), "rank_in_use"),
    ],
)  # fmt: skip
def test_what_is_refused(app, change, code):
    event = factories.event()
    one, _two, _three = three(event)
    ranks.give_ranks(event, {factories.group(event).id: one.id}, by=None)
    before = names(event)

    with pytest.raises((Invalid, StaleEdit, ranks.RankInUse)) as refusal:
        change(event, one)

    assert refusal.value.code == code and str(refusal.value)
    db.session.rollback()
    assert names(event) == before


@ON_SQLITE
def test_a_rank_of_another_event_is_given_to_nobody(app):
    event, other = factories.event(), factories.event()
    foreign, site = three(other)[0], factories.main_site(event)

    with pytest.raises(Invalid):
        ranks.give_ranks(event, {factories.group(event).id: foreign.id}, by=None)
    with pytest.raises(Invalid):
        factories.guest(site, standing=Standing(rank=foreign))
    with pytest.raises(NotFound):
        rank_queries.rank_of(event, foreign.id)
    events.cancel_event(event, by=None)
    with pytest.raises(EventCancelled):
        ranks.add_rank(event, name="Muộn", by=None)


@ON_SQLITE
def test_whose_signature_stands_under_letters_must_be_the_hosts(app):
    event = factories.event()
    with atomic():
        own = SignatureBlock(host_id=event.host_id, name="Chủ tịch", lines=["CHỦ TỊCH"], signer="Đặng Văn Ký")
        foreign = SignatureBlock(host_id=factories.another_host().id, name="x", lines=[], signer="y")
        db.session.add_all([own, foreign])

    rank = ranks.add_rank(event, name="Một", rules=ranks.RankRules(5, own, True), by=None)
    with pytest.raises(Invalid):
        ranks.add_rank(event, name="Hai", rules=ranks.RankRules(signature_block=foreign), by=None)

    assert (rank.lead_workdays, rank.signature_block_id, rank.substitutes_need_approval) == (5, own.id, True)


# --- Pages --------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_an_organizer_ranks_all_groups_on_one_page_and_a_guest_on_its_own(app, signed_in):
    event = factories.event()
    site = factories.main_site(event)
    one, other = factories.group(event, "Lãnh đạo tỉnh"), factories.group(event, "Cơ quan báo chí")
    guest = factories.guest(site, "Phan Văn Báo", group=other)
    url = f"/events/{event.slug}/ranks"

    page = signed_in.submit(signed_in.get(url).form("/usual"))
    high, press = rank_queries.ranks_of(event)[1], rank_queries.ranks_of(event)[-1]
    form = signed_in.get(url).form("/groups")
    form.fields[f"rank-{one.id}"], form.fields[f"rank-{other.id}"] = str(high.id), str(press.id)
    page = signed_in.submit(form)
    edit = signed_in.get(f"/events/{event.slug}/guests/{guest.id}").form(f"/guests/{guest.id}")
    edit.fields["rank"], edit.fields["protocol_number"] = str(high.id), "3"
    edit.fields["badge_role"] = "press"
    signed_in.submit(edit)

    db.session.expire_all()
    assert (one.rank_id, other.rank_id) == (high.id, press.id)
    assert (guest.rank.id, guest.protocol_number, guest.badge_role) == (high.id, 3, BadgeRole.PRESS)
    assert "Phan Văn Báo" in page.text


@ON_SQLITE
def test_a_group_that_somebody_else_ranked_meanwhile_is_left_alone(app, signed_in):
    event = factories.event()
    one, two, _ = three(event)
    mine, theirs = factories.group(event, "Của tôi"), factories.group(event, "Của người khác")
    form = signed_in.get(f"/events/{event.slug}/ranks").form("/groups")
    ranks.give_ranks(event, {theirs.id: two.id}, by=None)
    form.fields[f"rank-{mine.id}"] = str(one.id)

    signed_in.submit(form)

    db.session.expire_all()
    assert (mine.rank_id, theirs.rank_id) == (one.id, two.id)


@ON_SQLITE
def test_a_coordinator_does_not_change_a_rank_by_editing_a_guest(app):
    event = factories.event()
    guest = factories.guest(factories.main_site(event), standing=Standing(rank=three(event)[0], number=4))

    guests.edit_guest(
        guest, details=guests.Details(full_name="Lê Văn Sửa"), site=guest.site, group=None, seat=None,
        note=None, attention=None, by=None,
    )  # fmt: skip

    assert (guest.own_rank.name, guest.protocol_number) == ("Một", 4)


@ON_SQLITE
def test_the_page_costs_the_same_for_one_guest_and_for_many(app, signed_in):
    event = factories.event()
    site, group = factories.main_site(event), factories.group(event)
    high, low, _ = three(event)
    ranks.give_ranks(event, {group.id: low.id}, by=None)
    factories.guest(site, group=group)
    url = f"/events/{event.slug}/ranks"
    signed_in.get(url)
    with counted() as few:
        signed_in.get(url)
    for number in range(30):
        standing = Standing(rank=high if number % 2 else None, number=number + 1)
        factories.guest(site, group=group, standing=standing)
    with counted() as many:
        signed_in.get(url)

    assert many.number == few.number
