"""Pictures for a phone's camera."""

import io

import segno


def qr_picture(text: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=5, border=2, xmldecl=False, dark="#000", light="#fff", svgclass="qr"
    )
    return out.getvalue().decode()
