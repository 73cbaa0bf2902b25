"""The words of comparisons."""

from flask_babel import lazy_gettext as _l

from eventsvc.campaigns.models import Comparator
from eventsvc.web import labels

labels.register({Comparator.MINIMUM: _l("at least"), Comparator.MORE_THAN: _l("more than")})
