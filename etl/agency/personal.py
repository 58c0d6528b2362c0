"""What would be data about persons in an agency's file, and the legal reason for which it is refused.

A column, or the name of a file or sheet, refuses the whole file; a cell refuses its row. Judgement on words and forms:
it stops what is plain, and the template asks for nothing that could be about a person.
"""

import re
from collections.abc import Iterable

from geodata.names import normalise
from geodata.sentences import Sentence, sentence

PERSONAL_DATA = sentence("personal_data")

_COLUMN = re.compile(
    r"nom|nom (de )?(famille|naissance|usage|jeune fille|marital)|patronyme|prenoms?|nom (et )?prenoms?|civilite"
    r"|(date|lieu|annee) (de )?naissance|ne(e)? le|age|sexe|genre|nationalite|situation (familiale|matrimoniale)"
    r"|(.* )?(tel|telephone|portable|mobile|gsm)( .*)?|(.* )?(mail|email|e mail|courriel)( .*)?"
    r"|adresse (personnelle|domicile|du domicile|postale)|domicile|nir|(numero|no|n) (de )?(securite sociale|secu)"
    r"|responsable|referent|contact|president|presidente|benevole|benevoles|beneficiaire|beneficiaires|usager|aidant"
    r"|(personne|contact) (a|de) (prevenir|contacter|confiance|urgence)|medecin traitant|pathologies?|diagnostic|gir"
    r"|last ?name|first ?name|surname|birth ?date|date of birth|phone|telephone number"
)
_ALLOWED = {"volunteers"}
_IN_REGISTER = re.compile(
    r".*naissance.*|prenoms?|nom (et )?prenoms?|ne(e)? le|(personne|contact) (a|de) (prevenir|contacter|confiance"
    r"|urgence)|medecin traitant|domicile|adresse (du )?domicile"
)
_REGISTER_NAME = re.compile(
    r"registre.*(canicule|vulnerab|isole|nominati|fragile|communal)|(plan|fichier|liste) canicule|personnes (isolees|"
    r"vulnerables|fragiles|agees)|l ?121 ?6 ?1|fichier nominatif"
)

_PERSON = re.compile(
    r"^(m\.|mr\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle|dr\.?|docteur|me\.?)\s+\w", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
_PHONE = re.compile(r"(?<![\w.,])(?:\+33|0033|0)[ .]?[1-9](?:[ .-]?\d{2}){4}(?![\w.,]?\d)")
_NIR = re.compile(
    r"(?<!\d)[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[ABab])[ .]?\d{3}[ .]?\d{3}"
    r"(?:[ .]?\d{2})?(?!\d)"
)


def column_problems(columns: Iterable[str], titles: Iterable[str]) -> list[Sentence]:
    """Why a file with these columns, and these names (of the file, of its sheet), is refused; empty when it is not."""
    plain = {column: normalise(column) for column in columns}
    named = [title for title in titles if _REGISTER_NAME.search(normalise(title))]
    columns_ = [column for column, name in plain.items() if name not in _ALLOWED and _COLUMN.fullmatch(name)]
    is_register = named or sum(bool(_IN_REGISTER.fullmatch(plain[column])) for column in columns_) >= 2
    if is_register:
        return [sentence("register_of_names", words=_quoted([*named, *columns_]))]
    return [sentence("personal_columns", words=_quoted(columns_), law=PERSONAL_DATA)] if columns_ else []


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"« {word} »" for word in words)


def cell_problem(text: str, *, is_identifier: bool = False) -> Sentence | None:
    """Why a cell is refused, None when it is not. The text itself is not repeated: it would spread what it holds."""
    if _EMAIL.search(text):
        return sentence("cell_email", law=PERSONAL_DATA)
    if is_identifier:
        return None
    if _NIR.search(text):
        return sentence("cell_social_security", law=PERSONAL_DATA)
    if _PHONE.search(text):
        return sentence("cell_telephone", law=PERSONAL_DATA)
    return None


def names_a_person(text: str) -> bool:
    """Whether a text begins as the name of a person does. A place may too: the giver can then confirm it."""
    return _PERSON.match(text) is not None
