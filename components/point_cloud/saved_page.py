"""“Save as HTML”: the view on screen as one file that opens from a disk, without a server or a network."""

import json
from html import escape

import streamlit as st

from components.point_cloud.scripts import joined, sheet_styles, stylesheet

STYLE = """
body {
  margin: 0; background: var(--st-background-color); color: var(--st-text-color);
  font: 15px/1.45 var(--st-font), sans-serif;
}
header, footer { padding: 10px 20px; }
h1 { font-size: 22px; margin: 0; }
header p { margin: 2px 0; }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 16px; padding: 0 20px; }
main:has(#charts:empty) { grid-template-columns: minmax(0, 1fr); }
#cloud { height: min(78vh, 900px); min-height: 420px; position: sticky; top: 8px; }
#charts { min-width: 0; overflow-x: auto; }
#charts svg { display: block; max-width: 100%; height: auto; margin-bottom: 16px; }
#charts table { border-collapse: collapse; margin-bottom: 16px; font-variant-numeric: tabular-nums; }
#charts :is(th, td) { text-align: left; vertical-align: top; padding: 3px 14px 3px 0; }
#charts tr { border-bottom: 1px solid #8886; }
figure { margin: 0; overflow-x: auto; }
.synthetic { font-weight: 600; }
pre { white-space: pre-wrap; font: inherit; font-size: 13px; }
@media (max-width: 900px) { main { grid-template-columns: minmax(0, 1fr); } #cloud { position: static; } }
@media print { #charts { overflow: visible; } #cloud { position: static; } }
"""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
"""No request leaves the file."""
BUTTON = """<button type="button">Save this view as HTML</button><output></output>"""
BUTTON_STYLE = """
button { font: inherit; color: inherit; background: var(--st-secondary-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 8px; padding: 6px 12px; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
output { margin-left: 10px; }
"""

_save = st.components.v2.component("save_page", html=BUTTON, css=BUTTON_STYLE, js=joined("saved/save"))


def saved_page(*, matrix: str, matrix_words: str, citation: str, synthetic: bool) -> str:
    """Write the page into which the browser puts what is on screen.

    Parameters
    ----------
    matrix : str
        An SVG element; "" without one. A matrix on screen takes its place.
    matrix_words : str
        What the matrix counts.
    citation : str
        What to cite.
    synthetic : bool
        Whether the rows were made up: the page says so at its top.
    """
    figure = f'<figure id="matrix"><figcaption>{escape(matrix_words)}</figcaption>{matrix}</figure>'
    mark = '<p class="synthetic">SYNTHETIC ROWS: made up, not measured.</p>'
    code = f'const STYLESHEET = {json.dumps(stylesheet())}, CODE = "saved";\n{joined("saved/page")}'
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title></title>
<style>{STYLE}{sheet_styles()}</style>
</head>
<body>
<header><h1 id="title"></h1>{mark if synthetic else ""}<p id="caption"></p><p id="selected"></p></header>
<main><div id="cloud"></div><section id="charts">{figure if matrix else ""}</section></main>
<footer><pre>{escape(citation)}</pre></footer>
<script type="application/json" id="view"></script>
<script type="text/plain" id="nuclei"></script>
<script>(() => {{
{code}
}})();</script>
</body>
</html>"""


def show_save_button(page: str, file_name: str) -> None:
    """Draw the button that fills a page with what is on screen and saves it.

    Parameters
    ----------
    page : str
        From `saved_page`.
    file_name : str
        With its suffix.
    """
    _save(data={"template": page, "file": file_name}, key="save-page")
