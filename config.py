"""The environment, read once. Development makes its own secrets in `instance/`; production must be given them."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent
load_dotenv(ROOT / ".env")


class ConfigError(RuntimeError):
    """The service must not start with this configuration; the message says which variable and why."""


def instance_folder() -> Path:
    return Path(os.environ.get("INSTANCE_PATH") or ROOT / "instance")


def instance_secret(name: str) -> str:
    """The secret kept in the instance folder; made at the first call, readable by its owner only."""
    path = instance_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text("ascii").strip()


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit():
        raise ConfigError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _host(name: str, more: str) -> str:
    """A host name, with what may follow it; empty when none is given."""
    value = os.environ.get(name, "").strip()
    if value and not re.fullmatch(
        r"(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z]([0-9A-Za-z.\-]*[0-9A-Za-z])?)" + more, value
    ):
        raise ConfigError(f"{name} must be the name of a host, not {value!r}.")
    return value


class Config:
    """What the service reads from the environment; see README, Configuration, and docs/operations.md."""

    def __init__(self) -> None:
        env = os.environ
        self.ENV = env.get("EVENTSVC_ENV", "development")
        if self.ENV not in {"development", "production"}:
            raise ConfigError("EVENTSVC_ENV must be 'development' or 'production'.")
        self.INSTANCE_PATH = str(instance_folder())
        self.SECRET_KEY = self._secret("SECRET_KEY")
        self.TOKEN_KEY = self._secret("TOKEN_KEY")
        self.SECRET_KEY_FALLBACKS = [key for key in env.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
        self.TOKEN_KEY_FALLBACKS = [key for key in env.get("TOKEN_KEY_FALLBACKS", "").split(",") if key]
        self.SQLALCHEMY_DATABASE_URI = (
            env.get("DATABASE_URL") or f"sqlite:///{instance_folder().absolute() / 'eventsvc.db'}"
        )
        self.REDIS_URL = env.get("REDIS_URL")
        self.PUBLIC_URL = (env.get("PUBLIC_URL") or self._served_at()).rstrip("/")
        self.TRUSTED_PROXIES = _number("TRUSTED_PROXIES", 0)
        self.TZ_DEFAULT = env.get("TZ_DEFAULT", "Asia/Ho_Chi_Minh")

        self.MAIL_SERVER = env.get("MAIL_SERVER", "")
        self.MAIL_PORT = _number("MAIL_PORT", 25)
        self.MAIL_USE_TLS = _flag("MAIL_USE_TLS")
        self.MAIL_USERNAME = env.get("MAIL_USERNAME")
        self.MAIL_PASSWORD = env.get("MAIL_PASSWORD")
        self.MAIL_SENDER = env.get("MAIL_SENDER", "moi@eventsvc.example.vn")
        self.MAIL_DEFAULT_SENDER = self.MAIL_SENDER
        self.MAIL_REPLY_TO = env.get("MAIL_REPLY_TO")
        self.MAIL_DOMAIN_RATE = _number(
            "MAIL_DOMAIN_RATE", 6000
        )  # messages a minute to one domain; 0: no limit
        self.MAIL_STEP_SECONDS = 55  # patience with one answer of a mail server; a whole conversation has 90
        self.MAIL_LEASE_SECONDS = 120  # how long a message is one worker's own
        self.MAIL_FOLDER = str(instance_folder() / "mail")
        self.MAIL_SECOND_PERSON_ABOVE = _number(
            "MAIL_SECOND_PERSON_ABOVE", 500
        )  # a larger batch is let go by a second person
        self.ZALO_FOLDER = str(instance_folder() / "zalo")
        self.BOUNCE_DOMAIN = _host("BOUNCE_DOMAIN", r"")
        self.IMAP_SERVER = _host("IMAP_SERVER", r"(:[0-9]{1,5})?")
        self.IMAP_USERNAME = env.get("IMAP_USERNAME")
        self.IMAP_PASSWORD = env.get("IMAP_PASSWORD")

        public = urlsplit(self.PUBLIC_URL)
        secure = public.scheme == "https"
        self.SESSION_COOKIE_NAME = "__Host-session" if secure else "session"
        self.SESSION_COOKIE_SECURE = secure
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.SESSION_COOKIE_PATH = "/"
        self.PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
        self.SESSION_REFRESH_EACH_REQUEST = False
        self.TRUSTED_HOSTS = self._trusted_hosts(public.hostname)
        # A million letters pasted into a field are told beside it: Vietnamese letters take up to nine bytes on the way.
        self.MAX_CONTENT_LENGTH = 4 * 1024 * 1024
        self.MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024
        self.UPLOAD_LIMIT = 10 * 1024 * 1024
        self.SITE_PHOTO_LIMIT = 15 * 1024 * 1024
        self.FILE_LIMIT = self._file_limit()
        self.FILES_FOLDER = env.get("FILES_FOLDER") or str(instance_folder() / "files")
        self.WTF_CSRF_TIME_LIMIT = None
        self.WTF_CSRF_SSL_STRICT = False
        self.BABEL_DEFAULT_LOCALE = "vi"
        self.BABEL_DEFAULT_TIMEZONE = self.TZ_DEFAULT
        self.RATELIMIT_STORAGE_URI = self.REDIS_URL or "memory://"
        self.RATELIMIT_HEADERS_ENABLED = True
        # Said every time, because the limiter is one object for all applications of a process.
        self.RATELIMIT_ENABLED = True
        self.SEND_FILE_MAX_AGE_DEFAULT = 0
        self.API_TITLE = "eventsvc"
        self.API_VERSION = "v1"
        self.OPENAPI_VERSION = "3.1.0"
        self.TESTING = False
        self.check()

    @property
    def is_production(self) -> bool:
        return self.ENV == "production"

    def _secret(self, name: str) -> str:
        return os.environ.get(name) or ("" if self.is_production else instance_secret(name.lower()))

    def _file_limit(self) -> int:
        """The largest file that an agenda item may carry, given in MB."""
        megabytes = _number("FILE_LIMIT", 100)
        if not 1 <= megabytes <= 4000:
            raise ConfigError("FILE_LIMIT is a number of MB from 1 to 4000.")
        return megabytes * 1024 * 1024

    def _served_at(self) -> str:
        """Where `make run` answers or last answered: commands beside it print links that open."""
        address = instance_folder() / "address"
        if not self.is_production and address.is_file():
            return address.read_text("utf-8").strip()
        return "http://127.0.0.1:8000"

    def _trusted_hosts(self, public_host: str | None) -> list[str] | None:
        given = [host for host in os.environ.get("TRUSTED_HOSTS", "").split(",") if host]
        local = [] if self.is_production else ["127.0.0.1", "localhost", "[::1]"]
        return [*given, *local, *([public_host] if public_host else [])]

    def check(self) -> None:
        """Refuse to start, naming the variable, when a production secret or address is missing or weak."""
        if not self.is_production:
            return
        if os.environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}:
            raise ConfigError(
                "FLASK_DEBUG must not be set in production: it shows code to whoever meets a fault."
            )
        for name in ("SECRET_KEY", "TOKEN_KEY"):
            if len(getattr(self, name)) < 32:
                raise ConfigError(f"{name} is not set or shorter than 32 characters; see docs/operations.md.")
        if self.SECRET_KEY == self.TOKEN_KEY:
            raise ConfigError("SECRET_KEY and TOKEN_KEY must differ.")
        if not self.PUBLIC_URL.startswith("https://"):
            raise ConfigError("PUBLIC_URL must begin with https:// in production.")


class TestConfig(Config):
    """Everything in a folder of its own, fixed secrets, limits as in production unless a test lifts them."""

    __test__ = False

    def __init__(self, folder: Path | str, database_url: str | None = None) -> None:
        super().__init__()
        folder = Path(folder)
        self.TESTING = True
        self.INSTANCE_PATH = str(folder)
        self.SECRET_KEY = "test-secret-key-of-more-than-32-characters"
        self.TOKEN_KEY = "test-token-key-of-more-than-32-characters!"
        self.SECRET_KEY_FALLBACKS = []
        self.TOKEN_KEY_FALLBACKS = []
        self.SQLALCHEMY_DATABASE_URI = database_url or f"sqlite:///{folder / 'test.db'}"
        self.REDIS_URL = None
        self.PUBLIC_URL = "http://localhost"
        self.SESSION_COOKIE_NAME = "session"
        self.SESSION_COOKIE_SECURE = False
        self.TRUSTED_HOSTS = ["localhost", "127.0.0.1"]
        self.MAIL_SERVER = ""
        self.MAIL_FOLDER = str(folder / "mail")
        self.ZALO_FOLDER = str(folder / "zalo")
        self.FILES_FOLDER = str(folder / "files")
        self.MAIL_SENDER = "moi@quangngai.example.vn"
        self.MAIL_DEFAULT_SENDER = self.MAIL_SENDER
        self.IMAP_SERVER = self.BOUNCE_DOMAIN = ""
        self.MAIL_REPLY_TO = None
        self.RATELIMIT_STORAGE_URI = "memory://"
