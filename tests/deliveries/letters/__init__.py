"""Messages as they come in, written by hand after those of real programs; @@…@@ is filled in."""

from pathlib import Path

FOLDER = Path(__file__).parent
DEFAULTS = {
    "TO": "moi@quangngai.example.vn",
    "RECIPIENT": "mau@so.example.vn",
    "STATUS": "5.1.1",
    "DIAGNOSTIC": "550 5.1.1 Recipient address rejected: User unknown",
    "MESSAGE_ID": "<none@quangngai.example.vn>",
}


def letter(name: str, **values: str) -> bytes:
    """The message of this name, with the values filled in, with the line ends of the wire."""
    words = (FOLDER / f"{name}.eml").read_bytes()
    for key, value in (DEFAULTS | values).items():
        words = words.replace(f"@@{key}@@".encode(), value.encode())
    return words.replace(b"\n", b"\r\n")
