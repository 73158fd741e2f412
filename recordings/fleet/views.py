"""The pages of projects, and of one device: adding and changing them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from recordings.fleet.forms import DeviceForm, ProjectForm
from recordings.fleet.queries import devices_for, profiles_usable_in, projects_for
from recordings.fleet.services import change_device, change_project, create_device, create_project
from recordings.lifecycle.device_status import request_refresh
from recordings.lifecycle.labels import attach_labels
from recordings.lifecycle.streams import attach_others, running_on
from recordings.permissions import holds
from recordings.web.edit import edit, posted
from recordings.web.guard import allowed
from recordings.web.paging import page_of
from recordings.web.render import PageRequest, render_either


@require_safe
@allowed("fleet.see")
def projects(request: PageRequest) -> HttpResponse:
    """The projects this person works in, by name."""
    page = page_of(projects_for(request.user, "fleet.see"), by="name", cursor=request.GET.get("after", ""))
    context = {"page": page, "may_change": holds(request.user, "fleet.change")}
    return render_either(request, "fleet/projects.html", "fleet/_projects.html", context)


@require_safe
@allowed("fleet.see")
def project(request: PageRequest, pk: int) -> HttpResponse:
    """One project: its parameters, and the storages it may use."""
    found = get_object_or_404(projects_for(request.user, "fleet.see"), pk=pk)
    default = found.default_profile
    context = {
        "project": found,
        "storages": list(found.storages.all()),
        "default_is_usable": default is not None and profiles_usable_in(found).contains(default),
        "may_change": holds(request.user, "fleet.change", found),
        "may_start_here": holds(request.user, "recording.start", found),
    }
    return render(request, "fleet/project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("fleet.change")
def project_new(request: PageRequest) -> HttpResponse:
    """Add a project."""
    form = ProjectForm(posted(request), user=request.user)
    return edit(
        request,
        form,
        lambda: create_project(actor=request.user, project=form.instance),
        heading=gettext("Add a project"),
        back=reverse("projects"),
        success_message=gettext("Project added."),
        next_step=lambda: (gettext("Next: allow a storage"), reverse("storages")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("fleet.change")
def project_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a project."""
    found = get_object_or_404(projects_for(request.user, "fleet.change"), pk=pk)
    form = ProjectForm(posted(request), user=request.user, instance=found)
    return edit(
        request,
        form,
        lambda: change_project(actor=request.user, project=form.instance),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Project saved."),
        next_step=lambda: (gettext("Its devices"), f"{reverse('devices')}?project={found.pk}"),
    )


@require_safe
@allowed("fleet.see")
def device(request: PageRequest, pk: int) -> HttpResponse:
    """One device: what of it is being recorded, with the way to stop it, to its recordings and to a new one."""
    found = get_object_or_404(devices_for(request.user, "fleet.see"), pk=pk)
    request_refresh(found.project, now=timezone.now())
    live = running_on([found.pk])[::-1]
    attach_others(live)
    attach_labels([found])
    context = {
        "device": found,
        "live": live,
        "may_change": holds(request.user, "fleet.change", found.project),
    }
    return render_either(request, "fleet/device.html", "fleet/_device.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("fleet.change")
def device_new(request: PageRequest) -> HttpResponse:
    """Add a device, to the project that the address names if it names one."""
    form = DeviceForm(posted(request), user=request.user, initial={"project": request.GET.get("project", "")})
    return edit(
        request,
        form,
        lambda: create_device(actor=request.user, device=form.instance, labels=form.labels()),
        heading=gettext("Add a device"),
        back=reverse("devices"),
        success_message=gettext("Device added."),
        next_step=lambda: (
            gettext("Add another device"),
            f"{reverse('device_new')}?project={form.instance.project_id}",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("fleet.change")
def device_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a device."""
    found = get_object_or_404(devices_for(request.user, "fleet.change"), pk=pk)
    form = DeviceForm(posted(request), user=request.user, instance=found)
    return edit(
        request,
        form,
        lambda: change_device(actor=request.user, device=form.instance, labels=form.labels()),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Device saved."),
        next_step=lambda: (gettext("All devices"), f"{reverse('devices')}?project={found.project_id}"),
    )
