"""What was forecast, when, and how good it was."""

from django.db import models

from energy.models import Sensor, ThroughSensorQuerySet


class Forecast(models.Model):
    """Daily energy of the days from `first_day` on, as known at `issued_at`. Lists run in step, in Wh."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="forecasts")
    issued_at = models.DateTimeField(db_index=True)
    first_day = models.DateField()
    model = models.CharField(max_length=40)
    mean_wh = models.JSONField(default=list)
    low_wh = models.JSONField(default=list)  # 10 % quantile
    high_wh = models.JSONField(default=list)  # 90 % quantile
    abstained = models.CharField(max_length=200, blank=True)  # why there is none

    objects = ThroughSensorQuerySet["Forecast"].as_manager()

    class Meta:
        ordering = ["-first_day", "-issued_at"]
        constraints = [models.UniqueConstraint(fields=["sensor", "first_day"], name="forecast_once_a_day")]

    def __str__(self) -> str:
        return f"{self.sensor} from {self.first_day}"


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
