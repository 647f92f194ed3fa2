"""What this session plays instead of asking: a page finds it by its address, as in the history.

Recorded runs are played, those of a live scene are asked now; both have ids that only this session
knows.
"""

from dataclasses import dataclass, field

from components.session import state
from gemini.conversation import Conversation
from gemini.live_run import LiveRun
from gemini.replay import Replay

STATE = "recordings"  # session state


@dataclass
class Recordings:
    """The runs by their ids, and the conversations by theirs, as they are on the screen.

    `whole` are the conversations as they were recorded, which the history doesn't have: whoever
    goes on with one has it kept first.
    """

    lives: dict[str, LiveRun] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    whole: dict[str, Conversation] = field(default_factory=dict)

    def live(self, run_id: str) -> LiveRun | None:
        """A run by its id. A recording that wasn't played yet begins."""
        live = self.lives.get(run_id)
        if isinstance(live, Replay):
            live.start_once()
        return live

    def clear(self) -> None:
        """Let go of all; what was being played is there as a whole, what was asked is stopped."""
        for live in self.lives.values():
            live.leave()
        self.lives, self.conversations, self.whole = {}, {}, {}


def current_recordings() -> Recordings:
    """The recordings of this session, made at the first call."""
    return state(STATE, Recordings)
