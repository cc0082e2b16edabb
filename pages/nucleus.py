"""One nucleus: where it is, what every table says it is, and what lies around it."""

from components.ui.code_export.code import show_nucleus_code
from components.ui.nucleus.facts import show_facts
from components.ui.nucleus.neighbours import show_in_cloud, show_neighbours
from components.ui.nucleus.page import open_nucleus, show_headline, show_ways
from components.ui.nucleus.table_labels import show_table_contradictions, show_table_labels
from components.ui.page.frame import show_frame

show_frame("nucleus")

profile = open_nucleus()
show_ways(profile)
show_headline(profile)
show_table_labels(profile)
show_table_contradictions(profile)
show_facts(profile)
show_neighbours(profile)
show_in_cloud(profile)
show_nucleus_code(profile.nucleus_id)
