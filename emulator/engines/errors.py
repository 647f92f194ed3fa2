"""What can go wrong in an engine. The message of each is a sentence for the person who asked."""


class EngineError(Exception):
    """An engine can't answer; the message says why and what to do now."""


class EngineMissingError(EngineError):
    """The packages this engine is made of aren't installed."""


class UnreadableError(EngineError):
    """The bytes are damaged, or aren't of a format the engine reads."""


class EmptyMediaError(EngineError):
    """There is nothing in it: no bytes, no pages, no sound, no text."""


class EncryptedError(EngineError):
    """It opens with a password only."""


class OverLimitError(EngineError):
    """It is larger, longer or wider than the engine takes."""
