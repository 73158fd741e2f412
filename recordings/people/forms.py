"""Forms to invite and change people."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recordings.identity.memberships import RoleAssignment, roles_of
from recordings.identity.user_names import accept_name
from recordings.models import Project, Role, User
from recordings.permissions import projects_where
from recordings.web.edit import EditForm

ALL = "all"
ROLES = ("operator", "auditor", "credential_admin", "no_role")
"""The fields about roles."""


class PlacesField(forms.MultipleChoiceField):
    """The projects of a role: all, or the selected ones. No selection means that the person does not get the role."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, projects: list[Project]) -> None:
        named = [(str(each.pk), f"{each} ({each.project_id})") for each in projects]
        self.choices = [(ALL, gettext_lazy("All projects (including future ones)")), *named]

    def clean(self, value: Any) -> frozenset[int | None]:
        """The primary keys of the projects; {None} for all of them."""
        chosen = super().clean(value)
        return frozenset({None}) if ALL in chosen else frozenset(map(int, chosen))


class PersonForm(EditForm):
    """A person's name, address and roles. Without `gives_roles` the fields about roles are left out."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), required=False, max_length=150)
    operator = PlacesField(label=gettext_lazy("Operator of"), required=False)
    auditor = PlacesField(label=gettext_lazy("Auditor of"), required=False)
    credential_admin = forms.BooleanField(label=gettext_lazy("Credential admin (all projects)"), required=False)
    no_role = forms.BooleanField(
        label=gettext_lazy("No role: the person can sign in but sees nothing until you assign a role"), required=False
    )

    field_order = ("username", "name", "email", *ROLES)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("email",)
        labels = {"email": gettext_lazy("E-mail")}

    def __init__(
        self, data: Mapping[str, Any] | None, *, user: User, instance: User | None = None, gives_roles: bool = True
    ) -> None:
        initial: dict[str, Any] = {"name": instance.get_full_name()} if instance else {}
        for each in roles_of(instance) if instance else ():
            initial.setdefault(each.role.value, []).append(str(each.project_pk or ALL))
        initial["no_role"] = instance is not None and not roles_of(instance)
        initial["credential_admin"] = Role.CREDENTIAL_ADMIN.value in initial
        super().__init__(data, instance=instance, initial=initial)
        projects = list(projects_where(user, "people.change").order_by("name", "pk"))
        for name in ("operator", "auditor"):
            field = self.fields[name]
            assert isinstance(field, PlacesField)  # noqa: S101
            field.offer(projects)
        for name in () if gives_roles else ROLES:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Require either a role or an explicit “No role”."""
        cleaned = super().clean() or self.cleaned_data
        given = [cleaned[name] for name in ("operator", "auditor", "credential_admin") if name in cleaned]
        if len(given) == len(ROLES) - 1:
            if any(given) and cleaned.get("no_role"):
                self.add_error("no_role", _("Choose either roles or “No role”, not both."))
            elif not any(given) and not cleaned.get("no_role"):
                self.add_error("no_role", _("Choose at least one role, or select “No role”."))
        return cleaned

    def roles(self) -> frozenset[RoleAssignment] | None:
        """The selected roles; None if the form has no fields about roles."""
        if "operator" not in self.cleaned_data:
            return None
        places = {role: self.cleaned_data[role.value] for role in (Role.OPERATOR, Role.AUDITOR)}
        chosen = {RoleAssignment(role=role, project_pk=pk) for role, pks in places.items() for pk in pks}
        admin = {RoleAssignment(role=Role.CREDENTIAL_ADMIN)} if self.cleaned_data["credential_admin"] else set()
        return frozenset(chosen | admin)


class InviteForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ("username", "email")
        labels = PersonForm.Meta.labels | {"username": gettext_lazy("User name")}
        help_texts = {
            "username": gettext_lazy("Letters, digits and @ . + - _ only. It cannot be changed later."),
        }
        error_messages = {
            "username": {
                "invalid": gettext_lazy("Letters, digits and @ . + - _ only."),
                "unique": gettext_lazy("User name already taken."),
            }
        }

    def clean_username(self) -> str:
        return accept_name(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.first_name = cleaned.get("name", "")
        return cleaned
