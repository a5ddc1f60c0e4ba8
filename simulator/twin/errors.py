"""What the twin raises when it cannot run: never a result, always a clear reason."""


class TwinError(Exception):
    """The twin cannot start or has stopped: the message says what happened and the next step."""


class SignInRefusedError(Exception):
    """The directory gives this identity no new token any more."""
