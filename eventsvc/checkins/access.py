"""The door of the doors' interface, for features above that take something from devices, too: whoever holds a token
that may scan, and the JSON they send."""

from eventsvc.checkins.api import BatchTooLarge as BatchTooLarge
from eventsvc.checkins.api import Unparsable as Unparsable
from eventsvc.checkins.api import for_a_door as for_a_door
from eventsvc.checkins.api import no_device as no_device
from eventsvc.checkins.api import read_body as read_body
