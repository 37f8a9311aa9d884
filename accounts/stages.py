"""The last step of signing in."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect


class ApprovalStage(LoginStage):  # type: ignore[misc]
    """Stops a person whose role an admin has not approved yet."""

    key = "approval"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """To the page that explains it, without a session."""
        if self.login.user.may_sign_in:
            return None, True
        return redirect("accounts:pending"), False
