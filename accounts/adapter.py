"""How allauth behaves here."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.forms import Form
from django.http import HttpRequest

from accounts.mail import absolute, queue_mail
from accounts.models import Role, User
from accounts.services import register


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up and sign-in."""

    def get_login_stages(self) -> list[str]:
        """After allauth's own: a person who waits still gets the mail that verifies their address."""
        return [*super().get_login_stages(), "accounts.stages.ApprovalStage"]

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """A new person with the role they took, or the one they asked for."""
        super().save_user(request, user, form, commit=False)
        user.time_zone = form.cleaned_data.get("time_zone", "UTC")
        asked = form.cleaned_data.get("requested_role", Role.RESIDENT)
        return register(user=user, asked=asked) if commit else user

    def clean_email(self, email: str) -> str:
        """Who adds an address may not take another's, confirmed or not. (Sign-up looks for itself.)"""
        me = context.request.user.pk
        if me is None:
            return email
        others = User.objects.filter(email=email).exclude(pk=me).exists()
        if others or EmailAddress.objects.filter(email=email).exclude(user=me).exists():
            raise self.validation_error("email_taken")
        return email

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Everybody keeps the address we write to."""
        return bool(email_address.email != email_address.user.email)

    def send_mail(self, template_prefix: str, email: str, about: dict[str, Any]) -> None:
        """allauth's mails take the same way out as all others, with their links on our public address."""
        known = {**about, "email": email}
        for name in ("activate_url", "password_reset_url", "signup_url"):
            if name in known:
                known[name] = absolute(urlsplit(known[name]).path)
        queue_mail(to=email, template=f"account/{template_prefix.rsplit('/', 1)[-1]}", context=known)
