"""Put a database that was built beside in the place of the published one, and keep the one that was there."""

import os
import shutil
from datetime import date
from pathlib import Path

from etl.publishing import geopackage
from etl.publishing.another_country import refuse_another_country
from etl.publishing.checks import run_checks
from etl.publishing.publish import destination, publish, read_back, read_whole
from geodata.errors import CheckFailed, DatabaseUnavailable, OutputUnavailable, UsageError
from geodata.postgresql import is_postgresql, shown
from geodata.sentences import sentence
from geodata.store import open_store


def promote(candidate: Path, url: str, keep: Path | None = None, *, replace_country: bool = False) -> None:
    """Put the GeoPackage `candidate` in place of the database at `url`; what was there becomes the GeoPackage `keep`.

    `candidate` may be `keep` itself: the database before then comes back, and the present one takes its place. Readers
    see the old database, then the new one.

    Raises `UsageError` when the database at `url` is of another country, unless `replace_country`;
    `DatabaseUnavailable` when the candidate cannot be read by this version, `CheckFailed` when it does not
    answer as it should or cannot be written, `OutputUnavailable` when what is there cannot be kept: nothing changed.
    """
    if candidate.suffix != ".gpkg":
        raise UsageError(f"{candidate} is no database that a build wrote: a path ending in .gpkg is expected.")
    coming_build = open_store(str(candidate)).build()
    if not replace_country:
        refuse_another_country(url, coming_build)
    if findings := run_checks(read_back(str(candidate))):
        raise CheckFailed(sentence("does_not_answer", place=candidate, findings=tuple(findings)))
    destination(url)
    coming = candidate.with_name(f".coming.{os.getpid()}.{candidate.name}")
    try:
        shutil.copyfile(candidate, coming)
        if keep is not None:
            _keep(url, keep)
        if is_postgresql(url):
            publish(read_whole(str(coming)), url, date=date.today().isoformat())
        else:
            _flush(coming)
            os.replace(coming, url)
    except OSError as error:
        if isinstance(error, DatabaseUnavailable):
            raise
        why = sentence("not_kept", place=shown(url), error=error.strerror or error)
        raise OutputUnavailable(why) from error
    finally:
        coming.unlink(missing_ok=True)


def _keep(url: str, keep: Path) -> None:
    """The published database, as a GeoPackage; nothing when there is none."""
    try:
        open_store(url)
    except DatabaseUnavailable:
        return
    if is_postgresql(url):
        geopackage.replace(read_whole(url), keep, date.today().isoformat())
        return
    beside = keep.with_name(f".{keep.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(url, beside)
        _flush(beside)
        os.replace(beside, keep)
    finally:
        beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
