"""Every change to invitations, answers and passes."""

from eventsvc.invitations.operations.answering import LONGEST_REASON, answer, stop_reminders
from eventsvc.invitations.operations.asking import invite, invite_guest, resend, restore_invitation
from eventsvc.invitations.operations.passes import issue_pass, reissue_pass
from eventsvc.invitations.operations.reminding import remind, thank
from eventsvc.invitations.operations.repeating import require_current
from eventsvc.invitations.operations.updating import revoke_invitation, send_updates

__all__ = [
    "LONGEST_REASON",
    "answer",
    "invite",
    "invite_guest",
    "issue_pass",
    "reissue_pass",
    "remind",
    "require_current",
    "resend",
    "restore_invitation",
    "revoke_invitation",
    "send_updates",
    "stop_reminders",
    "thank",
]
