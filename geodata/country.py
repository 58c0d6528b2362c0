"""What a country is to the tool: its levels, its codes, its projections, and whether isolation can be estimated there.

The tables have the same levels everywhere (`geodata.territory.Level`), named after the first country that they were
made for; a country says what each of them is, and its codes. It is written in the build: who reads a database needs no
list of countries.
"""

import json
import re
from dataclasses import asdict, dataclass

from geodata.errors import BadInput
from geodata.insets import Inset
from geodata.sentences import InBoth, Sentence, sentence
from geodata.territory import Level


@dataclass(frozen=True)
class Mesh:
    """What one level is. `title`, `title_en`: one of them, in French and in English; `codes`: what each code matches
    whole (regular expression); `form`, `form_en`: the same in words, for who typed another; `code_title`,
    `code_title_en`: what such a code is called, where it has a name of its own."""

    level: Level
    title: str
    title_en: str
    codes: str
    form: str = ""
    form_en: str = ""
    code_title: str = ""
    code_title_en: str = ""

    @property
    def expected(self) -> Sentence:
        """What a code of this level looks like, for who gave another one."""
        form = InBoth(self.form or self.codes, self.form_en or self.codes)
        return sentence("not_a_code_of", level=InBoth(self.title, self.title_en), form=form)


@dataclass(frozen=True)
class Country:
    """One country, or several that share their codes.

    `code` and `title` are those of the whole; `edition` says which edition of its codes is followed (empty in a record
    that files complete). `meshes`, smallest first, the whole left out. `projections`: the zones that it is drawn and
    measured in, the main one first, with the EPSG code of a system in metres; `insets`: where a map of the whole draws
    the others. `parent`: what a code of the smallest level begins with that is the code of its `departement` (regular
    expression); empty where codes do not tell. `recipe`: by which rates isolation is estimated; empty where no survey
    tells, and nothing is then estimated.
    """

    code: str
    title: str
    title_en: str
    edition: str
    meshes: tuple[Mesh, ...]
    projections: tuple[tuple[str, int], ...]
    insets: tuple[Inset, ...] = ()
    parent: str = ""
    recipe: str = ""

    @property
    def named(self) -> InBoth:
        """Its title and what its smallest places are: one country may be told by two sets of places."""
        smallest = self.meshes[0]
        return InBoth(f"{self.title} · {smallest.title}", f"{self.title_en} · {smallest.title_en}")

    @property
    def main(self) -> str:
        """The zone that most of it lies in."""
        return self.projections[0][0]

    def epsg(self, zone: str | None) -> int:
        """The projection of a zone; of the main one where none is known."""
        # A table has a missing number for a zone that none is known of.
        return dict(self.projections)[zone if isinstance(zone, str) and zone else self.main]

    def mesh(self, level: Level) -> Mesh | None:
        """What a level is here; None where the country has none such."""
        return next((mesh for mesh in self.meshes if mesh.level == level), None)

    def parent_of(self, code: str) -> str | None:
        """Code of the `departement` of a place of the smallest level, where codes tell."""
        match = re.match(self.parent, code) if self.parent else None
        return match[0] if match else None

    def check(self, level: Level, code: str) -> str:
        """Return `code` where it has the form of those of a level; else raise `BadInput` saying what was expected."""
        mesh = self.mesh(level)
        if mesh is None:
            raise BadInput(
                f"{self.title_en} has no level « {level} »: it has {', '.join(m.level for m in self.meshes)}."
            )
        if re.fullmatch(mesh.codes, code):
            return code
        raise BadInput(f"« {code} » is not a {mesh.title_en} code: {mesh.form_en or f'it must match {mesh.codes}.'}")

    def to_json(self) -> str:
        """The country as a build keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Country":
        """The country that `to_json` wrote."""
        written = json.loads(text)
        meshes = tuple(Mesh(**{**mesh, "level": Level(mesh["level"])}) for mesh in written["meshes"])
        insets = tuple(Inset(**inset) for inset in written["insets"])
        zones = tuple((zone, epsg) for zone, epsg in written["projections"])
        return cls(**{**written, "meshes": meshes, "insets": insets, "projections": zones})
