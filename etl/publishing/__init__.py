"""From finished tables to a served database: written beside, checked, compared, swapped."""
