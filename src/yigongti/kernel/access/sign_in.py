"""Signing in: password, throttling by account and by address, lock-out, second factor.

What a visitor is told never says whether the user name or the password was wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.middleware import ACCOUNT_KEY, EPOCH_KEY, SEEN_KEY
from yigongti.kernel.access.models import Account, SignInAttempt
from yigongti.kernel.access.scope import sign_in_scope
from yigongti.kernel.trail.public import record

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an attempt: the account if the password was right; whether a second factor is still asked."""

    account: Account | None
    error: NotPermitted | None = None

    @property
    def needs_second_factor(self) -> bool:
        return self.account is not None and bool(self.account.second_factor_secret)


def _wrong() -> NotPermitted:
    return NotPermitted(
        "access.wrong_name_or_password",
        zh="用户名或密码不正确",
        en="the user name or the password is not right",
    )


def _locked(minutes: int) -> NotPermitted:
    return NotPermitted(
        "access.locked",
        zh=f"登录失败次数过多，请 {minutes} 分钟后再试，或联系系统管理员解锁",
        en=f"too many failed attempts; try again in {minutes} minutes, or ask the system administrator",
    )


def locked_error() -> NotPermitted:
    """What somebody reads whose account is locked."""
    return _locked(limit("access.lock_minutes"))


def check_password(username: str, password: str, address: str, at: datetime) -> Verdict:
    """Check name and password, count failures, lock after too many. Writes the trail of what failed."""
    with sign_in_scope():
        lock_minutes = limit("access.lock_minutes")
        recent = SignInAttempt.objects.filter(attempted_at__gt=at - WINDOW)
        if recent.filter(address=address).count() >= limit("access.failures_per_address"):
            return Verdict(None, _locked(lock_minutes))
        account = _person(username)
        if account is None:
            make_password(password)  # the same time for a name that is unknown
            _count_failure(None, username, address, at)
            return Verdict(None, _wrong())
        if account.locked_until and account.locked_until > at:
            return Verdict(None, _locked(lock_minutes))
        if not account.has_password(password):
            _count_failure(account, username, address, at)
            return Verdict(None, _wrong())
        return Verdict(account)


def _person(username: str) -> Account | None:
    """The account of that name, locked; the account of a system is none that signs in."""
    people = Account.objects.select_for_update().filter(username=username, is_active=True)
    return people.filter(kind=Account.Kind.PERSON).first()


def count_wrong_code(account: Account, address: str, at: datetime) -> None:
    """A wrong second factor counts as a failed sign-in."""
    with sign_in_scope():
        fresh = Account.objects.select_for_update().get(pk=account.pk)
        _count_failure(fresh, fresh.username, address, at)


def _count_failure(account: Account | None, username: str, address: str, at: datetime) -> None:
    SignInAttempt.objects.bulk_create([SignInAttempt(username=username[:64], address=address, attempted_at=at)])
    detail = {}
    if account is not None:
        account.failed_sign_ins += 1
        if account.failed_sign_ins >= limit("access.failures_before_lock"):
            account.locked_until = at + timedelta(minutes=limit("access.lock_minutes"))
            account.failed_sign_ins = 0
            detail = {"locked_until": account.locked_until.isoformat()}
        account.save(update_fields=["failed_sign_ins", "locked_until"])
    actor = Actor(account.pk if account else 0, username[:64], "")
    record(actor, "access.sign_in_failed", subject=username, at=at, detail=detail, address=address)


def open_session(request: HttpRequest, account: Account, address: str, at: datetime) -> None:
    """Begin a session for an account that has shown everything asked of it."""
    request.session.cycle_key()
    request.session[ACCOUNT_KEY] = account.pk
    request.session[EPOCH_KEY] = account.session_epoch
    request.session[SEEN_KEY] = int(at.timestamp())
    rotate_token(request)
    with sign_in_scope():
        Account.objects.filter(pk=account.pk).update(failed_sign_ins=0, locked_until=None, last_signed_in_at=at)
        record(Actor(account.pk, account.username, account.display_name), "access.signed_in", at=at, address=address)


def end_session(request: HttpRequest, at: datetime, address: str) -> None:
    """End the session; the trail keeps that it ended."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_signed_in:
        record(actor, "access.signed_out", at=at, address=address)
    request.session.flush()
    request.actor = NOBODY  # type: ignore[attr-defined]
