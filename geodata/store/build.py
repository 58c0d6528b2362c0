"""The build that is served: its parameters, sources, refusals and lists."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.errors import UnknownTerritory
from geodata.pathway import Function, Pathway
from geodata.store.reader import Reader
from geodata.territory import Level


class BuildReader(Reader):
    """What the build is made of."""

    def build(self) -> dict[str, str]:
        """Parameters of the build: code version, date, seed, vintages, content hash."""
        frame = self._frame(sa.select(schema.build))
        return dict(zip(frame["key"], frame["value"], strict=True))

    def sources(self) -> pd.DataFrame:
        """One row a source, with accepted and rejected rows; `vintage` is None where no file states it."""
        rows = self._frame(sa.select(schema.source).order_by(schema.source.c.id))
        return rows.assign(vintage=rows["vintage"].astype(object).where(rows["vintage"].notna(), None))

    def snapshots(self) -> pd.DataFrame:
        """The files that were read, with their checksums."""
        return self._frame(sa.select(schema.snapshot).order_by(schema.snapshot.c.source, schema.snapshot.c.file))

    def rejects(self, source: str | None = None) -> pd.DataFrame:
        """Refused rows and their reasons."""
        query = sa.select(schema.reject).order_by(schema.reject.c.id)
        return self._frame(query if source is None else query.where(schema.reject.c.source == source))

    def table(self, table: sa.Table, without: Sequence[str] = ()) -> pd.DataFrame:
        """Every row of one table of `geodata.schema`, but the columns named in `without`."""
        columns = [c for c in table.columns if c.name not in without]
        return self._frame(sa.select(*columns)) if self._has(table) else pd.DataFrame(columns=[c.name for c in columns])

    def local_rates(self) -> pd.DataFrame:
        """An agency's own survey rates, and whether this build pools them with the national ones."""
        return self.table(schema.local_rate)

    def direct_estimates(self) -> pd.DataFrame:
        """Rates that surveys measured in territories, beside the model's shares."""
        return self.table(schema.direct_estimate)

    def indicators(self) -> pd.DataFrame:
        """What each indicator means."""
        return self._frame(sa.select(schema.indicator))

    def categories(self) -> pd.DataFrame:
        """Categories of services present: titles, family, whether they count as its response (`counts`)."""
        return self._frame(sa.select(schema.category)).astype({"counts": bool})

    def pathway_functions(self) -> tuple[Function, ...]:
        """Functions of the care pathways, pathway by pathway, in the order a person meets them."""
        c = schema.pathway_function.c
        rows = self._rows(sa.select(schema.pathway_function).order_by(c.position, c.function))
        return tuple(
            Function(
                Pathway(r.pathway),
                r.function,
                r.title,
                r.title_en,
                _listed(r.categories),
                _listed(r.also),
                r.files,
                r.justification,
                r.source,
            )
            for pathway in Pathway
            for r in rows
            if r.pathway == pathway
        )

    def completeness(self) -> pd.DataFrame:
        """What is known of each category in each département: departement, category, source, state."""
        c = schema.completeness.c
        return self._frame(sa.select(c.departement, c.category, c.source, c.state))

    def completeness_rules(self) -> pd.DataFrame:
        """The same with the `rule` that gave each state, and its `details`."""
        return self._frame(sa.select(schema.completeness))

    def screen_layers(self) -> pd.DataFrame:
        """Available outlines: level, within, fingerprint."""
        c = schema.screen_layer.c
        return self._frame(sa.select(c.level, c.within, c.fingerprint))

    def screen_layer(self, level: Level, within: str, fingerprint: str) -> bytes:
        """Brotli-compressed Geobuf of one layer. Raises `UnknownTerritory` when there is none with this fingerprint."""
        c = schema.screen_layer.c
        rows = self._rows(sa.select(c.body).where(c.level == level, c.within == within, c.fingerprint == fingerprint))
        if not rows:
            raise UnknownTerritory(f"no outlines of level {level} for {within} with fingerprint {fingerprint}")
        return bytes(rows[0].body)


def _listed(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
