"""The Flask extensions, made here without an application and bound in `app.create_app`."""

from flask import current_app, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect


class _Limiter(Limiter):
    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        """Limits stand at the views. What else holds for all is not looked for before a scan, for there is nothing."""
        view = current_app.view_functions.get(request.endpoint or "")
        if not (in_middleware and getattr(view, "identifies_its_caller", False)):
            super()._check_request_limit(callable_name, in_middleware)


babel = Babel()
csrf = CSRFProtect()
limiter = _Limiter(key_func=get_remote_address)
mail = Mail()
migrate = Migrate()
