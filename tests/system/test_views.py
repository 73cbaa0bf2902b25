"""What an operator asks the service."""

from pathlib import Path

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from tests import factories


def test_healthz_says_up(client):
    assert client.http.get("/healthz").text == "up\n"


def test_metrics_count_messages_and_scans_for_the_own_machine_only(app, client):
    event = factories.event()
    factories.guest(factories.main_site(event))

    assert "eventsvc_deliveries" in client.http.get("/metrics").text
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.http.get("/metrics", environ_base=elsewhere).status_code == 404

    admin = factories.user()
    accounts.grant(admin, Role.ADMIN)
    client.sign_in(admin)
    assert client.http.get("/metrics", environ_base=elsewhere).status_code == 200


def test_the_authority_of_a_test_certificate_can_be_fetched_by_a_phone(app, client):
    assert client.http.get("/ca.crt").status_code == 404

    folder = Path(app.instance_path) / "tls"
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_text("-----BEGIN CERTIFICATE-----\n")

    response = client.http.get("/ca.crt")
    assert response.mimetype == "application/x-x509-ca-cert"
    app.config["ENV"] = "production"
    assert client.http.get("/ca.crt").status_code == 404
