"""Signing in and out, the own account, password and second factor."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access import own_account, second_factor
from yigongti.kernel.access import sign_in as steps
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.access.middleware import visitor_address
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import sign_in_scope

PENDING_KEY = "second_factor_for"
PENDING_SECONDS = 300


def _after(request: HttpRequest) -> str:
    """Where to go after signing in: an address of our own site, else home."""
    wished = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(wished, allowed_hosts={request.get_host()}, require_https=settings.HTTPS)
    return wished if own else "/"


def _said(error: YigongtiError) -> str:
    return error.in_language(get_language() or "zh-hans")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page."""
    shown = {"next": _after(request), "username": "", "error": ""}
    if request.method == "GET":
        return render(request, "access/sign_in.html", shown)
    username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    now, address = timezone.now(), visitor_address(request)
    verdict = steps.check_password(username, password, address, now)
    if verdict.account is None:
        shown |= {"username": username, "error": _said(verdict.error)}  # type: ignore[arg-type]
        return render(request, "access/sign_in.html", shown, status=403)
    if verdict.needs_second_factor:
        request.session.cycle_key()
        request.session[PENDING_KEY] = [verdict.account.pk, int(now.timestamp())]
        return HttpResponseRedirect(reverse("access:second_step") + f"?next={_after(request)}")
    steps.open_session(request, verdict.account, address, now)
    return HttpResponseRedirect(_after(request))


@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the second factor, after the password was right."""
    now, address = timezone.now(), visitor_address(request)
    account_id, since = request.session.get(PENDING_KEY, [0, 0])
    if not account_id or now.timestamp() - since > PENDING_SECONDS:
        return HttpResponseRedirect(reverse("access:sign_in"))
    shown = {"next": _after(request), "error": ""}
    if request.method == "GET":
        return render(request, "access/second_step.html", shown)
    with sign_in_scope():
        account = Account.objects.get(pk=account_id)
        locked = account.locked_until is not None and account.locked_until > now
        right = not locked and own_account.spend_code(account, request.POST.get("code", ""), now)
    if not right:
        steps.count_wrong_code(account, address, now)
        error = InvalidInput("access.wrong_code", zh="验证码不正确", en="the code is not right")
        shown |= {"error": _said(steps.locked_error() if locked else error)}
        return render(request, "access/second_step.html", shown, status=403)
    del request.session[PENDING_KEY]
    steps.open_session(request, account, address, now)
    return HttpResponseRedirect(_after(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    steps.end_session(request, timezone.now(), visitor_address(request))
    return HttpResponseRedirect(reverse("access:sign_in"))


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """The own account: posts, what they allow, password, second factor."""
    own = Account.objects.get(pk=request.actor.account_id)  # type: ignore[attr-defined]
    return render(request, "access/account.html", {"account": own})


def password(request: HttpRequest) -> HttpResponse:
    """A new password."""
    shown = {"error": "", "forced": getattr(request, "must_change_password", False)}
    if request.method == "GET":
        return render(request, "access/password.html", shown)
    old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise InvalidInput("access.not_the_same", zh="两次输入的新密码不一致", en="the two new passwords differ")
        own_account.change_password(request, request.actor, old, new, timezone.now())  # type: ignore[attr-defined]
    except InvalidInput as error:
        return render(request, "access/password.html", shown | {"error": _said(error)}, status=400)
    return HttpResponseRedirect(reverse("access:account") + "?done=password")


password.while_password_is_old = True  # type: ignore[attr-defined]
password_page = sensitive_post_parameters()(require_http_methods(["GET", "POST"])(signed_in(password)))


@require_http_methods(["GET", "POST"])
@signed_in
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show the QR code, take the first code, show the recovery codes once."""
    actor = request.actor  # type: ignore[attr-defined]
    error = ""
    if request.method == "POST":
        try:
            codes = own_account.confirm_second_factor(request, actor, request.POST.get("code", ""), timezone.now())
        except InvalidInput as wrong:
            error = _said(wrong)
        else:
            return render(request, "access/recovery_codes.html", {"codes": codes})
    secret = own_account.begin_second_factor(request)
    image = second_factor.qr_image(second_factor.address_for_app(secret, actor.username))
    shown = {"secret": secret, "image": image, "error": error}
    return render(request, "access/second_factor.html", shown, status=400 if error else 200)


@require_POST
@signed_in
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Switch it off, with the password."""
    own_account.remove_second_factor(
        request,
        request.actor,  # type: ignore[attr-defined]
        request.POST.get("password", ""),
        timezone.now(),
    )
    return HttpResponseRedirect(reverse("access:account") + "?done=second_factor_off")


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("second-step", second_step, name="second_step"),
    path("sign-out", sign_out, name="sign_out"),
    path("account", account, name="account"),
    path("password", password_page, name="password"),
    path("second-factor", set_up_second_factor, name="second_factor"),
    path("second-factor/remove", remove_second_factor, name="remove_second_factor"),
]
