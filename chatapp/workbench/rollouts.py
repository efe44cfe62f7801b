"""Rollouts: how both sides do, and falling back when a threshold is passed."""

from dataclasses import dataclass

from django.utils.translation import gettext

from chatapp.prompts.models import Rollout
from chatapp.usage.shown import number
from chatapp.workbench.figures import Figures, figures


@dataclass(frozen=True)
class Results:
    """Both sides since the rollout began."""

    rollout: Rollout
    new: Figures
    control: Figures

    @property
    def is_judged(self) -> bool:
        """Whether both sides have as many answers as the thresholds want."""
        return min(self.new.answers, self.control.answers) >= self.rollout.min_answers

    @property
    def breach(self) -> str:
        """Which threshold is passed, as a sentence; empty for none.

        Thumbs are few: their share counts once as many were given as answers are wanted
        at least, so that one angry person does not end a rollout.
        """
        rollout = self.rollout
        if not self.is_judged:
            return ""
        most = rollout.max_down_percent
        if most is not None and self._is_known(self.new) and self.new.down.percent > most:
            told = gettext("%(percent)s %% of judged answers have thumbs down (limit %(most)s %%).")
            return told % {"percent": number(self.new.down.percent, 1), "most": most}
        most = rollout.max_error_percent
        if most is not None and self.new.failed.percent > most:
            told = gettext("%(percent)s %% of answers failed (limit %(most)s %%).")
            return told % {"percent": number(self.new.failed.percent, 1), "most": most}
        most, new, old = rollout.max_cost_percent, self.new.mean_cost, self.control.mean_cost
        if most is not None and new is not None and old and 100 * new / old > most:
            told = gettext("An answer costs %(percent)s %% of the control's (limit %(most)s %%).")
            return told % {"percent": number(100 * new / old), "most": most}
        return ""

    def _is_known(self, side: Figures) -> bool:
        return side.judged >= min(self.rollout.min_answers, 10)


def results(rollout: Rollout) -> Results:
    since = rollout.started_at
    return Results(rollout, figures(rollout.version, since), figures(rollout.control, since))
