"""Serves `cloud_page.py`, and the large files that its scenes fetch, compressed beforehand."""

import os
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route


async def _nuclei(request: Request) -> FileResponse:
    path = Path(os.environ["BENCH_FOLDER"]) / Path(request.path_params["name"]).name
    kind = "application/json" if path.name.startswith("deck") else "application/octet-stream"
    return FileResponse(path, media_type=kind, headers={"Content-Encoding": "gzip"})


app = st.App("cloud_page.py", routes=[Route("/nuclei/{name}", _nuclei)])
