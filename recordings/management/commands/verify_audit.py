"""Check the whole audit trail: every entry, its place in the chain, and the anchors."""

import argparse
import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from recordings.audit_log.anchor_file import Anchor
from recordings.audit_log.anchors import anchor_now, trouble
from recordings.audit_log.checks import record_check
from recordings.audit_log.known_anchors import NotEmpty, begin_file
from recordings.audit_log.record import SYSTEM
from recordings.audit_log.verify import VerificationResult, verify


class Command(BaseCommand):
    help = (
        "Check the audit trail. The exit status is 1 when it is broken, and 2 when its entries follow from each other "
        "but the anchors cannot be read or are fewer than earlier checks saw."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            type=_anchor,
            metavar="SEQUENCE:MAC",
            help="an anchor that was kept elsewhere; may be given more than once",
        )

        parser.add_argument(
            "--begin-anchors",
            metavar="REASON",
            help="before checking, record that the anchor file was moved away and a new one begins, and why",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if reason := options["begin_anchors"]:
            self._begin_anchors(reason)
        result = verify(also=tuple(options["anchor"]), progress=self._progress)
        with transaction.atomic():
            record_check(result, actor=SYSTEM, target="verify_audit")
        if result.finding:
            raise CommandError(_in_words(result), returncode=2 if result.finding.is_of_anchors else 1)
        self.stdout.write(f"The trail is intact: {result.checked:,} entries, {result.anchors:,} anchors.")
        anchor_now(timezone.now())
        if why := trouble():
            self.stderr.write(f"No anchor was written: {why}")

    def _begin_anchors(self, reason: str) -> None:
        try:
            begin_file(reason=reason)
        except NotEmpty:
            why = "it holds lines. Move it away and keep it: it is evidence"
        except OSError as error:
            why = f"it cannot be read: {error.strerror or type(error).__name__}"
        else:
            return
        raise CommandError(f"{settings.AUDIT_ANCHOR}: no new file can begin here, {why}.", returncode=2)

    def _progress(self, checked: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{checked:,} entries", ending="")


def _in_words(result: VerificationResult) -> str:
    finding = result.finding
    assert finding is not None  # noqa: S101 (only asked where there is one)
    if finding.is_of_anchors:
        return (
            f"The anchors do not vouch for the trail: {finding.label.lower()} ({finding.value}): "
            f"{settings.AUDIT_ANCHOR}. {result.anchors:,} anchors were read, and {result.anchors_known:,} are known "
            f"from earlier checks. The {result.checked:,} entries follow from each other, but newest entries that "
            "were cut off would not be missed. Restore the file or run this as the worker's user; see "
            "docs/operations.md."
        )
    return (
        f"The trail is broken at entry {result.sequence}: {finding.label.lower()} ({finding.value}). "
        f"{result.checked:,} entries and {result.anchors:,} anchors were checked; "
        f"entries do not follow from those before them in {result.breaks:,} places."
    )


def _anchor(text: str) -> Anchor:
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text)
    if not found:
        raise argparse.ArgumentTypeError("an anchor is SEQUENCE:MAC, with 64 hex digits")
    return Anchor(sequence=int(found[1]), mac=found[2])
