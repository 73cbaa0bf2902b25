"""The words of what was done about estimates and commendations, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "budget_estimate.adjusted": _l("Approved amounts of an estimate changed"),
    "budget_estimate.approved": _l("Estimate approved"),
    "budget_estimate.removed": _l("Estimate no longer expected"),
    "budget_estimate.returned": _l("Estimate sent back"),
    "budget_estimate.saved": _l("Lines of an estimate kept"),
    "budget_estimate.settled": _l("Estimate settled"),
    "budget_estimate.spending_entered": _l("Spending entered"),
    "budget_estimate.submitted": _l("Estimate handed in"),
    "budget_estimate.unsettled": _l("Settlement of an estimate taken back"),
    "budget_estimates.asked": _l("Agencies asked for estimates"),
    "budget_estimates.reminded": _l("Agencies written to about estimates"),
    "commendation.edited": _l("Proposal for commendation changed"),
    "commendation.proposed": _l("Commendation proposed"),
    "commendation.refused": _l("Commendation refused"),
    "commendation.reopened": _l("Commendation opened again"),
    "commendation.returned": _l("Proposal for commendation sent back"),
    "commendation.withdrawn": _l("Proposal for commendation withdrawn"),
    "commendations.checked": _l("Proposals for commendation checked"),
    "commendations.decided": _l("Commendations decided"),
    "commendations.proposed": _l("Several commendations proposed"),
    "commendations.put_into_agenda": _l("Commendations put into an agenda"),
}
