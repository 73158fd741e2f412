"""The files of a recording: their list, and each to be downloaded or played."""

from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from recordings.bucket_errors import BucketError, Kind, meaning, remedy
from recordings.files.playlists import CannotPlay
from recordings.files.queries import file_for, recordings_with_files
from recordings.files.showing import CONTENT_TYPES, files_shown, player_of
from recordings.files.usecases import download, look_now, playlist, watch
from recordings.models import Recording, RecordingFile
from recordings.people.permissions import holds
from recordings.web import PageRequest, allowed, go_to, render_either, wants_fragment

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
def look(request: PageRequest, pk: int) -> HttpResponse:
    """Have the bucket looked into at once, whatever was planned."""
    recording = get_object_or_404(recordings_with_files(request.user), pk=pk)
    look_now(actor=request.user, recording=recording)
    if not wants_fragment(request):
        return go_to(request, recording.get_absolute_url())
    recording.refresh_from_db()
    return _files(request, recording)


def _files(request: PageRequest, recording: Recording) -> HttpResponse:
    context = {
        "recording": recording,
        "files": files_shown(recording),
        "may_watch": holds(request.user, "file.watch", recording.project),
        "may_decide": holds(request.user, "recording.decide", recording.project),
    }
    return render_either(request, "recordings/history/recording.html", "recordings/files/_files.html", context)


@require_GET
@allowed("file.watch")
def download_file(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """Lead to an address that downloads the file, or say why there is none."""
    file = file_for(request.user, pk, file_pk)
    try:
        return HttpResponseRedirect(download(actor=request.user, file=file))
    except BucketError as error:
        return _without(request, file, error)


@require_GET
@allowed("file.watch")
def play(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """The browser's own player for one file; where it has none, a download with the reason."""
    file = file_for(request.user, pk, file_pk)
    player = player_of(file.name)
    context: dict[str, Any] = {"file": file, "recording": file.recording, "player": player}
    if player:
        try:
            context["address"] = watch(actor=request.user, file=file)
        except BucketError as error:
            return _without(request, file, error)
    if player == "hls":
        ticket = signing.dumps([request.user.pk, file.pk], salt=PASS_SALT)
        context["address"] = reverse("file_playlist", args=[pk, file_pk]) + f"?ticket={ticket}"
    context["content_type"] = CONTENT_TYPES.get(file.name.rpartition(".")[2].lower(), "")
    return render_either(request, "recordings/files/play.html", "recordings/files/_player.html", context)


@require_GET
@allowed("file.watch")
def playlist_of(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """What a player that `play` opened asks for: the playlist, each segment with an address of its own."""
    file = file_for(request.user, pk, file_pk)
    try:
        ticket = signing.loads(request.GET.get("ticket", ""), salt=PASS_SALT, max_age=PASS_SECONDS)
    except signing.BadSignature:
        ticket = None
    if ticket != [request.user.pk, file.pk]:
        return HttpResponse(status=400)
    try:
        content = playlist(actor=request.user, file=file)
    except BucketError as error:
        return HttpResponse(f"{error.code}\n", status=_status(error), content_type="text/plain")
    except CannotPlay as error:
        return HttpResponse(f"This playlist is not played: {error}.\n", status=409, content_type="text/plain")
    return HttpResponse(content, content_type=CONTENT_TYPES["m3u8"])


def _without(request: PageRequest, file: RecordingFile, error: BucketError) -> HttpResponse:
    """Why the file cannot be had. In a dialog it is an answer like any other, elsewhere it has its status."""
    context = {
        "file": file,
        "recording": file.recording,
        "error": error,
        "is_gone": error.kind in {Kind.MISSING_OBJECT, Kind.MISSING_BUCKET},
        "meaning": meaning(error.kind),
        "remedy": remedy(error.kind),
    }
    status = 200 if wants_fragment(request) else _status(error)
    return render_either(
        request, "recordings/files/play.html", "recordings/files/_without.html", context, status=status
    )


def _status(error: BucketError) -> int:
    return 404 if error.kind in {Kind.MISSING_OBJECT, Kind.MISSING_BUCKET} else 502
