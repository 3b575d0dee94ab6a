"""A real web server on a free port that answers by a script and remembers what came."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

SILENT, DRIP, CUT = 0, -1, -2


class Post(NamedTuple):
    path: str
    headers: Mapping[str, str]
    body: bytes


class Listener(ThreadingHTTPServer):
    """`script` holds the statuses of the first answers; after it, all are 200. SILENT says nothing until released,
    DRIP sends a byte at a time, CUT takes nothing and calls `cut`. `connections` counts those that came."""

    daemon_threads = True

    def __init__(self, script: Sequence[int] = (), headers: Mapping[str, str] | None = None) -> None:
        self.posts: list[Post] = []
        self.connections = 0
        self.cut: Callable[[], None] = lambda: None
        self.headers = dict(headers or {})
        self.released = threading.Event()
        self._script, self._lock = list(script), threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?room=1"

    def secure(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: object) -> None:
        """Stay silent: clients go away amid an answer."""

    def take(self, post: Post) -> int:
        """The status to answer with."""
        with self._lock:
            status = self._script.pop(0) if self._script else 200
            if status != CUT:
                self.posts.append(post)
            return status

    @contextlib.contextmanager
    def listening(self) -> Iterator["Listener"]:
        thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self.shutdown()
            self.server_close()
            thread.join()


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.take(Post(self.path, dict(self.headers), body))
        if status > 0:
            self._answer(status)
        elif status == SILENT:
            self.server.released.wait(30)
        elif status == DRIP:
            self._drip()
        else:
            self.server.cut()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if status < 300 else b"not today\x1b[2J" + b"x" * 100_000)

    def _drip(self) -> None:
        with contextlib.suppress(OSError):
            while not self.server.released.wait(0.05):
                self.wfile.write(b"H")

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextlib.contextmanager
def listening(*script: int, headers: Mapping[str, str] | None = None) -> Iterator[Listener]:
    with Listener(script, headers).listening() as listener:
        yield listener
