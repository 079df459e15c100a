"""What owns something of the library's is neither copied nor pickled: two objects would free the same thing."""

from typing import ClassVar, NoReturn


class Uncopied:
    """Refuses copy.copy, copy.deepcopy and pickle, and with it multiprocessing."""

    __slots__ = ()

    INSTEAD: ClassVar[str]
    """What to do instead."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} owns or uses memory of the library's and is neither copied nor pickled: "
            f"{self.INSTEAD}"
        )
