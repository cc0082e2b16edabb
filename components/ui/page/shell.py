"""What a browser gets first: Streamlit's own page, with more in it than Streamlit puts there.

By itself that page looks for its server below its own address, hears that there is none, waits for a tenth
of a second, looks at the root, and connects. Here it knows. What draws it is ready before the server answers
(`ready.py`), and the nuclei come beside it: else they would be asked for when React has drawn all the rest.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from streamlit import cli_util, config, file_util
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server import server_util

from components.point_cloud.published import PUBLISHED
from components.ui.page.ready import ready_code, ready_name, with_ready
from data.catalog.pages import MOVED, PAGES

FOR_EVER = {"Cache-Control": "private, immutable, max-age=31536000"}
"""Of what has a checksum in its address."""
CONNECTED = "window.__streamlit = {{BACKEND_BASE_URL: new URL('.', location).href, HOST_CONFIG: {}}};"
"""Tells Streamlit's page where its server is, and what it would ask of it before it connects."""
AHEAD = "import carry from './{code}'; carry({{data: {named}, setTriggerValue() {{}}}});"
"""Fetches the nuclei as the cloud's carrier will; where that fails, the carrier asks for them."""


def server_routes() -> list[Route]:
    """Make the routes of the server that come before Streamlit's own."""
    root = config.get_option("server.baseUrlPath").strip("/")
    below = f"/{root}" if root else ""
    PUBLISHED.routed = True
    # Else a fresh server opened at a deep link first shows a menu of the files in `pages`: an older way.
    PagesManager.uses_pages_directory = False
    return [
        *(Route(f"{below}/{name}", _page) for name in ("", *PAGES, *MOVED)),
        Route(f"{below}/ready-{{code}}.js", _ready),
        Route(f"{below}/nuclei-{{code}}.js", _code),
        Route(f"{below}/nuclei/{{version}}", _nuclei),
    ]


async def _page(request: Request) -> HTMLResponse:
    page = request.url.path.rpartition("/")[2] or next(iter(PAGES))
    text = page_text(page, request.query_params.get("release", ""))
    return HTMLResponse(text, headers={"Cache-Control": "no-cache"})


def page_text(page: str, release: str = "") -> str:
    """Return Streamlit's page with what is added to it, and the nuclei that one of our pages will ask for.

    Parameters
    ----------
    page : str
        The page's name.
    release : str
        As the link has it; empty for the default.
    """
    host = {
        "allowedOrigins": list(config.get_option("client.allowedOrigins")),
        "useExternalAuthToken": False,
    }
    text = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    text = with_ready(text)
    text = text.replace("<head>", f"<head><script>{CONNECTED.format(json.dumps(host))}</script>", 1)
    version = PUBLISHED.expected.get((page, release))
    if version not in PUBLISHED.clouds:
        return text
    named = json.dumps({"cloud": version, "address": f"nuclei/{version}"})
    ahead = AHEAD.format(code=PUBLISHED.code_name, named=named)
    return text.replace("</head>", f'<script type="module">{ahead}</script></head>', 1)


async def _ready(request: Request) -> Response:
    code, _ = ready_code() or ("", "")
    return _script(request, code, ready_name(code))


async def _code(request: Request) -> Response:
    return _script(request, PUBLISHED.code, PUBLISHED.code_name)


def _script(request: Request, code: str, name: str) -> Response:
    if request.url.path.rpartition("/")[2] != name:
        return Response(status_code=404)  # of a release of the app that is no longer here
    return Response(code, media_type="text/javascript", headers=FOR_EVER)


def _nuclei(request: Request) -> Response:
    # Not in the server's own thread, which would wait while they are packed.
    cloud = PUBLISHED.clouds.get(request.path_params["version"])
    if cloud is None:
        return Response(status_code=404)
    packed = {"Content-Encoding": "gzip", **FOR_EVER}
    return Response(cloud.compressed, media_type="application/octet-stream", headers=packed)


@asynccontextmanager
async def open_browser(_: object) -> AsyncIterator[None]:
    """Open the app in the reader's browser, as Streamlit does where it makes the server."""
    if not config.get_option("server.headless"):
        given = config.get_option("server.address")
        address = server_util.get_display_address(given) if given else "localhost"
        if config.is_manually_set("browser.serverAddress"):
            address = config.get_option("browser.serverAddress")
        # Opening some browsers blocks until they are closed.
        asyncio.get_running_loop().run_in_executor(None, cli_util.open_browser, server_util.get_url(address))
    yield
