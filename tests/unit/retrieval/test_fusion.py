"""Several rankings into one."""

from __future__ import annotations

import numpy as np

from docmind.retrieval.fusion import NO_VOTE, fuse, ranks


def test_ranks_count_the_better_ones() -> None:
    assert ranks(np.array([0.5, 2.0, 0.1])).tolist() == [1, 0, 2]


def test_equal_scores_have_equal_ranks() -> None:
    assert ranks(np.array([1.0, 3.0, 1.0, 0.0])).tolist() == [1, 0, 1, 3]


def test_the_first_on_every_arm_has_a_score_of_one() -> None:
    fused = fuse([(np.array([9.0, 1.0]), 1.0), (np.array([0.8, 0.7]), 3.0)])
    assert fused[0] == 1.0
    assert 0 < fused[1] < 1


def test_good_on_both_arms_beats_best_on_one() -> None:
    first = np.array([3.0, 2.0, 1.0, 0.5])
    second = np.array([0.1, 0.9, 0.8, 0.7])
    assert fuse([(first, 1.0), (second, 1.0)]).argmax() == 1


def test_a_heavier_arm_has_more_say() -> None:
    first, second = np.array([2.0, 1.0]), np.array([1.0, 2.0])
    assert fuse([(first, 2.0), (second, 1.0)]).argmax() == 0
    assert fuse([(first, 1.0), (second, 2.0)]).argmax() == 1


def test_where_an_arm_has_no_vote_only_the_others_count() -> None:
    silent = np.array([NO_VOTE, NO_VOTE])
    fused = fuse([(np.array([1.0, 2.0]), 1.0), (silent, 1.0)])
    assert fused.tolist() == sorted(fused.tolist())
    assert fused.max() == 0.5
