"""A file on its way in: upload, look, confirm, watch, receipt."""

import re
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import signed_in
from emads.lib.csvfile import rows_to_csv
from energy import imports
from energy.access import current_site, must_be_allowed
from energy.forms import time_zones
from energy.import_forms import OptionsForm, UploadForm, shown
from energy.ingest.base import Options
from energy.models import ImportJob, Person, Sensor, Site
from energy.usage import figures

RECENT = 20
REJECTED_SHOWN = 20
MOST_COLUMNS = 200
OF_COMMANDS = re.compile(r" \(--[^)]*\)")  # hints for people at a terminal
RUNS = (ImportJob.Status.QUEUED, ImportJob.Status.RUNNING)


def get_job(user: Person, key: str) -> ImportJob:
    """An import of a site this person may change."""
    must_be_allowed(user, "energy.add_importjob")
    jobs = ImportJob.objects.visible_to(user).select_related("site", "user")
    return get_object_or_404(jobs, key=key)


def upload(request: HttpRequest) -> HttpResponse:
    """Step 1: choose a file. Below it, what was imported lately."""
    user = signed_in(request)
    must_be_allowed(user, "energy.add_importjob")
    site = current_site(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, user=user, initial={"site": site and site.slug}
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        job = imports.start_import(
            site=form.cleaned_data["site"],
            user=user,
            upload=file,
            file_name=file.name,
            options=Options(),
            now=timezone.now(),
        )
        return redirect(job)
    jobs = ImportJob.objects.visible_to(user).select_related("site", "user")[:RECENT]
    may = Site.objects.editable_by(user).exists()
    return render(request, "energy/import.html", {"form": form, "jobs": jobs, "may": may})


def job(request: HttpRequest, key: str) -> HttpResponse:
    """One import, wherever it stands."""
    found = get_job(request.user, key)
    if found.status == ImportJob.Status.PREVIEW:
        return look(request, found)
    page = {"site": found.site, "job": found}
    if found.status in RUNS:
        return render(request, "energy/import_progress.html", page)
    return render(request, "energy/import_receipt.html", page | receipt(found))


def receipt(found: ImportJob) -> dict[str, Any]:
    """What became of a file."""
    figures = found.receipt
    total = figures.get("total_kwh")
    slugs = Sensor.objects.filter(slug__in=figures.get("sensors", {})).values_list("slug", flat=True)
    return {
        "receipt": figures,
        "total_wh": None if total is None else 1000 * total,
        "first": moment(figures.get("first")),
        "last": moment(figures.get("last")),
        "there": set(slugs),
        "rejected": sorted(islice(imports.rejected_rows(found), REJECTED_SHOWN)),
    }


def moment(text: str | None) -> datetime | None:
    """The instant a receipt names."""
    return datetime.fromisoformat(text) if text else None


def look(request: HttpRequest, found: ImportJob) -> HttpResponse:
    """Step 2: what would be imported. The address carries what the person said about the file."""
    options, guess, asked = read(request, found)
    page = {
        "site": found.site,
        "job": found,
        "guess": guess,
        "hopeless": bool(guess.problems) and not guess.missing and not guess.columns,
        "problems": [OF_COMMANDS.sub("", problem) for problem in guess.problems],
        "form": shown(found.site, options, guess, asked),
        "time_zones": time_zones,
        "query": request.GET.urlencode(),
    }
    return render(request, "energy/import_preview.html", page)


def read(request: HttpRequest, found: ImportJob) -> tuple[Options, imports.Preview, OptionsForm]:
    """The options an address carries, the preview under them, and the form as it was filled in."""
    asked = OptionsForm(request.GET or None, site=found.site, columns=columns_of(request.GET))
    options = asked.options() if asked.is_valid() or asked.is_bound else Options.of(found.options)
    if not found.file.storage.exists(str(found.file.name)):
        return (
            options,
            imports.Preview(problems=["The upload is no longer there. Choose the file again."]),
            asked,
        )
    guess = imports.preview(found.file.path, options, site=found.site, name=found.file_name)
    return options, guess, asked


def columns_of(fields: QueryDict) -> int:
    """How many columns the form had."""
    return min(sum(name.startswith("role_") for name in fields), MOST_COLUMNS)


def chart(request: HttpRequest, key: str) -> JsonResponse:
    """The first readings as they would be stored."""
    found = get_job(request.user, key)
    _, guess, _ = read(request, found)
    return JsonResponse(figures.parsed(guess.parsed, found.site.tz))


@require_POST
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Step 3: the person's word. Without it, back to the preview with what they said."""
    found = get_job(request.user, key)
    form = OptionsForm(request.POST, site=found.site, columns=columns_of(request.POST))
    if "import" not in request.POST or not form.is_valid():
        return redirect(f"{found.get_absolute_url()}?{said(request)}")
    if not imports.confirm(job=found, options=form.options(), now=timezone.now()):
        messages.info(request, "This import is on its way already.")
    return redirect(found)


def said(request: HttpRequest) -> str:
    """The fields of the form as a query string."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    return fields.urlencode()


@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Let go of an upload that was not confirmed."""
    found = get_job(request.user, key)
    if imports.discard(job=found):
        messages.success(request, f"{found.file_name} is let go. Nothing was imported.")
    return redirect("energy:import")


def progress(request: HttpRequest, key: str) -> HttpResponse:
    """How far it is; once over, the page loads anew."""
    found = get_job(request.user, key)
    if found.status not in RUNS:
        return HttpResponseClientRefresh()
    return render(request, "energy/_progress.html", {"job": found})


def rejected(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Every rejected row with its reason, as CSV."""
    found = get_job(request.user, key)
    lines = rows_to_csv(["line", "reason"], imports.rejected_rows(found))
    name = f"rejected-{found.key}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
