"""Official downloads: the catalogue of addresses, the only module that touches the network, what arrived."""
