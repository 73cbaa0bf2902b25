"""The Vietnamese catalogue: found in the code, filled in, compiled and checked.

    translations.py extract          take up new messages, drop the ones no longer used
    translations.py fill FILE.json   take up new messages and the translations in FILE
    translations.py compile          make the .mo file that the application reads
    translations.py check            name every message that is missing, unused or wrong

FILE holds {"English message": "bản dịch"}, with a list for a message that counts:
{"%(num)s guest": ["%(num)s khách"]}. Safe to run in several places at once: a lock is
held, and files are replaced whole. The catalogue is sorted and carries no dates and no
line numbers, so that a diff shows only what was said differently.
"""

import argparse
import fcntl
import io
import json
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, check_and_call_extract_file
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "vi"
SEARCHED = ("eventsvc", "templates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **parse_keywords(["_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "N_"]),
}
NOISE = (
    "Project-Id",
    "Report-Msgid",
    "POT-Creation",
    "PO-Revision",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]")


class Unreadable(Exception):
    """A source file could not be searched for messages."""


def po_path(root: Path) -> Path:
    return root / "eventsvc" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    path = po_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def replace(path: Path, data: bytes) -> None:
    """Readers see the old file or the new one, never half of one."""
    if path.exists() and path.read_bytes() == data:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".messages-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(name, 0o644)
    os.replace(name, path)


def found(root: Path) -> tuple[Catalog, list[str]]:
    """Every message in the code, and the files that could not be read (with the reason)."""
    with open(root / "babel.cfg", encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog, failures = Catalog(), []
    for path in sorted(path for folder in SEARCHED for path in (root / folder).rglob("*") if path.is_file()):
        try:
            messages = list(
                check_and_call_extract_file(
                    path, methods, options, lambda *_: None, KEYWORDS, (), False, dirpath=root
                )
            )
        except Exception as error:  # a half-written file of somebody else must not stop us
            failures.append(f"{path.relative_to(root)}: {type(error).__name__}: {error}")
            continue
        for _name, _line, message, _comments, context in messages:
            catalog.add(message, context=context)
    return catalog, failures


def stored(root: Path) -> Catalog:
    path = po_path(root)
    if not path.exists():
        return Catalog(locale=LOCALE, domain="messages")
    with open(path, "rb") as file:
        return read_po(file, locale=LOCALE, domain="messages", abort_invalid=True)


def merged(used: Catalog, old: Catalog, *, keep_unused: bool) -> Catalog:
    """The used messages with the translations they have."""
    new = Catalog(locale=LOCALE, domain="messages", fuzzy=False)
    for message in used:
        if message.id:
            before = old.get(_key(message), message.context)
            new.add(message.id, _string_for(message, before), context=message.context)
    if keep_unused:
        for message in old:
            if message.id and used.get(_key(message), message.context) is None:
                new.add(message.id, message.string, context=message.context)
    return new


def _string_for(message: Message, before: Message | None) -> str | tuple[str, ...]:
    string = before.string if before else ""
    if message.pluralizable:
        return tuple(string) if isinstance(string, list | tuple) else (string,)
    return string[0] if isinstance(string, list | tuple) else string


def _key(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def rendered(catalog: Catalog) -> bytes:
    catalog.header_comment = "# Vietnamese for eventsvc."
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{n}' for n in NOISE))).encode()


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def save(root: Path, catalog: Catalog) -> None:
    path = po_path(root)
    replace(path, rendered(catalog))
    replace(path.with_suffix(".mo"), compiled(stored(root)))


def extract(root: Path) -> str:
    with locked(root):
        used, failures = found(root)
        if failures:
            raise Unreadable("\n".join(failures))
        catalog = merged(used, stored(root), keep_unused=False)
        save(root, catalog)
    empty = sum(1 for message in catalog if message.id and not _translated(message))
    return f"{len(catalog)} messages, {empty} without a translation"


def fill(root: Path, translations: dict[str, str | list[str]]) -> str:
    """Add translations; one whose message the code does not have yet is kept for later."""
    with locked(root):
        used, failures = found(root)
        catalog = merged(used, stored(root), keep_unused=True)
        for msgid, translation in translations.items():
            _put(catalog, msgid, translation)
        save(root, catalog)
        absent = [msgid for msgid in translations if used.get(msgid) is None]
    lines = [f"{len(translations)} translations taken up"]
    lines += [f"could not be read, its messages are missing: {failure}" for failure in failures]
    lines += [f"not in the code (yet): {msgid!r}" for msgid in absent]
    return "\n".join(lines)


def _put(catalog: Catalog, msgid: str, translation: str | list[str]) -> None:
    text = [translation] if isinstance(translation, str) else list(translation)
    text = [unicodedata.normalize("NFC", part) for part in text]
    matching = [message for message in catalog if message.id and _key(message) == msgid]
    for message in matching:
        message.string = tuple(text[:1]) if message.pluralizable else text[0]
        message.flags.discard("fuzzy")
    if not matching:
        catalog.add(msgid, text[0])


def compile_catalog(root: Path) -> str:
    with locked(root):
        catalog = stored(root)
        replace(po_path(root).with_suffix(".mo"), compiled(catalog))
    return f"{len(catalog)} messages compiled"


def problems(root: Path) -> list[str]:
    """Everything that keeps a reader of Vietnamese from reading Vietnamese."""
    used, failures = found(root)
    catalog = stored(root)
    listed = [f"cannot be read: {failure}" for failure in failures]
    for message in used:
        if message.id and catalog.get(_key(message), message.context) is None:
            listed.append(f"not in the catalogue: {_key(message)!r}")
    for message in catalog:
        if message.id:
            listed += [f"{fault}: {_key(message)!r}" for fault in _faults(message, used)]
    listed += [f"obsolete entry: {_key(message)!r}" for message in catalog.obsolete.values()]
    if not listed and po_path(root).read_bytes() != rendered(merged(used, catalog, keep_unused=False)):
        listed.append("the catalogue is not as 'translations.py extract' writes it")
    return listed


def _faults(message: Message, used: Catalog) -> Iterator[str]:
    in_code = used.get(_key(message), message.context)
    if in_code is None:
        yield "no longer in the code"
    elif in_code.id != message.id:
        yield "its plural differs from the code's"
    if message.fuzzy:
        yield "fuzzy"
    if not _translated(message):
        yield "not translated"
        return
    strings = message.string if message.pluralizable else (message.string,)
    if message.pluralizable and len(strings) != 1:
        yield f"{len(strings)} plural forms where Vietnamese has one"
    wanted = placeholders(message.id[1] if message.pluralizable else message.id)
    for string in strings:
        if placeholders(string) != wanted:
            yield f"placeholders {sorted(placeholders(string))} instead of {sorted(wanted)}"
        if unicodedata.normalize("NFC", string) != string:
            yield "translation not in composed form (NFC)"


def _translated(message: Message) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=["extract", "fill", "compile", "check"])
    parser.add_argument("file", nargs="?", type=Path, help="translations for 'fill'")
    options = parser.parse_args(arguments)
    if (options.command == "fill") != (options.file is not None):
        parser.error("'fill' takes one file, the other commands none")
    try:
        if options.command == "check":
            faults = problems(root)
            print("\n".join(faults) if faults else "every message is translated")
            return 1 if faults else 0
        if options.command == "fill":
            print(fill(root, json.loads(options.file.read_text(encoding="utf-8"))))
        else:
            print({"extract": extract, "compile": compile_catalog}[options.command](root))
    except (Unreadable, json.JSONDecodeError) as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
