"""Pages without scripts: signing in, refusals, administration. Each is made whole on the server, from a template."""
