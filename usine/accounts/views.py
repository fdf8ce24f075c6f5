"""Sign in, sign out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from usine.accounts.rules import ATTEMPTS_BY_ADDRESS, ATTEMPTS_BY_NAME, WINDOW_S
from usine.commons.ratelimit import TooManyRequests, check, client_key, forgive


class SignInForm(AuthenticationForm):
    """Django's form; attempts count against the address they come from and the name they try."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None  # Django's LoginView always gives it
        name = self.cleaned_data.get("username", "").lower()
        try:
            check(client_key(self.request, "sign-in"), limit=ATTEMPTS_BY_ADDRESS, window_s=WINDOW_S)
            check(f"sign-in-name:{name}", limit=ATTEMPTS_BY_NAME, window_s=WINDOW_S)
        except TooManyRequests as error:
            raise ValidationError(
                _("Too many attempts. Please try again in %(minutes)d min."),
                code=TooManyRequests.code,
                params={"minutes": max(1, error.retry_after_s // 60)},
            ) from error
        cleaned: dict[str, Any] = super().clean()
        forgive(client_key(self.request, "sign-in"), f"sign-in-name:{name}")
        return cleaned


class SignIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = False

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        too_many = any(e.code == TooManyRequests.code for e in form.non_field_errors().as_data())
        response.status_code = TooManyRequests.http_status if too_many else 422
        return response


class SignOut(LogoutView):
    next_page = "/desk/login/"
