"""Which encoding an old text was saved in: Windows, DOS (CP850, "CSV MS-DOS") or Mac (MacRoman, "CSV Macintosh").

Every byte means a sign in all three, so nothing fails when the wrong one is taken: names come out garbled. The right
one is the encoding in which the text is French: no control sign, no sign inside a word, no capital after a small
letter, no letter where no word of French has it. Cyrillic, Greek and the letters of Central Europe are none of these,
and are refused. (`charset-normalizer` was tried first: with one or two accents in a file it takes CP850 for Windows.)
"""

import codecs
import re
from collections.abc import Iterable

from geodata.errors import BadInput
from geodata.sentences import sentence

OLD = ("cp1252", "cp850", "mac_roman")
"""In order of how often they are met: the first of two that fit as well is taken."""

_COMMON = "éèêàâçîïôûùëœÉÈÊÀÂÇÎÔŒ’«»°\u00a0–…€²"
_LETTERS = "áãäåæìíñòóõöøúüýÿšžßáÁÄÅÆËÌÍÏÑÒÓÕÖØÙÚÛÜ"
_SIGNS = "‘“”—•·º½¼¾§©®™³×´\u202f"
_FOREIGN = re.compile(rf"[^\x00-\x7f{_COMMON}{_LETTERS}{_SIGNS}]")
_RARE = re.compile(f"[{_LETTERS}{_SIGNS}]")
_SMALL, _CAPITAL = "a-zà-öø-ÿœ", "A-ZÀ-ÖØ-ÞŒ"
_LETTER, _VOWEL, _CONSONANT = f"{_SMALL}{_CAPITAL}", "aeiouyàâäéêëíîïóôöúûüý", "bcdfghjklmnpqrstvwxz"
_MISPLACED = re.compile(
    rf"(?<=[{_SMALL}])[À-ÖØ-ÞŒ]"  # a capital after a small letter
    rf"|(?<=[{_CAPITAL}])[à-öø-ÿœ](?=[{_CAPITAL}])"  # a small letter among capitals
    rf"|(?<![{_LETTER}])[ëïûùÿ]|(?<![{_LETTER}])[à-öø-ÿœ](?=[A-Z])"  # no word begins so
    rf"|(?<![\w])[ä-öø-ÿ](?![\w])|(?<=\s)…(?=\s)"  # no word either: à is the one of a single accented letter
    rf"|(?<=[{_SMALL}])[«»°“”–—•º½¼¾§©®™²³×´…€](?=[{_SMALL}])"  # a sign inside a word
    rf"|[»©®](?=[{_LETTER}])|(?<=[{_LETTER}])«"  # a sign that clings to the wrong side of a word
    rf"|[èÈ](?=[{_VOWEL}])|û(?=[{_VOWEL}])|ç(?=[{_CONSONANT}])|(?<=[{_CONSONANT}{_CONSONANT.upper()}])ï"
    rf"|ì(?=[{_LETTER}])|[õÕ](?=[^\We])|ã(?=[^\Weos])"
    # so, these letters stand in no word of French or of what is spoken beside it: č, ď, ě, ő, ă of other encodings do
)
_ANOTHER_ALPHABET = re.compile(r"[À-ÖØ-öø-ÿ]{3,}")
"""No word has three accented letters in a row: Cyrillic or Greek, of which every letter is beyond ASCII."""
_MOST_WRONG = 0.25
"""Share of the signs beyond ASCII that may be out of place, for names in other languages. Judgement."""
_SAMPLE = 256 * 1024


def old_encoding(sample: bytes, name: str) -> str:
    """The encoding of `sample`, which is no UTF-8. Raises `BadInput` when it is French in none of `OLD`."""
    costs = {encoding: _cost(sample, encoding) for encoding in OLD}
    best = min(OLD, key=lambda encoding: costs[encoding])
    beyond = sum(byte > 127 for byte in sample)
    if costs[best] > _MOST_WRONG * beyond:
        raise BadInput(sentence("accents_unreadable", file=name))
    # ISO 8859-1 differs from Windows by control signs only, which Windows has no place for.
    if best == "cp1252" and not _decodes(sample, best):
        return "latin-1"
    return best


def lines_with_accents(lines: Iterable[bytes]) -> bytes:
    """The first lines that have a byte beyond ASCII: enough to tell an encoding."""
    kept, size = [], 0
    for line in lines:
        if not line.isascii():
            kept.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"".join(kept)


def _cost(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    wrong = len(_FOREIGN.findall(text)) + len(_MISPLACED.findall(text))
    wrong += sum(map(len, _ANOTHER_ALPHABET.findall(text)))
    return wrong + len(_RARE.findall(text)) / 10


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.decode(sample, encoding)
    except UnicodeDecodeError:
        return False
    return True
