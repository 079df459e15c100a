"""A file's video, or its sound, encoded anew: the work that the command and `framegate.cluster` share."""

from .cut import Cut
from .encoding import Encoding
from .run import Done, transcode

__all__ = ["Cut", "Done", "Encoding", "transcode"]
