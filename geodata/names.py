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


def of_place(name: str) -> str:
    """A French name after "de", as it is said: "d’Ambérieu", "du Mans", "des Lilas", "de La Rochelle"."""
    for article, genitive in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return genitive + name.removeprefix(article)
    # An h may be heard or not, and nothing in the name says which.
    first = without_accents(name[:1]).upper()
    is_mute = first in "AEIOUŒ" or (first == "Y" and name[1:2].lower() not in "aeiou")
    return f"d’{name}" if is_mute and name else f"de {name}"
