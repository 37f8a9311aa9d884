"""The page of reports: preview, PDFs, what comes by mail, CSV."""

from datetime import date, datetime
from typing import Any, cast

import structlog
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from accounts.models import User
from emads.lib import charts, figures
from emads.web.reports import making, schedule, wording
from emads.web.reports.content import latest_with_data, report_on
from emads.web.reports.period import KINDS, Period, holding, kind_of, latest_complete
from emads.web.tasks import make_report
from energy.access import current_site, get_site, must_be_allowed
from energy.models import Site
from energy.span import from_query
from messaging.models import ReportFile, Subscription

MOST_FILES = 20
log = structlog.get_logger()


def _person(request: HttpRequest) -> User:
    """Who asks; the door is behind sign-in."""
    return cast(User, request.user)


def _period(asked: dict[str, str], site: Site, now: datetime) -> Period:
    """The period a query or form asks for; the last with readings if it asks for none or for nonsense."""
    try:
        kind = kind_of(asked.get("period", "month"))
        day = date.fromisoformat(asked["day"])
        return holding(kind, min(max(day, date(1971, 1, 1)), date(2099, 12, 1)), site.tz)
    except (KeyError, ValueError):
        return latest_with_data(site, "week" if asked.get("period") == "week" else "month", now)


def _visible_files(user: User) -> Any:
    """PDFs of this person and of the schedule, of sites they may (still) see."""
    slugs = Site.objects.visible_to(user).values("slug")
    return ReportFile.objects.of(user).filter(subject__in=slugs)


def _mail_choices(user: User, site: Site, now: datetime) -> list[dict[str, Any]]:
    """Weekly and monthly: whether it comes, and when the next one does."""
    wanted = set(Subscription.objects.filter(user=user, subject=site.slug).values_list("period", flat=True))
    return [
        {
            "kind": kind,
            "label": Subscription.Period(kind).label,
            "on": kind in wanted,
            "next": latest_complete(kind, now, site.tz).next.end,
        }
        for kind in KINDS
    ]


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """What a report would say, the PDFs there are, what comes by mail, CSV."""
    site = current_site(request)
    if site is None:
        return render(request, "web/reports.html", {"site": None})
    now = timezone.now()
    prefetch_related_objects([site], "tariffs")
    period = _period(request.GET.dict(), site, now)
    report = report_on(site, period, now)
    known = {
        "site": site,
        "period": period,
        "report": report,
        "headline": wording.headline(report) if report else "",
        "key_figures": wording.key_figures(report) if report else [],
        "incidents": wording.incident_lines(report)[:4] if report else [],
        "has_next": period.next.start <= now,
        "files": _visible_files(_person(request)).filter(subject=site.slug)[:MOST_FILES],
        "mail_choices": _mail_choices(_person(request), site, now),
        "span": from_query(request.GET, site.tz, now, default=_person(request).default_range),
    }
    return render(request, "web/reports.html", known)


@require_GET
def daily_chart(request: HttpRequest) -> JsonResponse:
    """The days of the preview."""
    site = current_site(request)
    now = timezone.now()
    report = report_on(site, _period(request.GET.dict(), site, now), now) if site else None
    if report is None:
        raise Http404("no readings")
    scale = figures.scale(max((float(wh) for wh in report.days.wh[report.days.n > 0]), default=0.0))
    series = [
        charts.over_time(
            "Use", "consumption", "bar", report.days.t, report.days.wh / scale.wh, report.site.tz
        ),
        charts.over_time(
            "7-day mean", "mean", "line", report.days.t, report.mean_wh / scale.wh, report.site.tz
        ),
    ]
    return JsonResponse(
        charts.figure(
            [] if report.empty else series,
            scale.unit,
            time_zone=report.site.time_zone,
            empty=f"No readings {report.period.spoken}.",
        )
    )


@require_POST
def report_request(request: HttpRequest) -> HttpResponse:
    """Have a PDF made."""
    site = get_site(request.user, request.POST.get("site", ""))
    now = timezone.now()
    period = _period(request.POST.dict(), site, now)
    asked = making.request(user=_person(request), site=site, period=period, now=now)
    try:
        make_report.delay(asked.key)
    except OperationalError as trouble:  # the row is there; the next minute's tick takes it up
        log.warning("broker not reached", reason=str(trouble))
    query = f"?site={site.slug}&period={period.kind}&day={period.first}"
    return redirect(f"{reverse('web:reports')}{query}#files")


@require_GET
def report_row(request: HttpRequest, key: str) -> HttpResponse:
    """One line of the list of PDFs, asked for until it is finished."""
    file = get_object_or_404(_visible_files(_person(request)), key=key)
    return render(request, "web/reports_file.html", {"file": file})


@require_GET
def report_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The PDF itself."""
    row = get_object_or_404(_visible_files(_person(request)), key=key, status=ReportFile.Status.DONE)
    site = get_site(request.user, row.subject)
    name = schedule.file_name(site, Period(kind_of(row.period), row.first_day, site.tz))
    return FileResponse(
        row.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf"
    )


@require_POST
def report_mail(request: HttpRequest) -> HttpResponse:
    """Subscribe or unsubscribe."""
    site = get_site(request.user, request.POST.get("site", ""))
    try:
        kind = kind_of(request.POST.get("period", ""))
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("web:reports")
    if request.POST.get("want") == "yes":
        must_be_allowed(request.user, "messaging.add_subscription")
        schedule.subscribe(user=_person(request), site=site, kind=kind, now=timezone.now())
        messages.success(request, f"The {kind}ly report of {site.name} will come by mail.")
    else:
        schedule.unsubscribe(user=_person(request), site=site, kind=kind)
        messages.success(request, f"No more {kind}ly reports of {site.name} by mail.")
    return redirect(f"{reverse('web:reports')}?site={site.slug}#mail")
