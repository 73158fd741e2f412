"""What callbacks report. Source: TRRO, recording callbacks."""

from enum import IntEnum


class EventType(IntEnum):
    """EventType of a callback; 309, 311 and 312 concern pictures and VOD, which TRRO recordings do not use."""

    TEST = 0
    """Not the vendor's: a test event of this server, which changes nothing."""
    RECORDER_STARTED = 301
    RECORDER_LEFT = 302
    UPLOAD_STARTED = 303
    FIRST_PLAYLIST = 304
    HLS_UPLOADED = 305
    RECORDER_CHANGED = 306
    FIRST_SEGMENT = 307
    STORAGE_ERROR = 308
    PICTURE_NOT_FETCHED = 309
    FILE_FINISHED = 310
    VOD_COMMITTED = 311
    VOD_ENDED = 312
