"""Every official file of a folder, row by row: read, accepted, refused and why. `python -m benchmarks.rows`, Markdown.

Rows read are those of the raw table (lines of a file, records of a document). One line of a wide table gives several
figures, and services that are only counted are summed by commune: accepted rows are no share of the rows read.
"""

import argparse
import re
from pathlib import Path

import pandas as pd

from etl.reading.intake import intake
from etl.sources.registry import SERVICE_LISTS, STATISTICS

_VALUES = re.compile(r"«[^»]*»|\([^)]*\)|\b\d[\w.,:-]*")
_REASONS = 3


def main(arguments: list[str] | None = None) -> None:
    """Print one line a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args(arguments)
    modules = (*STATISTICS, *SERVICE_LISTS)
    snapshots, unread = intake(options.data, modules)
    print("| Source | File | Rows read | Rows accepted | Rejects | Why |\n|---|---|---|---|---|---|")
    for module in modules:
        for file in snapshots[module.SOURCE.id]:
            raw = module.read(file)
            accepted, rejected = module.tidy(raw)
            print(
                f"| {module.SOURCE.id} | {file.path.name} | {len(raw):,} | {len(accepted):,} | {len(rejected):,} | "
                f"{_why(rejected['reason'])} |",
                flush=True,
            )
    print(f"\n{len(unread)} files of no known source, each named by the build.")


def _why(reasons: pd.Series) -> str:
    """The most frequent reasons, their values set aside."""
    counts = reasons.map(lambda reason: _VALUES.sub("…", reason)).value_counts()
    lines = [f"{count} × {reason}" for reason, count in counts.head(_REASONS).items()]
    return "; ".join(lines) + (f"; {len(counts) - _REASONS} more reasons" if len(counts) > _REASONS else "")


if __name__ == "__main__":
    main()
