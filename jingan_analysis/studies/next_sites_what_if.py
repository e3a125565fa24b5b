"""Move a proposed site by hand and see at once what becomes of the account."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jingan_analysis.errors import InvalidParameter, did_you_mean
from jingan_analysis.language import speaking, tr
from jingan_analysis.showing import stamps_html
from jingan_analysis.studies.next_sites_choices import measured
from jingan_analysis.studies.next_sites_numbers import access_of, proposed
from jingan_analysis.studies.next_sites_tables import settings_of, words_of
from jingan_analysis.studies.study import load_study
from jingan_analysis.tables import next_sites as layout
from jingan_analysis.tables.protection import protect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.district import District
    from jingan_analysis.studies.next_sites_situation import Mask, Situation
    from jingan_analysis.tables.table import Table
    from jingan_analysis.vocabulary import Language


class WhatIf:
    """New sites chosen by hand, beside what stands now and what the study proposes.

    Attributes
    ----------
    situation
        What the study looks at.
    language
        The language of every word.
    stamps
        What every account must say of its data.
    """

    def __init__(self, situation: Situation, language: Language, stamps: tuple[str, ...]) -> None:
        self.situation, self.language, self.stamps = situation, language, stamps

    @property
    def candidates(self) -> dict[str, str]:
        """Name of each candidate that may be chosen, by its id."""
        return {str(site): self.situation.names[site] for site in self.situation.premises.open["site_id"]}

    @cached_property
    def proposal(self) -> tuple[str, ...]:
        """Ids of the sites that the study proposes."""
        return tuple(proposed(self.situation))

    def account(self, sites: Sequence[str]) -> Table:
        """What stands now, the proposal and the given new sites by the same yardsticks.

        Raises
        ------
        InvalidParameter
            If a site is no candidate, or is one that may not be chosen.
        """
        known = self.candidates
        wrong = [f"{site!r} may not be chosen.{did_you_mean(site, known)}" for site in sites if site not in known]
        if wrong:
            raise InvalidParameter("; ".join(wrong))
        situation = self.situation
        chosen = {"now": situation.stands, "proposal": situation.proposal.chosen, "yours": self._with(sites)}
        frame = pd.DataFrame.from_dict({name: self._row(one) for name, one in chosen.items()}, orient="index")
        with speaking(self.language):
            words = words_of(situation, settings_of(situation))
            table = layout.what_if(
                frame, words, {"now": tr("As it is"), "proposal": tr("Proposal"), "yours": tr("Yours")}
            )
            return protect(table, situation.params.minimum_cell)

    def board(self) -> Any:  # noqa: ANN401 a widget
        """The account under one list of candidates for each proposed site: choose, and it changes.

        Returns
        -------
        ipywidgets.VBox
            For a notebook.
        """
        import ipywidgets  # only notebooks need it

        options = [(name, site) for site, name in self.candidates.items()]
        slots = [
            ipywidgets.Dropdown(options=options, value=site, description=f"{number}:", layout={"width": "32em"})
            for number, site in enumerate(self.proposal, 1)
        ]
        account = ipywidgets.HTML()

        def show(_: object = None) -> None:
            shown = stamps_html(self.stamps) + self.account([slot.value for slot in slots])._repr_html_()
            # The class of outputs: a widget's HTML has none of their looks.
            account.value = f'<div class="jp-RenderedHTMLCommon">{shown}</div>'

        for slot in slots:
            slot.observe(show, names="value")
        show()
        return ipywidgets.VBox([*slots, account])

    def _with(self, sites: Sequence[str]) -> Mask:
        ids = self.situation.sites["site_id"].astype(str)
        return np.asarray(self.situation.stands | ids.isin(sites).to_numpy(dtype=bool))

    def _row(self, chosen: Mask) -> dict[str, float]:
        situation = self.situation
        return {**measured(situation, chosen), **access_of(situation, situation.supplied(chosen), situation.in_focus)}


def what_if(district: District, *, language: Language = "en", **values: Any) -> WhatIf:  # noqa: ANN401
    """Begin from the study's proposal for a district.

    Parameters
    ----------
    values
        Parameters of the study by name.

    Raises
    ------
    UnknownParameter, InvalidParameter, MissingTable, InvalidTable, NoSiteAllowed
        As the study itself.
    """
    from jingan_analysis.studies.next_sites import Params, situation_of  # the study imports what this module does

    params = load_study("next_sites").parameters(district, values)
    assert isinstance(params, Params)
    with speaking(language):
        situation = situation_of(district, params)
        stamps = (*district.stamps, *situation.walking.stamps, *situation.residents.stamps, *situation.premises.stamps)
        return WhatIf(situation, language, stamps)
