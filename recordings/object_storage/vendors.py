"""Whose object storage a bucket is in. Source: TRRO API, CloudStorage.Vendor."""

from enum import IntEnum


class Vendor(IntEnum):
    COS = 0
    AWS = 1
