"""Whether a telephone number or an e-mail address is what somebody looks for. Pure."""

import re

LEAST_DIGITS = 3
_NO_DIGIT = re.compile(r"\D")


def is_contact(typed: str, phone: str | None, email: str | None) -> bool:
    """Whether the typed words are a part of one of them; numbers as people write them: 0501 000 009."""
    typed = typed.strip().casefold()
    if not typed:
        return False
    if email and typed in email.casefold():
        return True
    digits = _NO_DIGIT.sub("", typed).removeprefix("0")
    is_number = len(digits) >= LEAST_DIGITS and not any(sign.isalpha() for sign in typed)
    return bool(phone) and is_number and digits in _NO_DIGIT.sub("", phone or "")
