"""One nucleus: where it is, what every table says it is, and what lies around it."""

from components.ui.code import show_nucleus_code
from components.ui.frame import show_frame
from components.ui.passport import open_passport, show_headline
from components.ui.passport_facts import show_facts
from components.ui.passport_near import show_in_cloud, show_neighbours
from components.ui.passport_ways import show_ways
from components.ui.passport_words import show_contradictions, show_words
from data.catalog import TABLES

show_frame(
    "Nucleus",
    "What does everyone say this nucleus is? Every table's word for it side by side, where they contradict "
    "each other, what they say together, and what lies around it.",
    list(TABLES),
)

passport = open_passport()
show_ways(passport)
show_headline(passport)
show_words(passport)
show_contradictions(passport)
show_facts(passport)
show_neighbours(passport)
show_in_cloud(passport)
show_nucleus_code(passport.nucleus_id)
