"""Squares in the official layouts, for tests."""

import pandas as pd


def insee(squares: pd.DataFrame) -> pd.DataFrame:
    """Squares as Insee lays them out (edition of 2019), with counts of households and ages made up."""
    people = squares["residents"].astype(float)
    return pd.DataFrame(
        {
            "idcar_200m": [f"CRS{s.crs}RES{s.side_m}mN{s.y * s.side_m}E{s.x * s.side_m}" for s in squares.itertuples()],
            "idcar_1km": "",
            "i_est_200": squares["is_imputed"].astype(int).to_numpy(),
            "lcog_geo": squares["communes"].to_numpy(),
            "ind": people.to_numpy(),
            "men": (people / 2).to_numpy(),
            "men_1ind": (people / 5).to_numpy(),
            "men_pauv": (people / 10).to_numpy(),
            "ind_65_79": (people / 8).to_numpy(),
            "ind_80p": (people / 20).to_numpy(),
        }
    )
