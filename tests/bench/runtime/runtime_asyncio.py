#!/usr/bin/env python3
"""The rows of the comparison of runtimes, by Python's asyncio: `runtime_asyncio.py ROW COUNT`, as rows.hpp says."""

import asyncio
import os
import sys
import threading
import time

BATCH = 1000
HOUR = 3600.0


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def delays():
    """Those of rows.hpp, in seconds."""
    state = 1
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        yield (state >> 33) % 1_000_000 * 1e-9


class Countdown:
    def __init__(self, left):
        self.left = left
        self.over = asyncio.Event()

    def tick(self):
        self.left -= 1
        if self.left == 0:
            self.over.set()


async def one():
    return 1


async def await_all(count):
    begin = time.process_time()
    total = 0
    for _ in range(count):
        total += await one()
    assert total == count
    return time.process_time() - begin, 0


async def nothing():
    pass


async def spawn_batch(count):
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(nothing())


async def spawn_in_batches(count):
    begin = time.process_time()
    for _ in range(0, count, BATCH):
        await spawn_batch(BATCH)
    return time.process_time() - begin, 0


async def spawn_at_once(count):
    begin = time.process_time()
    await spawn_batch(count)
    return time.process_time() - begin, 0


async def put_all(queue, count):
    for i in range(count):
        await queue.put(i)


async def hand_over(capacity, count):
    begin = time.process_time()
    queue = asyncio.Queue(capacity)
    total = 0
    async with asyncio.TaskGroup() as group:
        group.create_task(put_all(queue, count))
        for _ in range(count):
            total += await queue.get()
    assert total == count * (count - 1) // 2
    return time.process_time() - begin, 0


async def queue_of_1(count):
    return await hand_over(1, count)


async def queue_of_100(count):
    return await hand_over(100, count)


async def fire_timers(count):
    loop = asyncio.get_running_loop()
    delay = delays()
    countdown = Countdown(count)
    begin = time.process_time()
    for _ in range(count):
        loop.call_later(next(delay), countdown.tick)
    await countdown.over.wait()
    return time.process_time() - begin, 0


async def cancel_timers(count):
    loop = asyncio.get_running_loop()
    delay = delays()
    armed = [None] * BATCH
    begin = time.process_time()
    for i in range(count):
        if armed[i % BATCH]:
            armed[i % BATCH].cancel()
        armed[i % BATCH] = loop.call_later(HOUR + next(delay), os.abort)
    for timer in armed:
        timer.cancel()
    await asyncio.sleep(0)  # the loop drops what was cancelled when it runs
    return time.process_time() - begin, 0


async def posts(count):
    loop = asyncio.get_running_loop()
    countdown = Countdown(count)

    def post_all():
        for _ in range(count):
            loop.call_soon_threadsafe(countdown.tick)

    begin = time.process_time()
    poster = threading.Thread(target=post_all)
    poster.start()
    await countdown.over.wait()
    seconds = time.process_time() - begin
    poster.join()
    return seconds, 0


async def sleeping(count):
    begin = time.process_time()
    before = resident_bytes()
    tasks = [asyncio.create_task(asyncio.sleep(HOUR)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    used = resident_bytes() - before
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return time.process_time() - begin, used


ROWS = {
    "await": await_all,
    "spawn": spawn_in_batches,
    "spawn_at_once": spawn_at_once,
    "queue_1": queue_of_1,
    "queue_100": queue_of_100,
    "timers": fire_timers,
    "timers_cancelled": cancel_timers,
    "posts": posts,
    "sleeping": sleeping,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ROWS:
        sys.exit(f"usage: {sys.argv[0]} ROW COUNT")
    seconds, used = asyncio.run(ROWS[sys.argv[1]](int(sys.argv[2])))
    print(f"{seconds:.9f} {used}")


main()
