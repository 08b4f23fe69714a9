"""Health and metrics: open to whoever reaches the port, so they hold counts only."""

from typing import Protocol

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from veille.incidents.faults import Effect


class HealthSource(Protocol):
    def faults(self, *effects: Effect) -> list[str]:
        """Faults that are present and have one of these effects, one line each."""

    def catching_up(self) -> dict[str, str | None] | None:
        """How far detection is (`decided_until`) and has to come (`events_until`) while it works through history; else None."""

    def metrics(self) -> bytes: ...


def router(service: HealthSource) -> APIRouter:
    api = APIRouter(tags=["health"])

    @api.get("/healthz", responses={503: {"description": "A loop of the service has stopped."}})
    def healthz() -> Response:
        """200 while no fault is present that a restart would cure: every loop turns. Catching up with history is no fault."""
        faults = service.faults("liveness")
        body = {"alive": not faults, "faults": faults, "catching_up": service.catching_up()}
        return JSONResponse(body, status_code=503 if faults else 200)

    @api.get(
        "/readyz", responses={503: {"description": "Events cannot be ingested or read; `faults` gives the reason."}}
    )
    def readyz() -> Response:
        """200 while events can be taken in and read; else 503 with the faults."""
        faults = service.faults("liveness", "readiness")
        return JSONResponse({"ready": not faults, "faults": faults}, status_code=503 if faults else 200)

    @api.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics() -> Response:
        """Prometheus metrics."""
        return Response(service.metrics(), media_type="text/plain; version=0.0.4")

    return api
