"""Long files: how long a reader takes and how much memory it needs, on files made by repeating real rows.

- BPE points: 2.7 million rows, the real extract of 2021 repeated with shifted coordinates, in the columns of 2023;
- FINESS+ JSON: 175,000 establishments, the real sample repeated under other numbers;
- annuaire de l'administration: 80,000 services in one JSON, packed with gzip.

The files are made in a temporary folder and removed. Each reader runs in a process of its own; Markdown is printed.
"""

import argparse
import csv
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from geodata.source import Snapshot

POINTS, ESTABLISHMENTS, OFFICES = 2_700_000, 175_000, 80_000

_BPE = "services/bpe/bpe21_detail_sample.csv"
_FINESS = "services/finess/finess-structures-journalier-20260309.sample.json"
_CATEGORIES = ("500", "620", "156", "209", "354", "124", "603", "202")


def make_points(shared: Path, target: Path) -> None:
    """BPE points in the columns of 2023; each copy of the extract lies some metres further."""
    with open(shared / _BPE, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    with open(target, "w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=";", lineterminator="\n")
        write.writerow(["AN", "NOMRS", "DEPCOM", "TYPEQU", "LAMBERT_X", "LAMBERT_Y", "QUALITE_XY", "SIRET", "LIBCOM"])
        for number in range(POINTS):
            row, copy = rows[number % len(rows)], number // len(rows)
            x, y = (f"{float(row[axis]) + copy:.1f}" if row[axis] else "" for axis in ("LAMBERT_X", "LAMBERT_Y"))
            write.writerow(["2023", f"LIEU {number}", row["DEPCOM"], row["TYPEQU"], x, y, "Bonne", number, "COMMUNE"])


def make_establishments(shared: Path, target: Path) -> None:
    """A document of FINESS+ in which every establishment of the sample comes back under other numbers."""
    sample = json.loads((shared / _FINESS).read_text(encoding="utf-8"))
    entities = [entity for entity in sample["pmej"] if entity.get("ege")]
    with open(target, "w", encoding="utf-8") as file:
        head = {key: value for key, value in sample.items() if key != "pmej"}
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "pmej": [')
        file.write(",\n".join(_repeated(entities)))
        file.write("]}")


def _repeated(entities: list[dict]) -> Iterator[str]:
    made = 0
    while made < ESTABLISHMENTS:
        for entity in entities:
            for place in entity["ege"]:
                place["informationsGeneralesEGE"]["numFinessEge"] = f"{made:09d}"
                place["categorieentiteGeographiqueExercice"] = _CATEGORIES[made % len(_CATEGORIES)]
                made += 1
            yield json.dumps(entity, ensure_ascii=False)


def make_offices(shared: Path, target: Path) -> None:
    """The directory in bulk, with opening hours, in one packed JSON."""
    week = [{"nom_jour_debut": "Lundi", "nom_jour_fin": "Vendredi", "valeur_heure_debut_1": "08:30:00",
             "valeur_heure_fin_1": "12:00:00"}]  # fmt: skip
    with gzip.open(target, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write('{"service": [')
        for number in range(OFFICES):
            office = {
                "id": f"id-{number}",
                "nom": f"Mairie {number}",
                "pivot": [{"type_service_local": "mairie", "code_insee_commune": ["31555"]}],
                "adresse": [{"type_adresse": "Adresse", "longitude": "1.44", "latitude": "43.6"}],
                "plage_ouverture": week,
                "code_insee_commune": "31555",
                "commentaire": "x" * 2_000,
                "date_modification": "2026-03-01 10:00:00",
            }
            file.write(("," if number else "") + json.dumps(office))
        file.write("]}")


FILES: dict[str, tuple[str, str, Callable[[Path, Path], None]]] = {
    f"BPE points, {POINTS:,} rows": ("bpe", "points.csv", make_points),
    f"FINESS+ JSON, {ESTABLISHMENTS:,} establishments": ("finess_json", "finess.json", make_establishments),
    f"annuaire, {OFFICES:,} services (gzip)": ("dila", "annuaire.json.gz", make_offices),
}


def read_alone(reader: str, path: Path) -> None:
    """Read and tidy one file; print seconds, peak memory in MB, rows accepted and rejects."""
    module = import_module(f"etl.sources.{reader}")
    started = time.perf_counter()
    accepted, rejected = module.tidy(module.read(Snapshot(module.SOURCE, path, "", path.stat().st_size)))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([round(seconds, 1), round(peak), len(accepted), len(rejected)]))


def main(arguments: list[str] | None = None) -> None:
    """Print one line of Markdown a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"), help="folder of the real files")
    parser.add_argument("--one", nargs=2, metavar=("READER", "FILE"), help="read one file in this process")
    options = parser.parse_args(arguments)
    if options.one:
        read_alone(options.one[0], Path(options.one[1]))
        return
    print("| File | Size | Time | Peak memory | Rows accepted |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for title, (reader, name, make) in FILES.items():
            path = Path(folder, name)
            make(options.shared, path)
            command = [sys.executable, "-m", "benchmarks.streaming", "--one", reader, str(path)]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            seconds, peak, accepted, _ = json.loads(output)
            size = path.stat().st_size / 1e6
            print(f"| {title} | {size:,.0f} MB | {seconds} s | {peak:,} MB | {accepted:,} |", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
