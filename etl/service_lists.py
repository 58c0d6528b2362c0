"""Lists of services found in the data folder, read and tidied; of two editions of one list, the newest speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from etl.completeness import is_excerpt
from etl.reading.files import about_file, read_files
from etl.reading.observations import PARIS_LYON_MARSEILLE
from etl.reading.service_frame import COLUMNS
from etl.rejects import reject_frame
from etl.sources.registry import SERVICE_LISTS
from geodata.countries.france import departement_of
from geodata.sentences import sentence
from geodata.source import Snapshot, Source, Tier

OLDER = sentence("changes_nothing_older")


@dataclass(frozen=True, eq=False)
class ServiceLists:
    """`services` (shape of `service_frame`), rows accepted by source, rejects, files read."""

    services: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_service_lists(snapshots: Mapping[str, Sequence[Snapshot]]) -> ServiceLists:
    """Read every list that was found. A file that cannot be read is a reject."""
    services, accepted, rejects, read = [pd.DataFrame(columns=list(COLUMNS))], {}, [reject_frame("", [])], []
    for module in SERVICE_LISTS:
        files = snapshots.get(module.SOURCE.id, ())
        if not files:
            continue
        read_here, refused = read_files(module, files)
        rejects += [refused, *(file.rejects for file in read_here)]
        accepted[module.SOURCE] = 0
        if not read_here:
            continue
        editions = [file.rows.assign(edition=number) for number, file in enumerate(read_here)]
        rows = pd.concat(editions, ignore_index=True)
        # The sets of an agency stand side by side: none is an edition of another.
        is_agency = module.SOURCE.tier is Tier.AGENCY
        kept, older = (rows, reject_frame("", [])) if is_agency else newest(rows)
        kept, inside = without_arrondissements(kept)
        unused = set(rows["edition"]) - set(kept["edition"])
        rejects += [about_file(read_here[number], OLDER) for number in sorted(unused)]
        services.append(kept.drop(columns="edition"))
        accepted[module.SOURCE] = len(kept)
        rejects += [older, inside]
        read += [file.snapshot for file in read_here]
    filled = [frame for frame in services if len(frame)] or services
    return ServiceLists(pd.concat(filled, ignore_index=True), accepted, pd.concat(rejects, ignore_index=True), read)


def without_arrondissements(services: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services of one source without what it counts in the arrondissements of a city that it counts too, in the same
    file or in another one, and the reject of each city: Paris, Lyon and Marseille would have everything twice.

    By code list and category: what is counted by arrondissement alone stays.
    """
    city = services["code_insee"].map(PARIS_LYON_MARSEILLE).where(services["quantity"].notna())
    counted = services.loc[services["quantity"].notna(), ["nomenclature", "category", "code_insee"]]
    of_city = set(counted.itertuples(index=False, name=None))
    is_inside = pd.Series(
        [key in of_city for key in zip(services["nomenclature"], services["category"], city, strict=True)],
        index=services.index,
        dtype=bool,
    )
    left = services[is_inside].groupby(["source", city[is_inside]], sort=True).size()
    rejects = [
        reject_frame(source, [("all", code, sentence("arrondissements_of_city", count=count, city=code))])
        for (source, code), count in left.items()
    ]
    kept = services[~is_inside].reset_index(drop=True)
    return kept, pd.concat([reject_frame("", []), *rejects], ignore_index=True)


def newest(services: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services of one source without what a newer edition of the same list tells again, and the rejects that say so.

    `edition` numbers the file of each row; its date is its latest `seen_on`, and a file that states none is left beside
    the others. A file tells of the categories (of a nomenclature) that it holds, in the départements where it has as
    many rows as a whole list must have: elsewhere it is an excerpt, which stands only where no whole list tells.
    """
    where = services["code_insee"].map(departement_of, na_action="ignore").astype(object)
    rows = services.assign(departement=where.fillna(""))
    rows["date"] = rows["edition"].map(rows.groupby("edition")["seen_on"].max()).fillna("").astype(object)
    size = rows.groupby(["edition", "departement"])["id"].transform("size")
    rows["is_excerpt"] = [is_excerpt(source, count) for source, count in zip(rows["source"], size, strict=True)]
    latest: dict[tuple[str, str, str], str] = {}
    for _, edition in rows.groupby("edition", sort=True):
        date = edition["date"].iloc[0]
        lists = edition[["nomenclature", "category"]].drop_duplicates().itertuples(index=False, name=None)
        for pair, departement in product(lists, edition.loc[~edition["is_excerpt"], "departement"].unique()):
            place = (*pair, departement)
            latest[place] = max(date, latest.get(place, ""))
    places = zip(rows["nomenclature"], rows["category"], rows["departement"], strict=True)
    newest_date = pd.Series([latest.get(place, "") for place in places], index=rows.index, dtype=object)
    is_dated = (rows["date"] != "") & (newest_date != "")
    is_older = is_dated & ((rows["date"] < newest_date) | rows["is_excerpt"])
    left_out = rows[is_older].groupby(["source", "edition", "date", "category"], sort=True).size()
    rejects = [
        reject_frame(
            source,
            [("all", category, sentence("older_edition", count=count, date=date))],
        )
        for (source, _, date, category), count in left_out.items()
    ]
    kept = services[~is_older].reset_index(drop=True)
    return kept, pd.concat([reject_frame("", []), *rejects], ignore_index=True)
