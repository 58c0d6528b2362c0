"""Two pages on one territory for an elected official: the facts, their words, a tagged PDF, an annex and a table.

`brief.brief` asks the store and gives a `Briefing`, facts only; `sheet.sheet` says them in one language; `render`,
`annex` and `rows` make the files of it. No web here, and no database but the store that is given.
"""
