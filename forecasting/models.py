"""What was forecast, when, and how good it was."""

from datetime import date, datetime, timedelta

from django.db import models

from energy.models import Sensor, ThroughSensorQuerySet


class ForecastQuerySet(ThroughSensorQuerySet["Forecast"]):
    """Reads of forecasts."""

    def newest(self, now: datetime) -> "ForecastQuerySet":
        """The last one issued for each sensor by `now`."""
        issued = Forecast.objects.filter(sensor=models.OuterRef("pk"), issued_at__lte=now)
        last = models.Subquery(issued.order_by("-issued_at", "-first_day").values("pk")[:1])
        # Asked once a sensor, not once a row: each answer is one step in the index.
        return self.filter(pk__in=Sensor.objects.order_by().annotate(last=last).values("last"))


class Forecast(models.Model):
    """Daily energy of the days from `first_day` on, as known at `issued_at`. Lists run in step, in Wh."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="forecasts")
    issued_at = models.DateTimeField()
    first_day = models.DateField()
    model = models.CharField(max_length=40)
    mean_wh = models.JSONField(default=list)  # the middle: as likely above as below
    low_wh = models.JSONField(default=list)  # 10 % quantile
    high_wh = models.JSONField(default=list)  # 90 % quantile
    abstained = models.CharField(max_length=200, blank=True)  # why there is none

    objects = ForecastQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-issued_at"]
        constraints = [models.UniqueConstraint(fields=["sensor", "first_day"], name="forecast_once_a_day")]
        indexes = [models.Index(fields=["sensor", "-issued_at", "-first_day"], name="forecast_newest")]

    def __str__(self) -> str:
        return f"{self.sensor} from {self.first_day}"

    @property
    def days(self) -> list[date]:
        """The days it speaks of."""
        return [self.first_day + timedelta(days=i) for i in range(len(self.mean_wh))]


class Scorecard(models.Model):
    """How the forecaster did on a sensor's last days, beside repeating last week."""

    sensor = models.OneToOneField(Sensor, models.CASCADE, related_name="scorecard")
    computed_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=40)  # the forecaster that earned its place
    mae_wh = models.FloatField(null=True)
    rmse_wh = models.FloatField(null=True)
    mase = models.FloatField(null=True)
    naive_mae_wh = models.FloatField(null=True)
    naive_rmse_wh = models.FloatField(null=True)
    naive_mase = models.FloatField(null=True)
    coverage_80 = models.FloatField(null=True)

    objects = ThroughSensorQuerySet["Scorecard"].as_manager()

    def __str__(self) -> str:
        return f"{self.sensor}: MASE {self.mase}"

    @property
    def gain(self) -> float | None:
        """Its mean error against that of repeating last week: -0.2 is a fifth less; None if unknown."""
        if self.mae_wh is None or not self.naive_mae_wh:
            return None
        return self.mae_wh / self.naive_mae_wh - 1
