"""The table of functions of care pathways: what it must hold, what is refused."""

import pytest

from etl import pathways
from etl.categories import entries
from geodata.errors import BadInput
from geodata.pathway import Pathway

HEADER = ",".join(pathways.COLUMNS) + "\n"


def written(tmp_path, **changed):
    """Six functions a pathway, all right; `changed` replaces cells of the first row."""
    rows = []
    for pathway in Pathway:
        for position in range(1, 7):
            row = dict.fromkeys(pathways.COLUMNS, "x") | {"pathway": pathway.value, "position": str(position)}
            row |= {"function": f"f{position}", "categories": "mairie", "also": ""}
            rows.append(row | (changed if not rows else {}))
    path = tmp_path / "pathways.csv"
    path.write_text(HEADER + "".join(",".join(row.values()) + "\n" for row in rows), encoding="utf-8")
    return path


def test_each_pathway_has_six_to_twelve_functions_of_known_categories_with_a_reason():
    table = pathways.pathway_functions()
    counts = table["pathway"].value_counts()
    assert set(counts.index) == set(Pathway)
    assert counts.between(6, 12).all()
    known = {entry.id for entry in entries()}
    named = {c for cell in [*table["categories"], *table["also"]] for c in cell.split(";") if c}
    assert named <= known
    assert table[["justification", "source", "files"]].ne("").all(axis=None)


def test_a_fixed_front_desk_and_its_bus_are_one_function():
    table = pathways.pathway_functions()
    for fixed, substitute in (("france_services", "france_services_itinerant"), ("pharmacie", "propharmacie")):
        asked = table[table["categories"].str.split(";").map(lambda names, f=fixed: f in names)]
        assert len(asked)
        assert asked["also"].str.split(";").map(lambda names, s=substitute: s in names).all()


def test_a_table_as_expected_is_read(tmp_path):
    assert len(pathways.pathway_functions(written(tmp_path))) == 6 * len(Pathway)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"pathway": "ageing"}, "line 2, column pathway: 'ageing'; allowed: older_people"),
        ({"position": "first"}, "line 2, column position: 'first'"),
        ({"title": ""}, "line 2, column title: empty"),
        ({"source": " "}, "line 2, column source: empty"),
        ({"categories": "moon"}, "line 2, column categories: 'moon' is in no row of categories.csv"),
        ({"also": "mairie; moon"}, "line 2, column also: 'moon'"),
        ({"function": "f2"}, "pathway older_people: function f2 stands 2 times"),
        ({"pathway": "carers"}, "pathway older_people: 5 functions; 6 to 12 are expected"),
    ],
)
def test_a_mistake_is_refused_by_line_and_column(tmp_path, changed, message):
    with pytest.raises(BadInput, match=r"pathways\.csv") as refused:
        pathways.pathway_functions(written(tmp_path, **changed))
    assert message in str(refused.value)
