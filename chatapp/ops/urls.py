from django.urls import path

from chatapp.ops import health, metrics

app_name = "ops"
urlpatterns = [
    path("healthz/live", health.show_live, name="show_live"),
    path("healthz/ready", health.show_ready, name="show_ready"),
    path("metrics/", metrics.show_metrics, name="show_metrics"),
]
