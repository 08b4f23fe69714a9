"""Clusters: what is known of them, and a person's verdict."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from veille.api.access import Principal, Role, require
from veille.api.errors import NotFoundError
from veille.store.audit import Audit
from veille.store.clusters import Clusters, UnknownClusterError

READERS: tuple[Role, ...] = ("analyst", "oncall", "steward")
Judge = Annotated[Principal, Depends(require("analyst", "steward", person=True))]


class ClusterVerdict(BaseModel):
    """What a person says of a cluster, and why. open: takes an earlier verdict back."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["confirmed", "rejected", "open"]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)] = Field()


def router(clusters: Clusters, audit: Audit) -> APIRouter:
    api = APIRouter(prefix="/v1/clusters", tags=["clusters"])

    @api.get("", dependencies=[Depends(require(*READERS))])
    def every(
        tier: Literal["validated", "possible"] | None = None,
        verdict: Literal["confirmed", "rejected", "open"] | None = None,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    ) -> list[dict[str, Any]]:
        """Clusters, the most lately active first."""
        return clusters.list(tier, verdict, limit).to_dicts()

    @api.get("/{cluster_id}", dependencies=[Depends(require(*READERS))])
    def one(cluster_id: str) -> dict[str, Any]:
        """One cluster with its evidence card, members, edges, history and verdicts. The begin of an id is enough."""
        try:
            return clusters.describe(cluster_id)
        except UnknownClusterError as error:
            raise NotFoundError(str(error)) from None

    @api.post("/{cluster_id}/verdict")
    def judge(cluster_id: str, said: ClusterVerdict, caller: Judge) -> dict[str, str]:
        """Confirm, reject or reopen, in the caller's name. Audited; stays with the id whatever becomes of the cluster."""
        try:
            name = clusters.full_id(cluster_id)
        except UnknownClusterError as error:
            raise NotFoundError(str(error)) from None
        audit.write(caller.on_record, f"cluster.{said.verdict}", name, said.reason)
        clusters.judge(name, said.verdict, said.reason, caller.on_record)
        return {"cluster_id": name, "verdict": said.verdict}

    return api
