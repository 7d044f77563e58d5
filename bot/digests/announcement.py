"""What is said of a digest once, beside its deliveries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

INTRODUCED_AFTER = timedelta(minutes=1)  # one that is deleted or corrected at once is not introduced as it was
# In its channel, when it is made; to its owner, when its last day has come.
AnnouncementKind = Literal["introduction", "last_day"]


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that has yet to be said of a digest, once."""

    digest_id: str
    kind: AnnouncementKind
    by: str | None = None  # the person who made the digest
