"""People in the administration: approvals, roles, tokens."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import signed_in
from accounts.models import ApiToken, Role, User

# One way in: the same sign-in page, limits and approval for the administration too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "EMADS administration"
POWERS = ("is_superuser", "user_permissions")


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People, and the decisions about them."""

    list_display = (
        "username",
        "full_name",
        "email",
        "role",
        "requested_role",
        "status",
        "is_active",
        "joined",
    )
    list_filter = ("status", "role", "is_active", "date_joined")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    readonly_fields = ("status", "decided_by", "decided_at", "last_login", "date_joined")
    actions = ("approve", "reject", "disable", "enable")
    change_form_template = "admin/accounts/user/change_form.html"
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "language", "time_zone")}),
        ("Role", {"fields": ("role", "is_active", "groups", *POWERS)}),
        ("Request", {"fields": ("requested_role", "status", "decided_by", "decided_at", "decision_reason")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "first_name", "last_name", "role")}),
        ("Password", {"fields": ("usable_password", "password1", "password2")}),
    )

    @admin.display(description="Joined", ordering="date_joined")
    def joined(self, person: User) -> str:
        """The day alone."""
        return formats.date_format(timezone.localtime(person.date_joined), "j M Y")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser hands out powers beyond the roles."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if request.user.is_superuser else (*fixed, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is changed by superusers only."""
        allowed = super().has_change_permission(request, obj)
        return allowed and not (obj is not None and obj.is_superuser and not request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody deletes themselves or a superuser by accident."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and (obj.is_superuser or obj.pk == request.user.pk))

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Whether this admin decides about people."""
        return request.user.has_perm("accounts.approve_user")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Admins, and nobody else, may enter the administration."""
        obj.is_staff = obj.is_superuser or obj.role == Role.ADMIN
        super().save_model(request, obj, form, change)

    @admin.action(description="Approve the role they asked for", permissions=["approve"])
    def approve(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Approve the chosen people who wait."""
        do = partial(services.approve, by=signed_in(request), now=timezone.now())
        self._each(request, people, do, "approved")

    @admin.action(description="Reject the role they asked for", permissions=["approve"])
    def reject(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Reject the chosen people who wait."""
        do = partial(services.reject, by=signed_in(request), now=timezone.now())
        self._each(request, people, do, "rejected")

    @admin.action(description="Disable: keep them out", permissions=["approve"])
    def disable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Keep the chosen people out."""
        self._each(request, people, partial(services.disable, by=signed_in(request)), "disabled")

    @admin.action(description="Enable: let them in again", permissions=["approve"])
    def enable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let the chosen people in again."""
        self._each(request, people, services.enable, "enabled")

    def _each(self, request: HttpRequest, people: QuerySet[User], do: Callable[..., bool], done: str) -> None:
        results = [do(user=one) for one in people]
        if changed := sum(results):
            self.message_user(request, f"{changed} {done}.", messages.SUCCESS)
        if left := len(results) - sum(results):
            self.message_user(request, f"{left} left as they are: nothing to decide there.", messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        """The buttons on a person's page."""
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", view, name="accounts_user_decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve or reject one person, with a reason."""
        person = get_object_or_404(User, pk=pk)
        if not self.has_approve_permission(request):
            return redirect("admin:index")
        decision = services.approve if request.POST.get("decision") == "approve" else services.reject
        reason = request.POST.get("reason", "")[:300]
        decided = decision(user=person, by=signed_in(request), now=timezone.now(), reason=reason)
        text = f"{person.full_name}: {person.get_status_display().lower()}."
        self.message_user(request, text, messages.SUCCESS if decided else messages.WARNING)
        return redirect(reverse("admin:accounts_user_changelist") + "?status__exact=pending")


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys of devices; what opens them is never kept, so it cannot be shown."""

    list_display = ("hint", "name", "user", "scope", "created_at", "last_used_at", "expires_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "hint")
    fields = ("user", "name", "scope", "hint", "created_at", "last_used_at", "expires_at")
    readonly_fields = ("user", "scope", "hint", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A key is made by its owner, who sees it once."""
        return False
