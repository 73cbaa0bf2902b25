"""An outbox with a folder, or with a mail server behind it."""

import pytest

from eventsvc.extensions import mail
from tests.deliveries.sink import Sink


@pytest.fixture
def sink(app):
    """A mail server that takes everything, unless its script says otherwise; the application sends through it."""
    server = Sink().start()
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=server.port, MAIL_DOMAIN_RATE=0)
    mail.init_app(app)
    yield server
    server.stop()
