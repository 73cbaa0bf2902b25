"""Sentences of a results report with figures in them, in Vietnamese, whatever language the page is read in. Pure."""

import re

_FIGURE = re.compile(r"\{([a-z_.]+)(?:([%/])([a-z_.]+))?\}")
"""{figure}, {part%whole} in a hundred, {whole/parts} on an average."""
_OPTION = re.compile(r"\[([^\]]*)\]")


def say(words: str, counted: dict[str, int]) -> str:
    """The sentence with its figures; what stands in brackets is left out when its first figure is nought."""

    def option(found: re.Match[str]) -> str:
        key, how, of = _FIGURE.findall(found[1])[0]
        return found[1] if counted[key] and (not how or counted[of]) else ""

    def figure(found: re.Match[str]) -> str:
        key, how, of = found.groups()
        if how == "%":
            return percent(counted[key], counted[of])
        return decimal(counted[key] / counted[of]) if how else thousands(counted[key])

    return _FIGURE.sub(figure, _OPTION.sub(option, words))


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    return f"{number:.1f}".replace(".", ",").removesuffix(",0")


def percent(part: int, whole: int) -> str:
    return f" (đạt {decimal(100 * part / whole)}%)" if whole else ""
