"""A stand-in for CUDA graphs on the CPU, which refuses what CUDA refuses.

What is recorded is not done: whatever it changed is put back when the recording ends. A replay does
it, on the very memory that was recorded. Refused are reads by the host and whatever waits for the
device, draws from generators that are not registered, and operations that were never run before, as
those allocate what they need outside of the graph's pool. After a refusal the recording is broken
until it ends, with errors that hide the first one and, as in torch 2.11, the stream left behind.
"""

from contextlib import contextmanager

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

WAITS = {"_local_scalar_dense", "nonzero", "masked_select", "equal", "_unique2"}
# Taken only within a recording, which holds on to gradients that are handed over outside of it.
COPIES = {"new_empty_strided", "copy_", "clone", "detach"}
BROKEN = "CUDA error: operation failed due to a previous error during capture"


class Stream:
    def __init__(self, device):
        self.device = device

    def wait_stream(self, other):
        self.device.check()
        self.device.calls.append("fork" if other.device.main is not self else "join")


class Graph:
    def __init__(self, device):
        self.device, self.generators, self.operations = device, [], []

    def register_generator_state(self, generator):
        self.device.calls.append("register")
        self.generators.append(generator)

    def replay(self):
        self.device.calls.append("replay")
        with torch.no_grad():
            for func, args, kwargs, out in self.operations:
                for old, new in zip(tensors(out), tensors(func(*args, **kwargs)), strict=True):
                    if not is_alias(func):
                        old.copy_(new)


class FakeCuda(TorchDispatchMode):
    """Active while a test runs; `calls` lists what was asked of the device."""

    def __init__(self, monkeypatch, registers=False):
        super().__init__()
        self.calls, self.seen, self.graph, self.broken = [], set(), None, False
        self.registers = registers  # whether generators must be registered, as up to torch 2.14
        self.current = self.main = Stream(self)
        self.states = {}  # address of a generator → it, its state before the recording
        self.before = {}  # address → storage, its content before the recording
        self.own = set()  # addresses of the memory that the recording allocated
        for name in ("tolist", "numpy"):
            monkeypatch.setattr(torch.Tensor, name, self._host_read(getattr(torch.Tensor, name)))
        monkeypatch.setattr(torch.cuda, "CUDAGraph", lambda: Graph(self))
        monkeypatch.setattr(torch.cuda, "Stream", lambda: Stream(self))
        monkeypatch.setattr(torch.cuda, "current_stream", lambda: self.current)
        monkeypatch.setattr(torch.cuda, "stream", self._stream)
        monkeypatch.setattr(torch.cuda, "graph", self._capture)

    @contextmanager
    def _stream(self, stream):
        before, self.current = self.current, stream
        try:
            yield
        finally:
            self.current = before

    @contextmanager
    def _capture(self, graph, capture_error_mode):
        assert capture_error_mode == "thread_local"
        self.calls.append("begin")
        before, self.current = self.current, Stream(self)
        self.main, main = self.current, self.main
        self.states = {known._cdata: (known, known.get_state()) for known in graph.generators}
        self.graph, self.broken, self.before, self.own = graph, False, {}, set()
        try:
            yield
        finally:
            self.calls.append("end")
            self.graph, self.main, broken = None, main, self.broken
            for storage, content in self.before.values():
                storage.copy_(content)
            for generator, state in self.states.values():
                generator.set_state(state)
            if broken:
                raise RuntimeError(BROKEN)
            self.current = before

    def check(self):
        if self.graph and self.broken:
            raise RuntimeError(BROKEN)

    def refuse(self, what):
        self.broken = True
        raise RuntimeError(f"CUDA error: operation not permitted when stream is capturing: {what}")

    def _host_read(self, method):
        def read(tensor, *args, **kwargs):
            if self.graph:
                self.refuse("the host reads a tensor")
            return method(tensor, *args, **kwargs)

        return read

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if not self.graph:
            self.seen.add(func)
            return func(*args, **kwargs)
        self.check()
        if func.overloadpacket.__name__ in WAITS:
            self.refuse(f"{func} waits")
        if func not in self.seen and func.overloadpacket.__name__ not in COPIES:
            self.refuse(f"{func} allocates outside of the pool")
        generator = kwargs.get("generator")
        if generator and generator._cdata not in self.states:  # wrapped anew at each call
            if self.registers:
                self.refuse("a generator that is not registered")
            self.states[generator._cdata] = (generator, generator.get_state())
        self._keep_what_changes(func, args)
        out = func(*args, **kwargs)
        if not is_alias(func):
            self.own |= {tensor.untyped_storage().data_ptr() for tensor in tensors(out)}
        self.graph.operations.append((func, args, kwargs, out))
        return out

    def _keep_what_changes(self, func, args):
        for declared, value in zip(func._schema.arguments, args, strict=False):
            if declared.alias_info and declared.alias_info.is_write:
                for tensor in tensors(value):
                    storage = tensor.untyped_storage()
                    address = storage.data_ptr()
                    if address not in self.own and address not in self.before:
                        self.before[address] = (storage, storage.clone())


def tensors(tree):
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def is_alias(func):
    """Whether what it returns lies in memory that it was given."""
    return any(result.alias_info for result in func._schema.returns)
