"""Who comes, what each may do, and in which space.

`local`: one reader on this machine; `proxy`: a trusted reverse proxy says who; `oidc`: an OpenID Connect provider does,
ProConnect among them.

Identity comes from outside, roles never do: they are rows of our own table, by space. Everything here is in a small
database of its own, beside those of the spaces.
"""
