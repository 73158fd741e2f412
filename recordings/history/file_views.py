"""The files of a recording: their list, and each to be downloaded or played."""

from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from recordings.history.file_list import CONTENT_TYPES, ending_of, files_shown, player_of
from recordings.history.file_queries import file_for, recordings_with_files
from recordings.history.playback import download, playlist, request_scan, segment, trouble_with, watch, watch_playlist
from recordings.history.playback_limits import A_MINUTE, is_within_limit
from recordings.history.playlists import CannotPlay
from recordings.models import Recording, RecordingFile
from recordings.object_storage.errors import BucketError, ErrorKind, meaning, remedy
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either, wants_fragment

PAGE = "history/play.html"
TITLES = {
    ErrorKind.MISSING_OBJECT: _("No longer in the bucket"),
    ErrorKind.MISSING_BUCKET: _("No longer in the bucket"),
    ErrorKind.ARCHIVED: _("This file is archived"),
    ErrorKind.RESTORING: _("This file is being restored"),
}
PASS_SALT = "recordings.files.playlist"  # noqa: S105 - names a use, opens nothing
PASS_SECONDS = 12 * 60 * 60
"""How long a player that was opened may ask for its playlist: as long as a session lasts."""


@require_safe
@allowed("recording.see")
def files(request: PageRequest, pk: int) -> HttpResponse:
    """The list of a recording's files as it is now, for its page to show."""
    recording = get_object_or_404(recordings_with_files(request.user), pk=pk)
    if not wants_fragment(request):
        return go_to(request, recording.get_absolute_url())
    return _files(request, recording)


@require_POST
@allowed("recording.decide")
def scan_now(request: PageRequest, pk: int) -> HttpResponse:
    """Request a bucket scan now, regardless of the plan."""
    recording = get_object_or_404(recordings_with_files(request.user), pk=pk)
    request_scan(actor=request.user, recording=recording)
    if not wants_fragment(request):
        return go_to(request, recording.get_absolute_url())
    recording.refresh_from_db()
    return _files(request, recording)


def _files(request: PageRequest, recording: Recording) -> HttpResponse:
    context = {
        "recording": recording,
        "files": files_shown(recording, page=request.GET.get("files")),
        "may_watch": holds(request.user, "file.watch", recording.project),
        "may_decide": holds(request.user, "recording.decide", recording.project),
    }
    return render_either(request, "history/recording.html", "history/_files.html", context)


@require_GET
@allowed("file.watch")
def download_file(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """Lead to an address that downloads the file, or say why there is none."""
    file = file_for(request.user, pk, file_pk)
    if not is_within_limit(request.user):
        return _too_many(request, file)
    try:
        return HttpResponseRedirect(download(actor=request.user, file=file))
    except BucketError as error:
        return _unreadable(request, file, error)


@require_GET
@allowed("file.watch")
def play(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """The browser's own player for one file; where it has none, a download with the reason."""
    file = file_for(request.user, pk, file_pk)
    player = player_of(file.name)
    context: dict[str, Any] = {"file": file, "recording": file.recording, "player": player}
    if player and not is_within_limit(request.user):
        return _too_many(request, file)
    try:
        if player == "hls":
            context["left_out"] = watch_playlist(actor=request.user, file=file).left_out
            ticket = signing.dumps([request.user.pk, file.pk], salt=PASS_SALT)
            context["address"] = reverse("file_playlist", args=[pk, file_pk, ticket])
        elif player:
            context["address"] = watch(actor=request.user, file=file)
    except BucketError as error:
        return _unreadable(request, file, error)
    except CannotPlay as error:
        return _refused(request, file, error)
    context["content_type"] = CONTENT_TYPES.get(ending_of(file.name), "")
    return render_either(request, PAGE, "history/_player.html", context)


@require_GET
@allowed("file.watch")
def playlist_of(request: PageRequest, pk: int, file_pk: int, ticket: str) -> HttpResponse:
    """What a player that `play` opened asks for: the playlist, whose segments are named relative to this address."""
    file = file_for(request.user, pk, file_pk)
    if not _opened(request, file, ticket):
        return HttpResponse(status=400)
    if not is_within_limit(request.user):
        return HttpResponse(status=429)
    try:
        content = playlist(actor=request.user, file=file)
    except BucketError as error:
        return HttpResponse(f"{error.code}\n", status=_status(error), content_type="text/plain")
    except CannotPlay as error:
        return HttpResponse(f"{error.reason}\n", status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(content, content_type=CONTENT_TYPES["m3u8"])


@require_GET
@allowed("file.watch")
def segment_of(request: PageRequest, pk: int, file_pk: int, ticket: str, name: str) -> HttpResponse:
    """Lead a player to one segment. Its address is signed only now: a playlist of a day costs no more than it plays."""
    file = file_for(request.user, pk, file_pk)
    if not _opened(request, file, ticket):
        return HttpResponse(status=400)
    try:
        return HttpResponseRedirect(segment(actor=request.user, file=file, name=name))
    except BucketError as error:
        return HttpResponse(f"{error.code}\n", status=_status(error), content_type="text/plain")


@require_GET
@allowed("file.watch")
def trouble(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """For a player that failed: why, in words for the user."""
    file = file_for(request.user, pk, file_pk)
    if not is_within_limit(request.user):
        return HttpResponse(status=429)
    origin = f"{request.scheme}://{request.get_host()}"
    words = trouble_with(actor=request.user, file=file, origin=origin)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _opened(request: PageRequest, file: RecordingFile, ticket: str) -> bool:
    """Whether this user opened a player for this file, which was entered in the trail."""
    try:
        found = signing.loads(ticket, salt=PASS_SALT, max_age=PASS_SECONDS)
    except signing.BadSignature:
        return False
    return bool(found == [request.user.pk, file.pk])


def _unreadable(request: PageRequest, file: RecordingFile, error: BucketError) -> HttpResponse:
    """Why the file cannot be read now."""
    context = {
        "title": TITLES.get(error.kind, gettext("File unavailable")),
        "text": f"{meaning(error.kind)} {remedy(error.kind)}",
        "code": error.code,
    }
    return _unavailable(request, file, context, _status(error))


def _refused(request: PageRequest, file: RecordingFile, error: CannotPlay) -> HttpResponse:
    context = {"title": gettext("This playlist cannot be played"), "text": error.reason, "may_download": True}
    return _unavailable(request, file, context, 409)


def _too_many(request: PageRequest, file: RecordingFile) -> HttpResponse:
    text = gettext("You opened more than %(most)s files in one minute. Wait a minute, then try again.")
    return _unavailable(request, file, {"title": gettext("Too many requests"), "text": text % {"most": A_MINUTE}}, 429)


def _unavailable(request: PageRequest, file: RecordingFile, context: dict[str, Any], status: int) -> HttpResponse:
    """In a dialog it is an answer like any other, elsewhere it has its status."""
    context |= {"file": file, "recording": file.recording, "is_unavailable": True}
    status = 200 if wants_fragment(request) else status
    return render_either(request, PAGE, "history/_unavailable.html", context, status=status)


def _status(error: BucketError) -> int:
    if error.kind in {ErrorKind.ARCHIVED, ErrorKind.RESTORING}:
        return 409
    return 404 if error.kind in {ErrorKind.MISSING_OBJECT, ErrorKind.MISSING_BUCKET} else 502
