"""One nucleus: where it is, what every table says it is, and what lies around it."""

from components.ui.nucleus.profile_page import show_nucleus

show_nucleus()
