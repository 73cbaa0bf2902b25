"""Why a row of a file fits no site, and what is wrong with a cell, in words."""

from flask_babel import lazy_gettext as _l

from eventsvc.sites.sheet_matching import Misfit

_REASONS = {
    Misfit.UNKNOWN: _l("There is no such site in this event."),
    Misfit.AMBIGUOUS: _l("Several sites have this name: add the code or the district."),
    Misfit.REPEATED: _l("The same site stands in a row above."),
    Misfit.CONTRADICTION: _l("The code belongs to another site than the name."),
    Misfit.NAMELESS: _l("The row has neither a code nor a name."),
}
_TROUBLES = {
    "phone": _l("is not a telephone number; left as it is"),
    "email": _l("is not an e-mail address; left as it is"),
    "number": _l("is not a number that is possible here; left as it is"),
    "yes_no": _l("is neither yes nor no; left as it is"),
    "link": _l("is not the address of a web page; left as it is"),
    "too_long": _l("is too long; left as it is"),
    "formula": _l("is a formula without a saved result; left as it is"),
    "error": _l("is an error of the spreadsheet; left as it is"),
    "phones": _l("has several telephone numbers: the first is taken over"),
    "emails": _l(
        "has several addresses, or one that nothing can be sent to: the first good one is taken over"
    ),
}


def reason(misfit: Misfit) -> str:
    return str(_REASONS[misfit])


def trouble(code: str) -> str:
    return str(_TROUBLES[code])
