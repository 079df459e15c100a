"""A plugin of pytest: asyncio.run is uvloop's."""

import asyncio

import uvloop


def pytest_configure() -> None:
    """Before any test."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def pytest_runtest_teardown() -> None:
    """The tests were where they should be."""
    assert isinstance(asyncio.get_event_loop_policy(), uvloop.EventLoopPolicy)
