"""Phone numbers and e-mail addresses out of the cells people type them into."""

import re
from dataclasses import dataclass, field

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from eventsvc.text import clean, fold

_NOTHING = {"", "0", "o", "x", "khong", "k", "none", "na", "n a", "null"}
_TYPED_WITH_LETTERS = re.compile(r"(?<![^\W\d_])[+]?[\doOlI][\doOlI.\s()\-]{6,}[\doOlI](?![^\W\d_])")
_LETTERS_FOR_DIGITS = str.maketrans("oOlI", "0011")
_AS_A_NUMBER = re.compile(r"^(\d{9,12})\.0$")  # a number that passed through a program that counts
_EXTENSION = re.compile(r"(?i)[,;]?\s*\(?(?:máy lẻ|số lẻ|nhánh|ext\.?|line)\s*:?\s*\d{1,5}\)?")
_SEPARATORS = re.compile(r"[;,/\\|\n\r&]+|\s[-–—]+\s|[^\W\d_]+[.:]?|[:*]|(?<=\d)\s*\(\s*(?=\D)|(?<=\D)\)")
_COUNTRY_IN_BRACKETS = re.compile(r"\(\s*(\+?\d{1,4})\s*\)")


@dataclass
class Phones:
    numbers: list[str] = field(default_factory=list)  # E.164, in the order of the cell
    flags: list[str] = field(default_factory=list)


@dataclass
class Emails:
    """`refused` are the words with an @ that nothing can be sent to, as they were typed."""

    addresses: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def phone_numbers(cell: str) -> list[str]:
    """The numbers of a cell in E.164, without repeats."""
    return read_phones(cell).numbers


def read_phones(cell: str) -> Phones:
    """The numbers of a cell and what was odd about them."""
    found = Phones()
    if _means_nothing(cell):
        return found
    text = _digits_for_letters(_EXTENSION.sub(" ", _AS_A_NUMBER.sub(r"\1", cell)))
    odd = False
    for piece in _SEPARATORS.split(_COUNTRY_IN_BRACKETS.sub(r"\1 ", text)):
        odd |= not _take(piece, found)
    if odd or not found.numbers:
        found.flags.append("phone_not_parsable")
    if any(number.startswith("+842") for number in found.numbers):
        found.flags.insert(0, "landline")
    if len(found.numbers) > 1:
        found.flags.insert(0, "multiple_phones")
    found.flags = list(dict.fromkeys(found.flags))
    return found


def _means_nothing(cell: str) -> bool:
    return fold(cell) in _NOTHING


def _digits_for_letters(text: str) -> str:
    """O and l between digits are 0 and 1: old typewriters had no others."""

    def repaired(match: re.Match[str]) -> str:
        run = match.group()
        return run.translate(_LETTERS_FOR_DIGITS) if re.search(r"\d", run) else run

    return _TYPED_WITH_LETTERS.sub(repaired, text)


def _take(piece: str, found: Phones) -> bool:
    """Add the numbers of one piece; False when it has digits that are no number."""
    digits = re.sub(r"\D", "", piece)
    if not digits:
        return True
    numbers = _numbers_in(piece, digits)
    if not numbers and len(digits) <= 4 and found.numbers:  # 0255.3822123/124: another line of the same house
        numbers = [(found.numbers[-1][: -len(digits)] + digits, False)]
    for number, lost_zero in numbers:
        if number not in found.numbers:
            found.numbers.append(number)
        if lost_zero:
            found.flags.append("phone_lost_leading_zero")
    return bool(numbers)


def _numbers_in(piece: str, digits: str) -> list[tuple[str, bool]]:
    """The piece as one number, else as several that stand beside each other, else nothing."""
    if whole := _e164(piece, digits):
        return [whole]
    for divided in (piece.split(), re.split(r"[-–—]", piece), _run_together(digits)):
        numbers = [_e164(part, re.sub(r"\D", "", part)) for part in divided if re.search(r"\d", part)]
        if len(numbers) > 1 and all(numbers):
            return [number for number in numbers if number]
    return []


def _run_together(digits: str) -> list[str]:
    match = re.fullmatch(r"(0\d{9})(0\d{9,10})|(02\d{9})(0\d{9,10})", digits)
    return [part for part in match.groups() if part] if match else []


def _e164(piece: str, digits: str) -> tuple[str, bool] | None:
    """(number, whether its leading zero was lost). Nine digits after the trunk zero, or ten beginning with 2."""
    if "+" in piece and not digits.startswith("84"):
        return _foreign(digits)
    national, lost_zero = digits, False
    if digits.startswith("0084"):
        national = digits[4:]
    elif digits.startswith("84") and ("+" in piece or len(digits) >= 11):
        national = digits[2:]
    elif not digits.startswith("0"):
        lost_zero = True
    national = national.removeprefix("0")
    if re.fullmatch(r"[35789]\d{8}|2\d{9}", national):
        return f"+84{national}", lost_zero
    return None


def _foreign(digits: str) -> tuple[str, bool] | None:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), False


# --- E-mail -------------------------------------------------------------------------------------------------

_AROUND_AT = re.compile(r"\s*@\s*")
# What nearly every address looks like; the rest is left to the library, which is slow.
_PLAIN_ADDRESS = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.){1,4}[a-z]{2,10}$")
_FITS = re.compile(
    r"(?=.{3,254}$)[^@]{1,64}@(?:[^.@]{1,63}\.)+[^.@]{2,63}$"
)  # what mail servers have room for
_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@.{1,180}$)[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.){1,4}[a-z]{2,10}$"
)
_ADDRESS = re.compile(r"[^\s,;/|<>()\[\]:'\"]+@[^\s,;/|<>()\[\]:'\"]+")
_QUOTED = re.compile(r"\"([^\"\n]*)\"(@[^\s,;/|<>()\[\]:'\"]+)")
# Letters of full width, as keyboards for Chinese and Japanese write them.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ord(".")}


def read_emails(cell: str) -> Emails:
    """The addresses of a cell in small letters, without repeats, and what was odd about them.

    A domain in Vietnamese letters is written in its form in ASCII. A name before the @ with other letters than ASCII,
    or in quotation marks, is no address here: too few mail servers take it, and the guest is reached by hand.
    """
    found = Emails()
    if fold(cell) in _NOTHING or not re.search(r"\w", cell):
        return found
    cell = _QUOTED.sub(
        lambda match: _unquoted(match, found), _AROUND_AT.sub("@", cell.translate(_FULL_WIDTH))
    )
    for candidate in _ADDRESS.findall(cell):
        address = candidate.rstrip(".")
        if address != candidate:
            found.flags.append("email_trailing_dot")
        _add_address(address, found)
    if not found.addresses and not found.refused:
        found.flags.append("email_not_parsable")
    if len(found.addresses) > 1:
        found.flags.insert(0, "multiple_emails")
    found.flags = list(dict.fromkeys(found.flags))
    return found


def _unquoted(match: re.Match[str], found: Emails) -> str:
    """Quotation marks that say nothing are left out; the others make an address that few can write to."""
    local, domain = match.groups()
    if re.fullmatch(r"[A-Za-z0-9._-]+", local):
        return f"{local}{domain}"
    _refuse(match.group(), "email_not_parsable", found)
    return " "


def _add_address(typed: str, found: Emails) -> None:
    address = typed.lower()
    if not (_PLAIN_ADDRESS.match(address) and _FITS.match(address)):
        local, _at, domain = address.partition("@")
        if not local.isascii():
            return _refuse(typed, "email_not_ascii", found)
        try:
            valid = validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return _refuse(typed, "email_not_parsable", found)
        address = (valid.ascii_email or address).lower()
        if not _FITS.match(address):
            return _refuse(typed, "email_not_parsable", found)
        if not domain.isascii():
            found.flags.append("email_idn")
    if address not in found.addresses:
        found.addresses.append(address)


def _refuse(typed: str, flag: str, found: Emails) -> None:
    found.refused.append(typed)
    found.flags.append(flag)


def email_complaint(cell: str) -> str | None:
    """What is wrong with a field of addresses, in a sentence for whoever typed it; None when all can be written to."""
    found = read_emails(cell)
    if "email_not_ascii" in found.flags:
        return _(
            "“%(address)s” has letters with diacritics before the @: mail cannot be sent there. Leave it out and "
            "hand the invitation over.",
            address=next(word for word in found.refused if not word.partition("@")[0].isascii()),
        )
    if found.refused:
        return _("“%(address)s” is not an e-mail address that mail can be sent to.", address=found.refused[0])
    left = [part.strip() for part in re.split(r"[;,]", cell) if "@" not in part.translate(_FULL_WIDTH)]
    if not found.addresses or any(left):
        return _("This is not an e-mail address.")
    return None


_NUMBER_BESIDE_TEXT = re.compile(
    r"(?i)\(?(?:\b(?:sđt|đt|số đt|điện thoại|tel)\b\s*[.:]*\s*)?\+?\(?\d[\d\s.\-()]{7,14}\d\s*\)?"
)


def without_contacts(text: str) -> tuple[str, str]:
    """(the text without phone numbers and addresses, what was taken out), for names typed with their number."""
    taken = _ADDRESS.findall(text)
    rest = _ADDRESS.sub(" ", text)
    taken += _NUMBER_BESIDE_TEXT.findall(rest)
    rest = _NUMBER_BESIDE_TEXT.sub(" ", rest)
    return (clean(rest).strip(" ,;:-–/"), "; ".join(taken)) if taken else (text, "")
