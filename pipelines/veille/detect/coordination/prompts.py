"""The second trace: near-duplicate prompts. A group of near-duplicates plays the part of a target."""

from dataclasses import replace

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from veille.detect.components import Ints, components
from veille.detect.coordination.events import Events

_SIMILAR = 0.8  # cosine of character 4-gram TF-IDF above which two prompts are one text with small changes
_SHORTEST = 20  # characters; shorter prompts are everybody's ("try this", "again please")
_CHUNK = 512  # prompts compared at once with all others; bounds memory


def normalise(prompt: pl.Expr) -> pl.Expr:
    """Lower case, without links, handles, digits and punctuation, single spaces."""
    plain = prompt.str.to_lowercase().str.replace_all(r"https?://\S+|@[\w-]+", " ")
    return plain.str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()


def group_prompts(prompts: pl.Series) -> pl.Series:
    """Name of the group of near-duplicates of each prompt (its first text in alphabetical order), null for short ones.

    TF-IDF on character 4-grams, cosine at least 0.8, joined transitively; exact duplicates are compared once.
    """
    text = prompts.to_frame("p").select(normalise(pl.col("p")).alias("p"))["p"]
    text = pl.select(pl.when(text.str.len_chars() >= _SHORTEST).then(text)).to_series()
    distinct = text.drop_nulls().unique().sort()
    if not len(distinct):
        return pl.Series("group", [None] * len(prompts), pl.String)
    label = _similar(distinct.to_list())
    first = distinct.gather(np.unique(label, return_index=True)[1])
    named = pl.DataFrame({"text": distinct, "group": first.gather(label)})
    return text.to_frame("text").join(named, on="text", how="left", maintain_order="left")["group"]


def _similar(texts: list[str]) -> Ints:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 (slow to import, seldom needed)

    matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), dtype=np.float32).fit_transform(texts)
    matrix = csr_matrix(matrix)
    left, right = [], []
    for start in range(0, len(texts), _CHUNK):
        near = (matrix[start : start + _CHUNK] @ matrix.T).tocoo()
        close = near.data >= _SIMILAR
        left.append(near.row[close] + start)
        right.append(near.col[close])
    return components(len(texts), np.concatenate(left), np.concatenate(right))


def prompt_events(mentions: pl.DataFrame, events: Events) -> Events:
    """Events whose target is the group of near-duplicate prompts, with the account codes of `events`."""
    groups = mentions.select(pl.col("prompt").unique().drop_nulls())["prompt"]
    named = pl.DataFrame({"prompt": groups, "prompt_group": group_prompts(groups)})
    frame = mentions.join(named, on="prompt", how="left").with_columns(pl.col("account_id").cast(pl.String))
    frame = frame.filter(pl.col("account_id").is_in(events.accounts.implode()))
    traced = Events.from_frame(frame, "prompt_group")
    if not len(traced):
        return traced
    recode = events.accounts.search_sorted(traced.accounts).to_numpy().astype(np.int64)
    return replace(traced, account=recode[traced.account], accounts=events.accounts, seen=events.seen)
