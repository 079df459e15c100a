"""A client for what the command is told of a cluster."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from distributed import Client, LocalCluster

from ..errors import InputOutputError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """`tcp://host:8786` is a scheduler's, `local:4` makes so many processes here, which end afterwards.

    InvalidArgumentError: neither. InputOutputError: nobody answers.
    """
    if (local := re.fullmatch(r"local:([1-9]\d{0,3})", address)) is not None:
        options = {"threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
        with LocalCluster(n_workers=int(local[1]), **options) as cluster, Client(cluster) as client:
            yield client
        return
    if not re.fullmatch(r"[a-z+]+://.+", address):
        allowed = "allowed are a scheduler's address (tcp://host:8786) and local:N"
        raise InvalidArgumentError(f'cluster is "{address}", {allowed}')
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise InputOutputError(f"the cluster {address} does not answer: {error}") from error
    with client:
        yield client
