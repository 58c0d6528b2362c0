"""Names as a reader types them: without accents, cases or signs."""

import re
import unicodedata


def without_accents(text: str) -> str:
    """`text` without its accents: `Île` -> `Ile`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def normalise(text: str) -> str:
    """Lower case, no accents, ligatures opened, punctuation as spaces, "st"/"ste" written in full."""
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    words = re.sub(r"[^a-z0-9]+", " ", without_accents(opened)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
