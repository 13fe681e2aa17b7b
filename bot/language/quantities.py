"""Numbers as people write them: "1,250", "0,5", "1.5k"."""

from __future__ import annotations

import re

NUMBER = r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d+(?:[.,]\d+)?"
_THOUSANDS = {"k": 1e3, "m": 1e6, "mio": 1e6, "mil": 1e3}


def parse_number(text: str, suffix: str = "") -> float | None:
    """The value of a number with thousands marks of either kind, None where it is none."""
    plain = text.replace(" ", "").replace("'", "")
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    elif plain.count(",") > 1 or re.fullmatch(r"[1-9]\d{0,2},\d{3}", plain):
        plain = plain.replace(",", "")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    try:
        return float(plain) * _THOUSANDS.get(suffix.lower(), 1)
    except ValueError:
        return None
