"""What people change about their own account: password, second factor. Each is recorded in the trail."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access import second_factor
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.middleware import EPOCH_KEY
from yigongti.kernel.access.models import Account
from yigongti.kernel.trail.public import record


def check_new_password(password: str, username: str) -> None:
    """Raises InvalidInput for a password that is too short, too common, or the user name."""
    shortest = limit("access.password_length")
    if len(password) < shortest:
        raise InvalidInput(
            "access.password_short",
            zh=f"密码至少 {shortest} 个字符",
            en=f"a password has at least {shortest} characters",
        )
    try:
        password_validation.CommonPasswordValidator().validate(password)
        password_validation.NumericPasswordValidator().validate(password)
    except ValidationError:
        password_is_weak = True
    else:
        password_is_weak = username.lower() in password.lower()
    if password_is_weak:
        raise InvalidInput(
            "access.password_weak",
            zh="密码过于简单：不要用常见密码、纯数字或包含用户名",
            en="the password is too easy: not a common one, not only digits, not with the user name in it",
        )


def change_password(request: HttpRequest, actor: Actor, old: str, new: str, at: datetime) -> None:
    """Set a new password; every other session of the account ends. Raises InvalidInput."""
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    if not account.has_password(old):
        raise InvalidInput("access.old_password", zh="原密码不正确", en="the present password is not right")
    check_new_password(new, account.username)
    if old == new:
        raise InvalidInput("access.same_password", zh="新密码不能与原密码相同", en="the new password is the old one")
    account.set_password(new)
    account.must_change_password = False
    _end_other_sessions(request, account)
    account.save(update_fields=["password", "must_change_password", "session_epoch"])
    record(actor, "access.password_changed", at=at)


def begin_second_factor(request: HttpRequest) -> str:
    """A new secret, kept in the session until a code proves that the app has it."""
    secret = request.session.get("new_second_factor") or second_factor.new_secret()
    request.session["new_second_factor"] = secret
    return str(secret)


def confirm_second_factor(request: HttpRequest, actor: Actor, code: str, at: datetime) -> list[str]:
    """Switch the second factor on; the recovery codes, shown this once. Raises InvalidInput for a wrong code."""
    secret = request.session.get("new_second_factor", "")
    step = second_factor.accepted_step(secret, code, at, after=0) if secret else None
    if step is None:
        raise InvalidInput(
            "access.wrong_code", zh="验证码不正确，请核对手机时间", en="the code is not right; check the time"
        )
    codes, hashes = second_factor.new_recovery_codes()
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    account.second_factor_secret = second_factor.sealed(secret)
    account.recovery_codes, account.last_second_factor_step = hashes, step
    _end_other_sessions(request, account)
    account.save(
        update_fields=["second_factor_secret", "recovery_codes", "last_second_factor_step", "session_epoch"]
    )  # fmt: skip
    del request.session["new_second_factor"]
    record(actor, "access.second_factor_on", at=at)
    return codes


def remove_second_factor(request: HttpRequest, actor: Actor, password: str, at: datetime) -> None:
    """Switch the second factor off; asks for the password. Raises InvalidInput."""
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    if not account.has_password(password):
        raise InvalidInput("access.old_password", zh="密码不正确", en="the password is not right")
    account.second_factor_secret, account.recovery_codes = "", []
    _end_other_sessions(request, account)
    account.save(update_fields=["second_factor_secret", "recovery_codes", "session_epoch"])
    record(actor, "access.second_factor_off", at=at)


def spend_code(account: Account, code: str, at: datetime) -> bool:
    """Whether the code opens this account now: of the app (each step once) or a recovery code (each once)."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    secret = second_factor.opened(fresh.second_factor_secret)
    step = second_factor.accepted_step(secret, code, at, fresh.last_second_factor_step) if secret else None
    if step is not None:
        fresh.last_second_factor_step = step
        fresh.save(update_fields=["last_second_factor_step"])
        return True
    spent = second_factor.recovery_hash(code)
    if spent in fresh.recovery_codes:
        fresh.recovery_codes = [kept for kept in fresh.recovery_codes if kept != spent]
        fresh.save(update_fields=["recovery_codes"])
        return True
    return False


def _end_other_sessions(request: HttpRequest, account: Account) -> None:
    account.session_epoch += 1
    request.session[EPOCH_KEY] = account.session_epoch
