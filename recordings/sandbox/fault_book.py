"""Which fault a call meets: written by configuration and control endpoint, asked once a call by `service`."""

import random
import threading
from collections.abc import Iterable

from recordings.sandbox.faults import FaultPlan, RandomFaults


class FaultBook:
    """Plans in the order in which they were made, then the dice. Safe for many threads."""

    def __init__(self, plans: Iterable[FaultPlan], dice: RandomFaults | None) -> None:
        self._lock = threading.Lock()
        self._plans: list[tuple[FaultPlan, int | None]] = []
        self._dice: RandomFaults | None = None
        self._random = random.Random()  # noqa: S311 - dice, not keys
        self.load(plans, dice)

    def load(self, plans: Iterable[FaultPlan], dice: RandomFaults | None) -> None:
        """Add plans and set the dice."""
        for plan in plans:
            self.add(plan)
        self.roll(dice)

    def add(self, plan: FaultPlan) -> None:
        """Queue a plan behind the others."""
        with self._lock:
            self._plans.append((plan, plan.times))

    def roll(self, dice: RandomFaults | None) -> None:
        """Set, or with None take away, the faults by chance; the same seed gives the same sequence."""
        with self._lock:
            self._dice = dice
            if dice is not None:
                self._random.seed(dice.seed)

    def clear(self) -> None:
        """Forget every plan and the dice."""
        with self._lock:
            self._plans.clear()
            self._dice = None

    def plans(self) -> list[FaultPlan]:
        """The plans that can still meet a call."""
        with self._lock:
            return [plan for plan, _ in self._plans]

    def take(self, *, action: str, device_id: str) -> FaultPlan | None:
        """The fault for this call, used up by asking; None when it goes well."""
        with self._lock:
            for place, (plan, left) in enumerate(self._plans):
                if not plan.fits(action, device_id):
                    continue
                if left is None:
                    return plan
                if left > 1:
                    self._plans[place] = (plan, left - 1)
                else:
                    del self._plans[place]
                return plan
            return self._by_chance(action)

    def _by_chance(self, action: str) -> FaultPlan | None:
        dice = self._dice
        if dice is None or dice.action not in ("", action) or self._random.random() >= dice.probability:
            return None
        return FaultPlan(fault=self._random.choice(dice.faults), action=action)
