"""A visitor without a browser: Streamlit's own websocket and messages, from opening a page to clicking on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.nginx import Nginx

FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
ANSWER_WITHIN_S = 120.0  # for a busy machine: the sample is drawn once


@dataclass
class Visitor:
    """One session with a server.

    Attributes
    ----------
    socket : websockets.sync.client.ClientConnection
        The connection.
    widgets : dict
        State of the widgets that were touched, by their IDs; a browser sends all of it at every run.
    page : str
        Hash of the page's script, as the server names it.
    query : str
        The page's query string.
    elements : list of Delta
        What the last run drew.
    received : int
        Bytes so far.
    raw : bytearray or None
        All that was received, where it is to be kept.
    """

    socket: ClientConnection
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    elements: list[Delta] = field(default_factory=list)
    received: int = 0
    raw: bytearray | None = None

    def open(self, page: str = "", query: Mapping[str, str] | None = None) -> None:
        """Ask for a page by its address, as a link does; the answer is `finish`'s."""
        message = BackMsg()
        message.rerun_script.page_name = page
        self.page = ""
        self.query = message.rerun_script.query_string = urlencode(query or {})
        self._send(message)

    def click(self, *states: WidgetState) -> None:
        """Touch some widgets and run the page again."""
        for state in states:
            self.widgets[state.id] = state
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(self.widgets.values())
        self._send(message)
        for state in states:  # a button is down for one run
            if state.WhichOneof("value") == "trigger_value":
                del self.widgets[state.id]

    def press(self, label: str) -> None:
        """Press the first button of that label."""
        buttons = [element.new_element.button for element in self.elements]
        found = next(button for button in buttons if button.label == label)
        self.click(WidgetState(id=found.id, trigger_value=True))

    def step(self, timeout: float = ANSWER_WITHIN_S) -> ForwardMsg:
        """Take one message of the server's."""
        content = self.socket.recv(timeout=timeout)
        assert isinstance(content, bytes)
        self.received += len(content)
        if self.raw is not None:
            self.raw += content
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.before, self.elements = self.elements, []
        elif kind == "script_finished" and message.script_finished == FRAGMENT:
            self.elements = self.before + self.elements  # what such a run does not draw stays
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "delta":
            self.elements.append(message.delta)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        return message

    def finish(self, timeout: float = ANSWER_WITHIN_S) -> None:
        """Take messages until the run has ended (one that asks for another run goes on into it)."""
        ended = {
            ForwardMsg.FINISHED_SUCCESSFULLY,
            FRAGMENT,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        }
        message = self.step(timeout)
        while message.WhichOneof("type") != "script_finished" or message.script_finished not in ended:
            message = self.step(timeout)

    def texts(self) -> str:
        """What the last run drew, in one text."""
        return "\n".join(str(element) for element in self.elements)

    def kinds(self) -> set[str | None]:
        """What kinds of element the last run drew."""
        return {element.new_element.WhichOneof("type") for element in self.elements}

    def choices(self) -> list[str]:
        """The names that the page binds to its link."""
        news = [element.new_element for element in self.elements]
        widgets = [getattr(new, kind) for new in news if (kind := new.WhichOneof("type"))]
        return [name for name in (getattr(widget, "query_param_key", "") for widget in widgets) if name]

    def exceptions(self) -> list[str]:
        """Tracebacks on the page."""
        news = [element.new_element for element in self.elements]
        return [new.exception.message for new in news if new.WhichOneof("type") == "exception"]

    def _send(self, message: BackMsg) -> None:
        self.socket.send(message.SerializeToString())


@contextmanager
def visiting(port: int, *, keep: bool = False, behind: Nginx | None = None) -> Iterator[Visitor]:
    """Connect to a server on the loopback as a browser would, or to those behind an nginx."""
    with connect(
        f"{'wss' if behind else 'ws'}://127.0.0.1:{port}/_stcore/stream",
        max_size=None, compression=None, proxy=None,
        ssl=behind.trust if behind else None,
        additional_headers=behind.key if behind else None,
    ) as socket:  # fmt: skip
        yield Visitor(socket, raw=bytearray() if keep else None)
