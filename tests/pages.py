"""A test client that reads every page it gets: structure, forms and policy, not only the status."""

import re
from typing import Any

import lxml.html
from flask import Flask

from eventsvc.accounts import operations
from eventsvc.accounts.models import User
from eventsvc.db import db


class Page:
    """An answer read as HTML."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.url = response.request.path
        self.html = lxml.html.fromstring(response.text)

    @property
    def text(self) -> str:
        return " ".join(self.html.text_content().split())

    @property
    def heading(self) -> str:
        return " ".join(self.html.xpath("string(//h1)").split())

    @property
    def errors(self) -> list[str]:
        """The sentences beside the fields at fault."""
        return [
            " ".join(node.text_content().split()) for node in self.html.xpath("//p[contains(@class,'error')]")
        ]

    @property
    def flashes(self) -> list[str]:
        nodes = self.html.xpath("//*[contains(@class,'flash')]//p | //p[contains(@class,'flash')]")
        return [" ".join(node.text_content().split()) for node in nodes]

    def rows(self, table: int = 0) -> list[list[str]]:
        """The cells of a table's body, row by row."""
        body = self.html.xpath("//table")[table].xpath(".//tbody/tr")
        return [[" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")] for row in body]

    def form(self, action: str | None = None) -> Any:
        """The POST form whose action ends with `action`; the first that is not sign-out or language."""
        for form in self.html.forms:
            target = form.get("action") or self.url
            if form.method != "POST" or target.endswith(("/sign-out", "/language")):
                continue
            if action is None or target.endswith(action):
                return form
        raise AssertionError(f"no form for {action} on {self.url}")

    def links(self) -> list[str]:
        return [node.get("href") for node in self.html.xpath("//a[@href]")]


class PageClient:
    """Follows links and fills in forms as a browser without JavaScript does."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()

    def sign_in(self, user: User) -> "PageClient":
        token = operations.make_link(user, by=user)
        self.submit(self.get(f"/sign-in/{token}").form(), status=302, follow=False)
        return self

    def get(self, url: str, status: int = 200, follow: bool = False) -> Page:
        return self._checked(self._ask("GET", url, follow_redirects=follow), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, status: int = 200, follow: bool = True
    ) -> Page:
        """Post as a page's form would, with the CSRF field of that browser."""
        fields = {"csrf_token": self.csrf(), **(data or {})}
        response = self._ask("POST", url, data=fields, follow_redirects=follow)
        return self._checked(response, status)

    def submit(
        self, form: Any, values: dict[str, Any] | None = None, status: int = 200, follow: bool = True
    ) -> Page:
        """Send a form of a page with what is typed in it, changed by `values`. Unknown field names fail."""
        fields: dict[str, Any] = {}
        for name, value in form.form_values():
            fields.setdefault(name, []).append(value)
        for name, value in (values or {}).items():
            assert name in form.fields or form.xpath(f".//input[@type='file'][@name='{name}']"), name
            fields[name] = value
        url = form.get("action") or form.base_url
        response = self._ask("POST", url, data=fields, follow_redirects=follow)
        return self._checked(response, status)

    def csrf(self) -> str:
        page = lxml.html.fromstring(self._ask("GET", "/sign-in").text)
        return page.xpath("//input[@name='csrf_token']/@value")[0]

    def _ask(self, method: str, url: str, **arguments: Any) -> Any:
        """One request in a context of its own, as a server would; what the test had loaded is read afresh."""
        with self.app.app_context():
            response = self.http.open(url, method=method, **arguments)
        db.session.rollback()
        return response

    def _checked(self, response: Any, status: int) -> Page:
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}\n{response.text[:3000]}"
        )
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if response.mimetype != "text/html" or status in {301, 302, 303}:
            return _Plain(response) if response.mimetype != "text/html" else Page(response)
        page = Page(response)
        _check_page(page)
        page.html.make_links_absolute(response.request.path, resolve_base_href=False)
        for form in page.html.forms:
            if not form.get("action"):
                form.set("action", response.request.full_path.rstrip("?"))
        return page


class _Plain:
    """An answer that is not a page: a file, a calendar, an image."""

    def __init__(self, response: Any) -> None:
        self.response, self.status, self.text = (
            response,
            response.status_code,
            response.get_data().decode("utf-8", "replace"),
        )


def _check_page(page: Page) -> None:
    html = page.html
    assert len(html.xpath("//h1")) == 1, f"{page.url} has {len(html.xpath('//h1'))} h1"
    assert html.xpath("string(//title)").strip(), f"{page.url} has no title"
    assert html.get("lang") in {"vi", "en"}
    assert not html.xpath("//*[@style]"), f"{page.url} has an inline style"
    assert not html.xpath("//style | //script[not(@src)]"), f"{page.url} has inline code"
    assert not [a for node in html.iter() for a in getattr(node, "attrib", {}) if a.startswith("on")]
    for form in html.forms:
        if form.method == "POST":
            assert form.xpath(".//input[@name='csrf_token']"), f"{page.url}: a form without a CSRF field"
    for control in html.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        identity = control.get("id")
        named = (
            control.get("aria-label") or control.get("aria-labelledby") or control.xpath("ancestor::label")
        )
        assert named or (identity and html.xpath(f"//label[@for='{identity}']")), (
            f"{page.url}: the control {control.get('name')} has no label"
        )
    identities = html.xpath("//@id")
    twice = {identity for identity in identities if identities.count(identity) > 1}
    assert not twice, f"{page.url}: ids used twice: {twice}"
    assert not re.search(r"\bNone\b|\{\{|\}\}|LazyString", page.text), f"{page.url} shows a raw value"
