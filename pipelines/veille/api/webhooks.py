"""Calls from outside that carry no token but a signature."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Header, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from veille.incidents.channels.pagerduty_webhook import BODY_BYTES, PagerEvent, WebhookError, parse, signed


class Receiver(Protocol):
    def receive(self, event: PagerEvent) -> bool: ...


def router(receiver: Receiver, pagerduty_secrets: tuple[str, ...]) -> APIRouter:
    """pagerduty_secrets: of all webhook subscriptions; without any, calls are refused."""
    api = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

    @api.post(
        "/pagerduty",
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        responses={401: {"description": "The signature is invalid."}, 413: {"description": "Larger than 1 MiB."}},
    )
    async def pagerduty(request: Request, x_pagerduty_signature: Annotated[str, Header()] = "") -> dict[str, bool]:
        """A v3 webhook of PagerDuty. A repeated call does nothing, so a recorded one is of no use to anybody."""
        body = await _limited(request)
        if not signed(pagerduty_secrets, body, x_pagerduty_signature):
            raise HTTPException(401, "the signature is invalid")
        try:
            event = parse(body)
        except WebhookError as error:
            raise HTTPException(422, str(error)) from None
        return {"applied": event is not None and await run_in_threadpool(receiver.receive, event)}

    return api


async def _limited(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise HTTPException(413, "the body is larger than 1 MiB")
    return body
