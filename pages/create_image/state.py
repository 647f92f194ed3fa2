"""What the page that makes pictures remembers: the model, and how a Gemini model is to draw.

What Imagen is told is in `pages.create_image.imagen_state`.
"""

from dataclasses import dataclass
from typing import Any

from components.attachments.page import sample_media
from components.connection import current_connection, model_named, models
from components.conversation.current import current_chat
from components.conversation.state import Chat
from components.model_choice import ModelChoice, current_model_choice
from components.settings.run_settings import RunSettings, current_settings
from gemini.creation.choices import picture_choices

PAGE = "create-image"


@dataclass
class CreateImageState:
    """The page in one session. None leaves a setting to the model."""

    aspect_ratio: str | None = None
    size: str | None = None
    restored: str = ""

    @property
    def maker(self) -> ModelChoice:
        """The model that draws."""
        return current_model_choice(PAGE, "image")

    @property
    def chat(self) -> Chat:
        """The conversation with a Gemini model: each picture can be changed by the next turn."""
        chat = current_chat(PAGE, own_model=True)
        chat.extra, chat.settings = self.extra, self.settings
        return chat

    def restore(self) -> None:
        """Take the model and the shape of a conversation that was reopened, if it is another."""
        conversation = self.chat.conversation
        if self.restored == conversation.id:
            return
        self.restored = conversation.id
        runs = [turn.run for turn in conversation.path() if turn.run]
        if not runs:
            return
        request = runs[-1].request
        choices, said = picture_choices(request.model), request.config.get("image_config")
        said = said if isinstance(said, dict) else {}
        ratio, size = said.get("aspect_ratio"), said.get("image_size")
        self.maker.model = request.model
        self.aspect_ratio = ratio if ratio in choices.aspect_ratios else None
        self.size = size if size in choices.sizes else None

    def extra(self) -> dict[str, Any]:
        """What a Gemini model is told beside the settings at the left."""
        choices = picture_choices(self.maker.model)
        image_config = {
            "aspect_ratio": self.aspect_ratio,
            "image_size": self.size if self.size in choices.sizes else None,
        }
        image = {name: value for name, value in image_config.items() if value is not None}
        return {
            "response_modalities": ["TEXT", "IMAGE"],
            **({"image_config": image} if image else {}),
        }

    def settings(self) -> RunSettings:
        """The settings at the left, for the model chosen here."""
        connection, own = current_connection(), current_settings()
        known, _ = models(connection) if connection else ([], None)
        model = model_named(self.maker.model, known)
        return RunSettings(self.maker.model, model, own.values, own.vertex)

    def ask(self, sample: dict[str, str]) -> None:
        """Begin with a sample: a picture to change where it has one, and the words."""
        media = [sample_media(sample["media"])] if "media" in sample else []
        self.chat.submit(sample["prompt"], media)
