"""The kinds of messages to people who are invited: the names of their folders in templates/email."""

INVITATION = "invitation"
UPDATE = "invitation_update"
CANCELLATION = "cancellation"
REMINDER = "reminder"
THANKS = "thanks"
PROGRAMME = "programme_change"

ALL = (INVITATION, UPDATE, CANCELLATION, PROGRAMME, REMINDER, THANKS)
