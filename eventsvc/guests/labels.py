"""The words for what an import found and will do."""

from flask_babel import lazy_gettext as _l

from eventsvc.guests.likeness import Reason, Source
from eventsvc.guests.matching import Action, Decision
from eventsvc.guests.models import BadgeRole, Phrasing
from eventsvc.web import labels

labels.register(
    {
        Action.ADD: _l("Will be added"),
        Action.PRESENT: _l("On the list already"),
        Action.DUPLICATE: _l("Repeats an earlier row"),
        Action.NO_SITE: _l("No site for this unit"),
        Action.TOO_LONG: _l("Too much text in a cell"),
        Action.LEFT_OUT: _l("Left out as you decided"),
        Action.SAME: _l("Completes somebody who is there"),
    },
    {
        Action.ADD: "ok",
        Action.PRESENT: "mute",
        Action.DUPLICATE: "warn",
        Action.NO_SITE: "err",
        Action.TOO_LONG: "err",
        Action.LEFT_OUT: "mute",
        Action.SAME: "info",
    },
)
labels.register(
    {
        Decision.TAKE: _l("Add as another person"),
        Decision.LEAVE: _l("Leave out"),
        Decision.SAME: _l("It is the same person"),
    }
)
labels.register(
    {
        Reason.NAME: _l("same name"),
        Reason.NAME_WITHOUT_ACCENTS: _l("same name but for the accents"),
        Reason.PHONE: _l("same telephone number"),
        Reason.EMAIL: _l("same e-mail address"),
        Reason.ORGANIZATION: _l("same organization"),
        Reason.OTHER_POSITION: _l("another position"),
    }
)
labels.register(
    {
        Source.LIST: _l("on the guest list, at %(place)s"),
        Source.FILE: _l("in this file: %(place)s"),
        Source.OTHER_FILE: _l("in a file not yet confirmed: %(place)s"),
    }
)
labels.register(
    {
        Phrasing.REQUIRED: _l("must attend"),
        Phrasing.INVITE: _l("are invited"),
        Phrasing.REPRESENTATIVE: _l("send a representative"),
        Phrasing.INVITE_REPRESENTATIVE: _l("are invited to send a representative"),
    }
)
labels.register(
    {
        BadgeRole.DELEGATE: _l("Delegate"),
        BadgeRole.GUEST: _l("Guest of honour"),
        BadgeRole.ORGANIZER: _l("Organizing committee"),
        BadgeRole.PRESS: _l("Press"),
        BadgeRole.TECHNICIAN: _l("Technical staff"),
    }
)

FLAGS = {
    "ditto_org_filled": _l("organization taken from the row above"),
    "org_from_merged_cell": _l("organization taken from a merged cell"),
    "multiple_phones": _l("several telephone numbers"),
    "multiple_emails": _l("several e-mail addresses"),
    "landline": _l("office telephone"),
    "phone_not_parsable": _l("telephone number not readable"),
    "phone_lost_leading_zero": _l("leading zero restored"),
    "email_trailing_dot": _l("full stop after the address removed"),
    "email_not_parsable": _l("e-mail address not readable"),
    "email_not_ascii": _l("e-mail address with diacritics: to be handed over"),
    "email_idn": _l("domain in Vietnamese letters, written in ASCII"),
    "all_caps_name": _l("name was in capitals"),
    "position_abbreviation": _l("position written out"),
    "two_people_in_one_row": _l("several people in one row"),
    "duplicate": _l("repeats an earlier row"),
    "possible_duplicate": _l("may repeat an earlier row"),
    "nfd": _l("letters recomposed"),
    "no_middle_name": _l("no middle name"),
    "hidden_row": _l("hidden row"),
    "tcvn3": _l("converted from an old font (TCVN3)"),
    "vni": _l("converted from an old font (VNI)"),
    "ditto_position_filled": _l("position taken from the row above"),
    "ditto_phones_filled": _l("telephone taken from the row above"),
    "ditto_emails_filled": _l("e-mail taken from the row above"),
    "ditto_note_filled": _l("note taken from the row above"),
    "position_from_merged_cell": _l("position taken from a merged cell"),
    "phones_from_merged_cell": _l("telephone taken from a merged cell"),
    "emails_from_merged_cell": _l("e-mail taken from a merged cell"),
    "note_from_merged_cell": _l("note taken from a merged cell"),
    "org_from_group": _l("organization taken from the heading of the group"),
    "several_people_in_one_row": _l("three people or more in one row"),
    "name_too_long": _l("name too long"),
    "phone_owner_unclear": _l("not clear whose telephone it is"),
    "email_owner_unclear": _l("not clear whose e-mail it is"),
    "absent": _l("will be absent"),
    "replaced": _l("somebody else will come"),
    "substitute": _l("comes in somebody's place"),
    "not_nominated": _l("nobody named yet"),
    "from_formula": _l("value of a formula"),
    "formula_without_value": _l("formula left out"),
    "cell_error": _l("error in a cell"),
}


def flag(word: str) -> object:
    """A flag in words; an unknown one as it is, so that nothing is hidden."""
    return FLAGS.get(word, word)
