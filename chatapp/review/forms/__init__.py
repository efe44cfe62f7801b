"""The forms of the support room: what is given is checked, and handed to one action each."""
