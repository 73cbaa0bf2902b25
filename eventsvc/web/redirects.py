"""Where a `next=` may lead: a path of this site and nothing else."""

from urllib.parse import urlsplit


def is_local(target: str) -> bool:
    """Whether the target is a plain absolute path here; refuses //host, /\\host, schemes and control characters."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    if any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
