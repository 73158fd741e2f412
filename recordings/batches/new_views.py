"""The page on which a batch is put together: what it is about, its preview, and the button that creates it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recordings.batches.forms import NewBatchForm, StartBatchForm, StopBatchForm
from recordings.batches.preview import Preview, preview_starts, preview_stops, storage_warning
from recordings.batches.targets import (
    BadTargets,
    Pasted,
    Targets,
    freeze,
    named_batch,
    read_pasted,
    targets_of_batch,
    unfreeze,
)
from recordings.lifecycle.batches.create import (
    REASON_ABOVE,
    AlreadyCreated,
    BatchRequest,
    CannotCreate,
    StartSettings,
    StopBatchRequest,
    Target,
    create_batch,
    create_stop_batch,
    needs_confirmation,
)
from recordings.lifecycle.reference import new_reference
from recordings.models import Batch, RecordingProfile, User
from recordings.web.device_selection import BadSelection, SelectionChanged, selected_devices
from recordings.web.fields import clean_prefix
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either

PAGE, FORM = "batches/new.html", "batches/_new.html"
PERMISSIONS = {Batch.Action.START.value: "recording.start", Batch.Action.STOP.value: "recording.stop"}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("batch.create")
def new(request: PageRequest) -> HttpResponse:
    """Show what the batch would do; with `create`, after it was shown, create it.

    Devices come selected from a list, pasted, or from an earlier batch. Whatever is changed is posted with `refresh`.
    """
    data = request.POST if request.method == "POST" else request.GET
    action = data.get("action", "")
    if action not in PERMISSIONS:
        action = Batch.Action.START.value
    targets, pasted = _targets(request, data, action)
    form = _form(request.user, data, action)
    form.is_valid()
    targets = _with_streams(targets, form)
    preview = _preview(request.user, form, targets)
    changes = None
    if "create" in request.POST:
        changes = preview.differences(form.data.get("seen", ""), user=request.user)
        if changes == [] and not pasted.unknown and not pasted.ambiguous and _may_create(form, preview):
            try:
                batch = _create(request.user, form, targets, preview)
            except AlreadyCreated as error:
                messages.info(request, _("Already submitted: no second batch was created."))
                return go_to(request, error.batch.get_absolute_url())
            except CannotCreate:
                form.add_error(None, _("Nothing was created: there is nothing to do, or too much at once."))
            else:
                return go_to(request, batch.get_absolute_url())
    status = 422 if "create" in request.POST else 200
    form.put(targets=freeze(targets, user=request.user), seen=preview.freeze(user=request.user))
    if status == 200 or not form.data.get("reference"):
        form.replace_reference()
    form.put(pasted=", ".join([*pasted.unknown, *pasted.ambiguous]))  # what was added is in the list now
    lines = _chosen(form, preview)
    context = {
        "form": form,
        "show_errors": status == 422,
        "preview": preview,
        "pasted": pasted,
        "changes": changes or [],
        "is_expired": status == 422 and changes is None,
        "stop_of": _earlier(targets) if targets.stops_of else None,
        "lines": lines,
        "must_type": action == Batch.Action.STOP and len(preview.acting) > REASON_ABOVE,
        "must_be_confirmed": needs_confirmation(len(lines)),
        "storage_warning": _storage_warning(form),
        "seconds": preview.seconds(lines),
    }
    return render_either(request, PAGE, FORM, context, status=status)


def _targets(request: PageRequest, data: QueryDict, action: str) -> tuple[Targets, Pasted]:
    """What was chosen so far, with what this request adds to it."""
    user, permission = request.user, PERMISSIONS[action]
    targets = Targets()
    if signed := data.get("targets"):
        try:
            targets = unfreeze(str(signed), user=user)
        except BadTargets:
            messages.error(request, _("This page had expired, so its devices are gone. Select them again."))
    elif earlier := named_batch(user, data):
        targets = targets_of_batch(earlier, action=action)
    if request.method != "POST":
        return targets, Pasted()
    try:
        targets = targets.with_devices(selected_devices(request.POST, user=user, permission=permission))
    except BadSelection:
        messages.error(request, _("The selection had expired. Select the devices again."))
    except SelectionChanged as change:
        messages.error(
            request,
            _("Other devices match the filters now: %(added)s more, %(removed)s less. Select them again.")
            % {"added": change.added, "removed": change.removed},
        )
    if request.POST.get("without", "").isdecimal():
        targets = targets.without_device(int(request.POST["without"]))
    return _with_pasted(request, targets, permission)


def _with_pasted(request: PageRequest, targets: Targets, permission: str) -> tuple[Targets, Pasted]:
    text = request.POST.get("pasted", "").strip()
    if not text:
        return targets, Pasted()
    form = _form(request.user, request.POST, request.POST.get("action", ""))
    form.is_valid()
    if "pasted" not in form.cleaned_data:
        return targets, Pasted()
    project = form.cleaned_data.get("project")
    pasted = read_pasted(form.cleaned_data["pasted"], user=request.user, permission=permission, project=project)
    return targets.with_devices(pasted.keys), pasted


def _form(user: User, data: QueryDict, action: str) -> NewBatchForm:
    filled = data.copy()
    filled["action"] = action
    filled.setdefault("reference", new_reference())
    filled.setdefault("name", _default_name(action))
    if action == Batch.Action.STOP:
        return StopBatchForm(filled, user=user)
    filled.setdefault("streams", "")
    return StartBatchForm(filled, user=user)


def _default_name(action: str) -> str:
    moment = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return (_("Stop %s") if action == Batch.Action.STOP else _("Start %s")) % moment


def _with_streams(targets: Targets, form: NewBatchForm) -> Targets:
    """The streams as they are typed; at first those of the batch that is repeated."""
    if not isinstance(form, StartBatchForm):
        return targets
    if not form.data.get("streams"):
        form.put(streams=", ".join(map(str, targets.streams)))
        form.full_clean()
    return replace(targets, streams=form.cleaned_data.get("streams", targets.streams))


def _profile(form: NewBatchForm) -> RecordingProfile | None:
    profile = form.cleaned_data.get("profile")
    return profile if isinstance(profile, RecordingProfile) else None


def _preview(user: User, form: NewBatchForm, targets: Targets) -> Preview:
    if isinstance(form, StartBatchForm):
        return preview_starts(targets, user=user, profile=_profile(form))
    return preview_stops(targets, user=user)


def _chosen(form: NewBatchForm, preview: Preview) -> Any:
    """The targets with which something will happen: all of them, or as many as fit."""
    return preview.fitting if form.data.get("only_fitting") else preview.acting


def _earlier(targets: Targets) -> Batch | None:
    """The batch that is repeated or stopped."""
    key = targets.stops_of or targets.repeats
    return Batch.objects.filter(pk=key).first() if key else None


def _storage_warning(form: NewBatchForm) -> str:
    profile = _profile(form)
    return storage_warning(profile) if profile else ""


def _may_create(form: NewBatchForm, preview: Preview) -> bool:
    if isinstance(form, StopBatchForm):
        form.demand(len(preview.acting))
    elif _storage_warning(form) == "missing" and "profile" not in form.errors:
        form.add_error("profile", _("The storage of this profile has no key. Choose another profile."))
    return not form.errors


def _create(user: User, form: NewBatchForm, targets: Targets, preview: Preview) -> Batch:
    """Raises CannotCreate."""
    lines = _chosen(form, preview)
    answers = form.cleaned_data
    common = {
        "name": answers["name"] or _default_name(answers["action"]),
        "reference": answers["reference"],
        "reason": answers["reason"],
        "repeats": _earlier(targets),
    }
    profile = _profile(form)
    if profile is None:
        recordings = [line.recording for line in lines if line.recording]
        return create_stop_batch(actor=user, request=StopBatchRequest(recordings=recordings, **common))
    settings = StartSettings(
        storage=profile.storage,
        output_format=profile.output_format,
        max_media_file_duration=profile.max_media_file_duration,
        max_idle_time=profile.max_idle_time,
        file_name_prefix=clean_prefix(profile.file_name_prefix),
        profile=profile,
    )
    starts = [Target(device=line.device, video_stream_id=line.video_stream_id) for line in lines]
    return create_batch(actor=user, request=BatchRequest(targets=starts, settings=settings, **common))
