"""One module per producer's file: SOURCE, read(snapshot) -> raw, tidy(raw) -> (accepted, rejected). All stand in
`registry`."""
