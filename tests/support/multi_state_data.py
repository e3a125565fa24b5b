"""Small data sets of people who move between states.

``tests/reference/data/cav_transitions.csv``: pairs of examinations of 622 heart transplant recipients (Papworth
Hospital; Sharples, Jackson, Parameshwar, Wallwork and Large 2003) as in R's msm package 1.7, ``cav``, counted by grade
of vasculopathy at both (1 none, 2 mild, 3 severe, 4 death) and days between them; years are days / 365.
"""

from __future__ import annotations

import numpy as np
from survival_data import table

from jingan_analysis.models.state_spells import state_spells

# Made up: 12 people at home (0), in hospital (1) or dead (2), with ties, late entries and people lost from sight.
# Person, from, to (-1 lost), entry, exit.
TWELVE = (
    (1, 0, 1, 0, 3), (1, 1, 0, 3, 7), (1, 0, 2, 7, 12), (2, 0, 1, 0, 5), (2, 1, 2, 5, 8), (3, 0, 1, 0, 3),
    (3, 1, 0, 3, 8), (3, 0, -1, 8, 15), (4, 0, 2, 0, 7), (5, 1, 0, 0, 5), (5, 0, -1, 5, 14), (6, 0, 1, 2, 5),
    (6, 1, 0, 5, 9), (6, 0, 1, 9, 12), (6, 1, -1, 12, 16), (7, 0, -1, 4, 13), (8, 0, 1, 0, 3), (8, 1, 0, 3, 10),
    (9, 1, 0, 1, 5), (9, 0, 1, 5, 11), (9, 1, 2, 11, 15), (10, 0, 1, 0, 6), (11, 0, 1, 0, 9), (11, 1, 2, 9, 13),
    (12, 1, 0, 3, 9),
)  # fmt: skip


def spells_of(rows, states=("home", "hospital", "dead")):
    """Stays from rows of person, from, to, entry and exit."""
    return state_spells(*np.array(rows).T, states=states)


# Starting values of msm's documentation: no, mild and severe vasculopathy, death.
TWOWAY4 = np.array(
    [[-0.5, 0.25, 0, 0.25], [0.166, -0.498, 0.166, 0.166], [0, 0.25, -0.5, 0.25], [0, 0, 0, 0]], dtype=float
)


def cav_visits():
    """Person, years and state of visits, each pair as a person of its own."""
    data = table("cav_transitions")
    data = data.loc[data.index.repeat(data["count"])]
    person = np.repeat(np.arange(len(data)), 2)
    years = np.column_stack([np.zeros(len(data)), data.days / 365]).ravel()
    return person, years, (data[["from", "to"]].to_numpy() - 1).ravel()


def walk(generator, state, until, rng):
    """Times and states of one path through a Markov process with this generator, from time 0."""
    time, path = 0.0, [(0.0, state)]
    while generator[state, state] < 0:
        time += rng.exponential(-1 / generator[state, state])
        if time >= until:
            break
        chances = np.where(np.arange(len(generator)) == state, 0, generator[state])
        state = int(rng.choice(len(generator), p=chances / chances.sum()))
        path.append((time, state))
    return path
