"""Catalogues of the build: categories of services, sources, indicators."""

import pandas as pd

from dashboard.facts.reader import Reader, by_build
from dashboard.i18n import title_column
from dashboard.text.labels import short_source


class CatalogueFacts(Reader):
    """What the build lists, and how it is called."""

    @by_build
    def categories(self) -> pd.DataFrame:
        """Categories of services present in the database."""
        return self.store.categories()

    @by_build
    def listed(self) -> frozenset[str]:
        """Categories of services of which something is known somewhere: the lists that this database was given."""
        return frozenset(self.store.completeness()["category"])

    @by_build
    def indicators(self) -> pd.DataFrame:
        """The catalogue of indicators, in its order."""
        return self.store.indicators()

    @by_build
    def declared(self, indicator: str) -> dict:
        """What the catalogue says of an indicator. Raises `KeyError` when it has none of this name."""
        return self.indicators().set_index("id", drop=False).loc[indicator].to_dict()

    def titles(self, lang: str) -> dict[str, str]:
        """Title of each category of services, by identifier."""
        categories = self.categories()
        return dict(zip(categories["id"], categories[title_column(lang)], strict=True))

    def source_titles(self) -> dict[str, str]:
        """Short title of each source, by identifier."""
        return {row.id: short_source(row.title) for row in self.store.sources().itertuples()}
