"""A Python that starts at once: what takes long to import is imported once, then forked.

At smoke scale the workflow mostly starts: a job imports torch or matplotlib for seconds, to work
for a tenth of one. A server imports them and forks for every call, which has the arguments, the
environment, the folder and the open files of the process that called. Nothing of this project is
imported beforehand. To kill the caller ends no call, so what is to be killed starts as usual.
"""

import gc
import json
import os
import runpy
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import Process
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory

IMPORTS = (
    *("snakemake.cli", "jsonschema", "pandas", "pyarrow.parquet", "scipy.stats", "PIL.Image"),
    *("torch._dynamo", "torchvision.models", "torchvision.datasets"),  # _dynamo: by any optimizer
    *("seaborn", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_pdf"),
    *("sklearn.datasets", "sklearn.ensemble", "sklearn.linear_model"),
)
END = b"\n"


@contextmanager
def warm_python() -> Iterator[Path]:
    """An executable that is called as Python is, with a script or with -m."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with TemporaryDirectory() as folder:  # a short path, for the socket
        address, python = Path(folder, "socket"), Path(folder, "python")
        # -I and -P keep the folder of this file off the path: its `collections` is not Python's.
        words = shlex.join([sys.executable, "-IS", __file__, "call", str(address)])
        python.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        python.chmod(0o755)
        server = subprocess.Popen(
            [sys.executable, "-P", __file__, "serve", address, python],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            assert server.stdout.readline(), "it listens"
            yield python
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def serve(address: str, python: str) -> None:
    """Fork for every call, until killed or until whoever started this is gone."""
    for name in IMPORTS:
        import_module(name)
    sys.modules["snakemake.cli"].get_argument_parser()  # imports the plugins of Snakemake
    sys.executable = python  # so that the jobs of a call are calls too
    gc.freeze()  # a collection would write to, and so copy, all that is shared
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("listening", flush=True)
        while sys.stdin not in select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            with connection:
                Process(target=answer, args=[connection]).start()


def answer(connection: socket.socket) -> None:
    """Run what is asked for in a process of its own, and send its exit code."""
    message, files, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while not message.endswith(END):
        message += connection.recv(1 << 16)
    process = Process(target=run, args=[files], kwargs=json.loads(message))
    process.start()
    process.join()
    connection.sendall(str(process.exitcode % 256).encode())


def run(files: list[int], arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """What Python does when it starts."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    as_module = arguments[0] == "-m"
    sys.argv = arguments[1:] if as_module else arguments
    start = folder if as_module else str(Path(arguments[0]).resolve().parent)
    sys.path[:0] = [start, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    if as_module:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


def call(address: str, arguments: list[str]) -> int:
    """Have the server run Python with these arguments as if it were this process; its exit code."""
    wanted = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
    message = json.dumps(wanted).encode() + END
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        sent = socket.send_fds(connection, [message], [0, 1, 2])
        connection.sendall(message[sent:])
        return int(connection.recv(16))


if __name__ == "__main__":
    task, address, *rest = sys.argv[1:]
    if task == "serve":
        serve(address, *rest)
    else:
        sys.exit(call(address, rest))
