"""Mail in the administration: what goes where and why not, never what it says.

post_office's own pages show whole mails, and so other people's messages and links that reset passwords.
"""

import post_office.admin  # noqa: F401 - registered first, so that it can be taken back here
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log

admin.site.unregister([Attachment, Email, EmailTemplate, Log])


class Tries(admin.TabularInline):  # type: ignore[type-arg]
    """Why a mail did not go."""

    model = Log
    verbose_name_plural = "tries that failed"
    fields = readonly_fields = ("date", "exception_type", "message")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Tries happen, nobody adds them."""
        return False


@admin.register(Email)
class MailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The queue of outgoing mail."""

    list_display = ("created", "receiver", "subject", "status", "number_of_retries", "scheduled_time")
    list_filter = ("status", "created")
    search_fields = ("to", "subject")
    ordering = ("-id",)
    fields = readonly_fields = (
        "receiver",
        "subject",
        "status",
        "created",
        "last_updated",
        "number_of_retries",
        "scheduled_time",
        "message_id",
    )
    inlines = (Tries,)
    change_form_template = "admin/change_form.html"
    actions = ("try_now",)

    @admin.display(description="To")
    def receiver(self, mail: Email) -> str:
        """Its address."""
        return ", ".join(mail.to)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Mails come from what happens."""
        return False

    @admin.action(description="Try again now", permissions=["change"])
    def try_now(self, request: HttpRequest, mails: QuerySet[Email]) -> None:
        """Queue waiting and given-up mails for the next round."""
        again = mails.exclude(status=STATUS.sent).update(status=STATUS.queued, scheduled_time=None)
        self.message_user(request, f"{again} will be tried in a moment.", messages.SUCCESS)
