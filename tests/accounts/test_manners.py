"""In which language and zone a person is spoken to."""

from chatapp.accounts.manners import Manner, manner_of
from chatapp.accounts.models import User


def test_the_choice_of_a_person_goes_before_the_browsers(ada: User) -> None:
    ada.locale, ada.time_zone = "de", "Europe/Berlin"
    assert manner_of(ada, "fr") == Manner("de", "Europe/Berlin")
