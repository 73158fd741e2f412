"""Saved views: the filters of the history under a name, for their owner or for all."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.http import QueryDict

from recordings.audit_log.record import record_audit
from recordings.history.filters import HistoryFilter
from recordings.models import SavedView, User
from recordings.permissions import demand

MAX_VIEWS = 30
"""Of one user."""
MAX_LISTED = 60


class NameTaken(Exception):
    """This user has a view with this name."""


class TooManyViews(Exception):
    """This user has MAX_VIEWS views."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRequest:
    """A request for a view. `query`: the filters of the list, as `filters_of` gives them."""

    name: str
    query: str
    is_shared: bool


def views_for(user: User) -> QuerySet[SavedView]:
    """The views offered to this user: all of their own, then those that other active users share."""
    offered = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True, owner__is_active=True))
    own_first = Case(When(owner=user, then=0), default=1)
    return offered.select_related("owner").order_by(own_first, "name", "pk")[:MAX_LISTED]


def filters_of(query: str) -> str:
    """The filters in a query string of the list: no page, nothing that is open beside it, nothing unknown."""
    asked, kept = QueryDict(query), QueryDict(mutable=True)
    for name in HistoryFilter.base_filters:
        if value := asked.get(name):
            kept[name] = value
    return kept.urlencode()


def save_view(*, actor: User, request: ViewRequest) -> SavedView:
    """Keep a view. Raises PermissionDenied, NameTaken and TooManyViews."""
    demand(actor, "view.save")
    if SavedView.objects.filter(owner=actor).count() >= MAX_VIEWS:
        raise TooManyViews
    details = {"query": request.query, "is_shared": request.is_shared}
    try:
        with transaction.atomic():
            view = SavedView.objects.create(owner=actor, name=request.name, **details)
            record_audit(actor=actor, action="view.saved", target=view, after=details)
    except IntegrityError as error:
        raise NameTaken from error
    return view


def delete_view(*, actor: User, view: SavedView) -> None:
    """Delete a view of one's own. Raises PermissionDenied."""
    demand(actor, "view.save")
    with transaction.atomic():
        record_audit(actor=actor, action="view.deleted", target=view, before={"query": view.query})
        view.delete()
