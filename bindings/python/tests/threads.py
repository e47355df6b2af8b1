"""Other threads run during a long call, and only then."""

from __future__ import annotations

import threading
from time import thread_time
from typing import Callable

import fibonacci

# Held, the lock leaves this thread what Python gives it after the call: 5 ms. Given back, half of
# the time or all.
SHARE = 0.3


def share_during(function: Callable[[int], int], n: int) -> float:
    """Give this thread's CPU time during another one's call, as a share of that."""
    started, ended = threading.Event(), threading.Event()
    call_time = 0.0

    def call() -> None:
        nonlocal call_time
        started.set()
        begin = thread_time()
        function(n)
        call_time = thread_time() - begin
        ended.set()

    thread = threading.Thread(target=call)
    thread.start()
    started.wait()
    begin = thread_time()
    while not ended.is_set():
        pass
    own_time = thread_time() - begin
    thread.join()
    return own_time / call_time


assert share_during(fibonacci.fib_recursive, 39) > SHARE
assert share_during(fibonacci.fib_exact, 20_000_000) > SHARE


def both(n: int) -> list[int]:
    """Run two calls at once."""
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(fibonacci.fib_exact(n))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


first, second = both(200_000)
assert first == second == fibonacci.fib_exact(200_000)

# An error raised without the lock arrives with it.
try:
    fibonacci.fib_exact(2**40)
except OverflowError as error:
    assert "1000000000" in str(error)
