"""Names as a reader types them: without accents, cases or signs."""

import re
import unicodedata


def normalise(text: str) -> str:
    """Lower case, no accents, ligatures opened, punctuation as spaces, "st"/"ste" written in full."""
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
