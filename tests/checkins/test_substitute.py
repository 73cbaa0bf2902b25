"""A code of somebody replaced does not open, and the door learns who goes instead, if that is a guest of its own."""

import pytest

from eventsvc.checkins import operations
from eventsvc.checkins.desk_operations import Place, read_code
from eventsvc.checkins.desk_queries import told
from eventsvc.checkins.models import Profile
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.people.operations import Details
from tests import factories
from tests.checkins.conftest import scan


@pytest.fixture
def replaced(hall):
    """The code of Mrs Hoa, in whose place Mr Thay goes."""
    factories.data_notice(hall.event)
    code = hall.code(hall.hoa)
    invitation = invitations.invite_guest(hall.hoa, by=None)
    details = Details(full_name="Lê Văn Thay", honorific="Ông", position="Phó Chủ tịch UBND xã")
    made = substitutions.request_substitution(
        invitation, details=details, source=SubstitutionSource.STAFF, by=None
    )
    assert made.substitute is not None
    hall.deputy = made.substitute
    return code


def test_the_answer_names_who_goes_instead(hall, replaced):
    device = hall.device()
    sent = scan(replaced)

    [first] = operations.record_scans(device, [sent])
    [again] = operations.record_scans(device, [sent])
    [by_name] = operations.record_scans(hall.device(profile=Profile.SEARCH), [scan(None, guest=hall.hoa.id)])

    assert first["outcome"] == "revoked"
    assert first["substitute"] == {
        "honorific": "Ông", "name": "Lê Văn Thay", "position": "Phó Chủ tịch UBND xã",
    }  # fmt: skip
    assert again["substitute"] == by_name["substitute"] == first["substitute"]


def test_another_site_learns_nothing_and_neither_does_whoever_holds_an_older_code(hall, replaced):
    school = hall.device(hall.school)
    [elsewhere] = operations.record_scans(school, [scan(replaced, site=hall.school.code)])
    old = hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)
    [reissued] = operations.record_scans(hall.device(), [scan(old)])

    assert (elsewhere["outcome"], elsewhere.keys() & {"guest", "substitute"}) == ("revoked", set())
    assert (reissued["outcome"], "substitute" in reissued) == ("revoked", False)


def test_a_substitute_whose_invitation_was_taken_back_is_named_no_more(hall, replaced):
    invitations.revoke_invitation(hall.deputy, by=None)

    [answer] = operations.record_scans(hall.device(), [scan(replaced)])

    assert (answer["outcome"], "substitute" in answer) == ("revoked", False)


def test_the_desk_names_them_too(hall, replaced, signed_in, organizer):
    made = read_code(Place(hall.event, hall.sitting, hall.main), replaced, by=organizer)

    page = signed_in.get(f"/events/{hall.event.slug}/checkins?done={made.id}")
    panel = " ".join(page.html.get_element_by_id("answer").text_content().split())

    assert "Người đi thay: Ông Lê Văn Thay, Phó Chủ tịch UBND xã" in panel
    assert told(hall.event, made.id, frozenset({hall.main.id})).substitute.name == "Lê Văn Thay"
