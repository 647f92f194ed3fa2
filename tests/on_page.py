"""What a person does on a page, for tests in process."""

from streamlit.testing.v1 import AppTest

from components.run_settings import opened_key


def unfold(at: AppTest, group: str) -> AppTest:
    """Run with a topic of the run settings unfolded; AppTest folds it again at the next run."""
    at.session_state[opened_key(group)] = True
    at = at.run()
    assert not at.exception
    return at
