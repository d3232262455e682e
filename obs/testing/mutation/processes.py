"""Mutants on every processor: each is tried by itself, so that the outcome and its order are those of one process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from typing import Protocol

from obs.sim.rules.evaluator import Evaluator


class Trial(Protocol):
    """Which test notices a mutant, by its number; empty for none."""

    def __call__(self, index: int, evaluator: Evaluator) -> str: ...


Start = Callable[[], Evaluator]
Done = tuple[int, str]


def tried(count: int, trial: Trial, start: Start, processes: int) -> Iterator[Done]:
    """Number and test of every mutant, as they get ready; `start` makes an evaluator, one for each process.

    What a process that died has not told is tried here.
    """
    left = dict.fromkeys(range(count))
    for index, name in _forked(count, trial, start, processes) if processes > 1 else ():
        del left[index]
        yield index, name
    if left:
        with closing(start()) as evaluator:
            yield from ((index, trial(index, evaluator)) for index in left)


@dataclass(slots=True)
class _Child:
    process: int
    said: bytes = b""

    def lines(self, data: bytes) -> Iterator[Done]:
        *whole, self.said = (self.said + data).split(b"\n")
        for line in whole:
            index, _, name = line.decode().partition(" ")
            yield int(index), name


def _forked(count: int, trial: Trial, start: Start, processes: int) -> Iterator[Done]:
    with DefaultSelector() as selector:
        children = [_start(range(first, count, processes), trial, start) for first in range(processes)]
        try:
            for reading, child in children:
                selector.register(reading, EVENT_READ, child)
            while selector.get_map():
                for key, _ in selector.select():
                    data = os.read(key.fd, 1 << 16)
                    if not data:
                        selector.unregister(key.fd)
                    yield from key.data.lines(data)
        finally:
            for reading, child in children:
                os.close(reading)  # a child that goes on writing ends
                os.waitpid(child.process, 0)


def _start(numbers: range, trial: Trial, start: Start) -> tuple[int, _Child]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return reading, _Child(process)
    try:
        os.close(reading)
        with closing(start()) as evaluator:
            for index in numbers:
                os.write(writing, f"{index} {trial(index, evaluator)}\n".encode())
    finally:
        os._exit(0)
