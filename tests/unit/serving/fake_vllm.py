"""Behaves like a vLLM from outside: its log lines, its endpoints, an engine in a second process.

Run as a program; --act says which part it plays. Standard library only, so that it starts at once.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

LOADING = """\
(APIServer pid=7) INFO 11-21 05:43:14 [model.py:2152] Using max model len 8192
(Worker pid=9) INFO 11-21 05:43:30 [cpu_model_runner.py:68] Starting to load model tiny...
Loading safetensors checkpoint shards:  50% Completed | 1/2 [00:00<00:00,  8.74it/s]
(EngineCore pid=8) INFO 11-21 05:44:00 [kv_cache_utils.py:2327] GPU KV cache size: 131,088 tokens
"""
OUT_OF_MEMORY = """\
(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] Traceback (most recent call last):
(EngineCore pid=8) ERROR 11-21 05:44:00 [core.py:1] torch.OutOfMemoryError: CUDA out of memory.
RuntimeError: Engine core initialization failed. See root cause above.
"""
ENGINE_DEAD = """\
vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace \
(above) for the root cause.
"""
ENGINE = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


class Handler(BaseHTTPRequestHandler):
    """Answers what docmind asks."""

    options: argparse.Namespace

    def do_GET(self) -> None:
        o = self.options
        model = {"id": o.served_model_name, "root": o.model, "max_model_len": o.max_model_len}
        models = {"data": [model]}
        pages: dict[str, str] = {
            "/health": "",
            "/version": json.dumps({"version": "0.33.0"}),
            "/v1/models": json.dumps(models),
            "/metrics": 'vllm:num_requests_running{engine="0",model_name="a b"} 0.0\n'
            'vllm:prompt_tokens_total{engine="0",model_name="a b"} 12.0\n',
        }
        if self.path == "/metrics":
            with Path(os.environ["FAKE_PIDS"]).with_name("asked").open("a") as asked:
                asked.write(".")
        key = os.environ.get("VLLM_API_KEY")
        refused = (
            key
            and self.path.startswith("/v1")
            and (self.headers["Authorization"] != f"Bearer {key}")
        )
        body = pages.get(self.path, "").encode()
        self.send_response(401 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:  # nobody may be there any more to read nothing
            self.wfile.write(body)

    def address_string(self) -> str:
        return "client"

    def log_message(self, *_: object) -> None: ...


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--served-model-name", default="tiny")
    parser.add_argument("--uds")
    parser.add_argument("--port", type=int)
    parser.add_argument("--max-model-len", type=int, default=8192)
    parser.add_argument("--act", default="serve")
    options, _ = parser.parse_known_args()
    Handler.options = options
    say(LOADING)
    engine = subprocess.Popen(
        [sys.executable, "-c", (DEAF if options.act == "deaf" else "") + ENGINE]
    )
    Path(os.environ["FAKE_PIDS"]).write_text(f"{os.getpid()} {engine.pid}", encoding="ascii")
    if options.act == "fail":
        engine.kill()
        say(OUT_OF_MEMORY)
        sys.exit(1)
    if options.act == "hang":
        while True:
            say("INFO waiting for the engine\n")
            time.sleep(0.1)
    if options.act == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(engine,), daemon=True).start()
    server = (
        UnixServer(options.uds, Handler)
        if options.uds
        else TcpServer(("127.0.0.1", options.port), Handler)
    )
    say("INFO:     Application startup complete.\n")
    server.serve_forever()


def end_with(engine: subprocess.Popen[bytes]) -> None:
    """End soon after the engine has, as vLLM does."""
    engine.wait()
    say(ENGINE_DEAD)
    os._exit(0)


if __name__ == "__main__":
    main()
