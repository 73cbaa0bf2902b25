"""The QR code that enrols a device: a web address, larger than a pass, to be shown on a screen or printed."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4


def svg(address: str) -> bytes:
    """A white square with the address, as a drawing without a size of its own."""
    drawing = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    drawing.add_data(address)
    drawing.make()
    rows = drawing.get_matrix()
    side = len(rows)
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>'
    ).encode()
