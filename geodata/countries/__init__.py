"""The countries that the tool knows of: one module, one record, for each."""
