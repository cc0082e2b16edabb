"""What the manual (MICrONS tutorial, June 2026) gets wrong about the columns of the raw tables."""

COLUMN_CORRECTIONS = {
    ("", "target_id"): (
        "The manual says it equals id and that IDs have 6 digits. It equals id in some answers only, "
        "and nucleus IDs have 4 to 6 digits."
    ),
    ("nuclei", "id"): "The manual says 6 digits; there are 4 to 6.",
    ("", "id"): (
        "The manual calls it the nucleus's ID throughout. It is in answers of the tables interface; "
        "query_table gives the row's own number there. target_id is the nucleus in both."
    ),
    ("", "created"): (
        "The manual's list of such columns has slipped by a line: what it says here is of valid."
    ),
    ("", "valid"): "The manual says here what is true of id.",
    ("", "score"): (
        "The page on functional data gives the distance between the matched cell and its nearest "
        "neighbour, which could never be negative."
    ),
    ("points", "pt_position"): (
        "The manual says centre of the nucleus, corrected by hand. The centre is pt_position_ref, and "
        "the rule for choosing the point is automatic."
    ),
}
"""By the kind of table ("" for any) and the column."""
