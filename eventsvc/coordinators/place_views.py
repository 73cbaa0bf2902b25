"""What a site says of itself at its desk: its people and its hall, the names of its delegates, a new coordinator."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, redirect
from flask_babel import gettext as _

from eventsvc.coordinators import operations, pictures, queries
from eventsvc.coordinators.desk_views import Desk, show
from eventsvc.coordinators.forms import (
    CorrectedDelegateForm,
    DataForm,
    DelegateForm,
    HandOverForm,
    PhotoForm,
)
from eventsvc.db import db
from eventsvc.errors import Invalid, NotFound
from eventsvc.files import operations as files
from eventsvc.files import queries as kept_files
from eventsvc.files.models import File
from eventsvc.sites import report_operations
from eventsvc.sites.models import Site
from eventsvc.web.downloads import download
from eventsvc.web.edits import TOO_LATE, attempt, carry_out, differences, save_form
from eventsvc.web.uploads import is_too_large

PHOTO_LIMIT = "SITE_PHOTO_LIMIT"


def data(desk: Desk):
    """Who looks after the site and where it is; beside it the photo of the hall."""
    form, conflict = DataForm.of(desk.site), None
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        version, link = form.standing(desk.site), desk.site.link_number
        failed = attempt(
            form,
            lambda: report_operations.tell_data(desk.site, form.changes, desk.reporter, version=version),
        )
        if failed is None:
            flash(_("Saved."))
            if desk.site.link_number != link:
                flash(_("The coordinator is somebody else now: the site has a new link, and the old one leads nowhere. "
                        "Send the new one."), "warning")  # fmt: skip
            return redirect(desk.to("home"))
        status = failed
        if status == TOO_LATE:
            stored = DataForm.of(desk.site, formdata=None)
            form.seen.data = stored.seen.data
            conflict = differences(form, stored)
    return _data_page(desk, form, PhotoForm(formdata=None), conflict), status


def set_photo(desk: Desk):
    """The photo of the hall: refused at once when it is too large, without waiting for all of it."""
    form, limit = PhotoForm(), _photo_limit()
    status = 422
    if is_too_large() or _size(form) > limit:
        form.photo.errors = [_too_large(limit)]
        status = 413
    elif form.validate_on_submit():
        failed = attempt(form, lambda: _take_photo(desk, form))
        if failed is None:
            flash(_("The photo of the hall has been stored."))
            return redirect(desk.to("data", _anchor="picture"))
    return _data_page(desk, DataForm.of(desk.site, formdata=None), form), status


def remove_photo(desk: Desk):
    carry_out(
        lambda: report_operations.remove_photo(desk.site, desk.reporter), _("The photo has been removed.")
    )
    return redirect(desk.to("data", _anchor="picture"))


def photo(site: Site) -> Response:
    """The picture of the hall, for whoever has been let in here; no cache keeps it."""
    file = db.session.get(File, site.photo_id) if site.photo_id is not None else None
    if file is None:
        raise NotFound(_("There is nothing at this address."))
    return download(
        kept_files.path_of(file),
        name="hoi-truong.jpg",
        media_type=file.media_type,
        etag=file.sha256,
        shown=True,
    )


def delegates(desk: Desk):
    """The guests of this site by name; one more."""
    form = DelegateForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(form, lambda: operations.add_delegate(desk.site, form.named, desk.reporter))
        if failed is None:
            flash(_("%(name)s is on the guest list.", name=form.full_name.data))
            return redirect(desk.to("delegates"))
        status = failed
    return show(desk, "coordinators/delegates.html", named=queries.delegates_of(desk.site), form=form), status


def delegate(desk: Desk, delegate_id: int):
    """Write somebody rightly whom the site has named itself."""
    own = queries.own_delegate(desk.site, delegate_id)
    form = CorrectedDelegateForm.of(own)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.correct_delegate(own, form.named, desk.reporter, version=form.version.data),
        lambda: CorrectedDelegateForm.of(own, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(desk.to("delegates"))
    return show(desk, "coordinators/delegate.html", own=own, form=form, conflict=conflict), status


def remove_delegate(desk: Desk, delegate_id: int):
    own = queries.own_delegate(desk.site, delegate_id)
    carry_out(lambda: operations.remove_delegate(own, desk.reporter), _("The name has been taken back."))
    return redirect(desk.to("delegates"))


def hand_over(desk: Desk, done: Callable[[bool], Any]):
    """Another coordinator takes over; `done` answers, told whether they have been written to."""
    form, conflict = HandOverForm(), None
    status = 422 if form.is_submitted() else 200
    if not form.is_submitted():
        form.fill(desk.site)
    elif form.validate():
        written: list[bool] = []
        failed = attempt(form, lambda: written.append(_hand_over(desk, form)))
        if failed is None:
            return done(written[0])
        status = failed
        if status == TOO_LATE:
            stored = HandOverForm(
                formdata=None,
                data={
                    "name": desk.site.contact_name,
                    "phone": desk.site.contact_phone,
                    "email": desk.site.contact_email,
                },
            )
            stored.fill(desk.site)
            form.seen.data = stored.seen.data
            conflict = differences(form, stored)
    return show(desk, "coordinators/hand_over.html", form=form, conflict=conflict), status


# --- What the parts above are made of ------------------------------------------------------------------------


def _data_page(desk: Desk, form: DataForm, photo_form: PhotoForm, conflict: Any = None) -> str:
    return show(desk, "coordinators/data.html", form=form, photo_form=photo_form, conflict=conflict)


def _photo_limit() -> int:
    return current_app.config[PHOTO_LIMIT]


def _size(form: PhotoForm) -> int:
    stream = getattr(form.photo.data, "stream", None)
    if stream is None:
        return 0
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _too_large(limit: int) -> str:
    return _(
        "The photo is larger than %(limit)s MB, which is the most that is taken here. Nothing has been stored. "
        "Take it again with a lower resolution.",
        limit=limit // 2**20,
    )


def _take_photo(desk: Desk, form: PhotoForm) -> None:
    try:
        drawn = pictures.small(form.photo.data.stream)
    except pictures.NoPicture:
        sentence = _("This is no picture. Take a photo, or choose a JPEG or PNG file.")
        raise Invalid(sentence, field="photo") from None
    report_operations.set_photo(desk.site, files.take_in(drawn, "hoi-truong.jpg"), desk.reporter)


def _hand_over(desk: Desk, form: HandOverForm) -> bool:
    return operations.hand_over(
        desk.site,
        name=form.name.data or "",
        phone=form.phone.data,
        email=form.email.data,
        reporter=desk.reporter,
        version=form.standing(desk.site),
    )
