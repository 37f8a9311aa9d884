"""Reports that come by mail every week or month: who wants them, and sending each exactly once."""

from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from emads.web.home import sensors_of
from emads.web.reports import making, wording
from emads.web.reports.content import report_on
from emads.web.reports.making import Render
from emads.web.reports.period import Kind, Period, kind_of, latest_complete
from energy import series
from energy.models import Site
from energy.overview import main_meters
from messaging import services
from messaging.models import Notification, Subscription

log = structlog.get_logger()
LATE_DATA = timedelta(days=2)  # suppliers deliver the last day late; then the report goes out as it is


def subscribe(*, user: User, site: Site, kind: Kind, now: datetime) -> Subscription:
    """From the next period that ends on, a person gets the report of a site."""
    found, _ = Subscription.objects.get_or_create(
        user=user, subject=site.slug, period=kind, defaults={"sent_until": now}
    )
    return found


def unsubscribe(*, user: User, site: Site, kind: Kind) -> bool:
    """No more of these."""
    return bool(Subscription.objects.filter(user=user, subject=site.slug, period=kind).delete()[0])


def send_due(*, render: Render, now: datetime) -> Counter[str]:
    """Send the reports of periods that are over. Counts `sent`, `empty`, `failed` and `ended`."""
    done: Counter[str] = Counter()
    sites = {site.slug: site for site in Site.objects.prefetch_related("tariffs")}
    for subscription in Subscription.objects.select_related("user").order_by("subject", "period", "pk"):
        site = sites.get(subscription.subject)
        if site is None or not _may_see(subscription.user, site):
            subscription.delete()
            done["ended"] += 1
            continue
        period = latest_complete(kind_of(subscription.period), now, site.tz)
        if is_due(subscription, period) and is_ripe(site, period, now):
            done[_try(subscription, site, period, render, now)] += 1
    return done


def is_due(subscription: Subscription, period: Period) -> bool:
    """Whether a person has not been sent this one."""
    return subscription.sent_until is None or subscription.sent_until < period.end


def is_ripe(site: Site, period: Period, now: datetime) -> bool:
    """Whether readings have come up to the end of the period, or nobody waits for them any longer."""
    known = series.extent(main_meters(sensors_of(site))) if site.sensors.exists() else None
    return now > period.end + LATE_DATA or (known is not None and known[1] >= period.end)


def _may_see(user: User, site: Site) -> bool:
    return user.may_sign_in and Site.objects.visible_to(user).filter(pk=site.pk).exists()


def _try(subscription: Subscription, site: Site, period: Period, render: Render, now: datetime) -> str:
    try:
        return _send(subscription, site, period, render, now)
    except Exception:  # one person's report must not keep back the others'; the next tick tries again
        log.exception("report not sent", subscription=subscription.pk)
        return "failed"


def _send(subscription: Subscription, site: Site, period: Period, render: Render, now: datetime) -> str:
    """One report to one person: the claim, the notice and the mail with the PDF stand or fall together."""
    row = making.scheduled(site=site, period=period, now=now)
    making.make(key=row.key, render=render, now=now)
    row.refresh_from_db()
    if not row.finished:  # another process is making it: the next tick sends it
        return "waiting"
    if row.error == making.TROUBLE:
        return "failed"
    with transaction.atomic():
        same = Subscription.objects.filter(pk=subscription.pk, sent_until=subscription.sent_until)
        if not same.update(sent_until=period.end):
            return "taken"
        report = report_on(site, period, now)
        if report is None or not row.file:
            return "empty"
        services.notify(
            users=[subscription.user],
            kind=Notification.Kind.REPORT,
            title=f"{site.name}: {wording.headline(report)}",
            body=wording.summary(report),
            link=reverse("web:report-file", args=[row.key]),
            key=f"report-{site.pk}-{period.kind}-{period.first}",
            now=now,
            attachments={file_name(site, period): row.file.read()},
        )
    return "sent"


def file_name(site: Site, period: Period) -> str:
    """Of a report that leaves the house."""
    return f"emads-{site.slug}-{period.file_name}.pdf"
