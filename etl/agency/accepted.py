"""Files that `python -m etl import` accepted, as the build reads them: validated rows, and the lines it refused.

A file names its kind in its first column; the other columns are those of `geodata.agency`. Raw files of an agency are
never read by the build.
"""

import pandas as pd

from etl.agency.importing import KEPT
from etl.reading.candidate import Candidate
from etl.reading.tables import Layout
from etl.rejects import reject_frame
from geodata.agency import AgencyKind
from geodata.sentences import Sentence, read_record, sentence
from geodata.source import Snapshot


def is_accepted_file(candidate: Candidate, *kinds: AgencyKind) -> bool:
    """Whether the candidate is an accepted file of one of these kinds."""
    return candidate.has(*KEPT) and bool(candidate.first_row[:1]) and candidate.first_row[0] in kinds


def read_accepted(snapshot: Snapshot) -> pd.DataFrame:
    """The rows as text. Raises `BadInput` when the file was changed by hand and is no table any more."""
    return Layout(KEPT).read(snapshot)


def split(raw: pd.DataFrame, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The accepted rows, indexed by the line of the agency's own file, and the rejects."""
    key = raw[raw.columns[len(KEPT)]]
    is_refused = raw["refused"] != ""
    refused = raw[is_refused]
    rejects = reject_frame(
        source,
        (
            (line, name, sentence("refused_at_import", reasons=_reasons(why)))
            for line, name, why in zip(refused["line"], key[is_refused], refused["refused"], strict=True)
        ),
    )
    return raw[~is_refused].set_index("line"), rejects


def _reasons(text: str) -> Sentence | str:
    """Why a line was refused. Files accepted by earlier versions hold the text itself."""
    return read_record(text) if text.startswith("{") else text
