"""What Imagen is told: to make pictures, to change one inside a mask, or to enlarge one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from components.attachments.sent import media_of_request
from components.model_choice import current_model_choice
from components.page_run import PageRun, current_run, name_in_address
from gemini.api.methods import prompt_of
from gemini.creation.choices import picture_choices
from gemini.creation.mask import Area, fitted_mask, rectangle_mask
from gemini.data import table
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.request import Part, Request
from pages.create_image.state import PAGE

STATE = "create-image-imagen"  # session state
GENERATE, EDIT, UPSCALE = "generate_images", "edit_image", "upscale_image"
WITHOUT_MASK = "EDIT_MODE_DEFAULT"
MOST_DILATION = 0.2  # of the width of a picture
RECTANGLE, UPLOADED = "rectangle", "uploaded"
MASKS = {
    "MASK_MODE_BACKGROUND": "Background",
    "MASK_MODE_FOREGROUND": "Foreground",
    RECTANGLE: "Rectangle",
    UPLOADED: "Your own mask",
}
"""What may change: found by the model (by `types.MaskReferenceMode`), or given."""


@dataclass
class ImagenState:
    """The form in one session. None and "" leave a setting to the model."""

    task: str = GENERATE
    prompt: str = ""
    negative_prompt: str = ""
    number: int = 1
    aspect_ratio: str | None = None
    size: str | None = None
    person_generation: str | None = None
    safety_filter_level: str | None = None
    edit_mode: str = "EDIT_MODE_INPAINT_INSERTION"
    mask_mode: str = "MASK_MODE_BACKGROUND"
    area: Area = field(default_factory=Area)
    dilation: float = 0.0
    factor: str = "x2"
    source: Attachment | None = None
    mask: Attachment | None = None
    complaints: list[str] = field(default_factory=list)
    uploaders: int = 0

    @property
    def page_run(self) -> PageRun:
        """The run whose pictures are on the screen."""
        return current_run(PAGE)

    def take(self, what: str, name: str, data: bytes) -> None:
        """Check a picture and make it the `source` or the `mask`, or say why not."""
        self.complaints = []
        try:
            image = attachment(name, data)
        except MediaError as error:
            self.complaints.append(str(error))
            return
        if image.kind == "image":
            setattr(self, what, image)
        else:
            self.complaints.append(f"{name} isn't an image.")

    def take_back(self, request: Request) -> None:
        """Have what a kept request said in the form, where that is empty."""
        if self.prompt or self.source or request.method not in {GENERATE, EDIT, UPSCALE}:
            return
        config, imagen = request.config, table("creation")["imagen"]
        choices = picture_choices(request.model)

        def said(name: str, values: Collection[Any]) -> Any:
            value = config.get(name)
            return value if value in list(values) else None

        self.task, self.prompt = request.method, prompt_of(request).strip()
        self.negative_prompt = str(config.get("negative_prompt") or "")
        self.number = said("number_of_images", range(1, imagen["most_images"] + 1)) or self.number
        self.aspect_ratio = said("aspect_ratio", choices.aspect_ratios)
        self.size = said("image_size", choices.sizes)
        self.person_generation = said("person_generation", imagen["person_generation"])
        self.safety_filter_level = said("safety_filter_level", imagen["safety_filter_level"])
        self.edit_mode = said("edit_mode", imagen["edit_mode"]) or self.edit_mode
        self.factor = said("upscale_factor", imagen["upscale_factors"]) or self.factor
        dilation = config.get("mask_dilation")
        if isinstance(dilation, float) and 0 <= dilation <= MOST_DILATION:
            self.dilation = dilation
        images = [one for one in media_of_request(request) if one.kind == "image"]
        self.source, self.mask = (*images[:2], None, None)[:2]
        self.mask_mode = UPLOADED if self.mask else said("mask_mode", MASKS) or self.mask_mode

    def use(self, name: str, data: bytes) -> None:
        """Continue with a picture that was made: enlarge or change it."""
        self.task = UPSCALE if self.task == GENERATE else self.task
        self.uploaders += 1
        self.take("source", name, data)

    def drop(self, what: str) -> None:
        """Take a picture away."""
        setattr(self, what, None)
        self.uploaders += 1

    def send(self) -> None:
        """Ask, unless something is missing."""
        maker = current_model_choice(PAGE, "image")
        self.complaints = self._missing()
        if self.complaints or not maker.ready:
            return
        try:
            request = Request(maker.model, self._contents(), self._config(), self.task)
        except MediaError as error:
            self.complaints = [str(error)]
            return
        self.page_run.send(request)
        name_in_address(self.page_run)

    def _missing(self) -> list[str]:
        missing = []
        if self.task != GENERATE and self.source is None:
            missing.append("Add an image first.")
        if self.task == GENERATE and not self.prompt.strip():
            missing.append("Describe the image first.")
        if self.masked and self.mask_mode == UPLOADED and self.mask is None:
            missing.append("Add a mask, or let the model detect the area.")
        return missing

    @property
    def masked(self) -> bool:
        """Whether a mask is sent."""
        return self.task == EDIT and self.edit_mode != WITHOUT_MASK

    def _contents(self) -> list[dict[str, Any]]:
        """The words, the picture, the mask: what the task needs of them."""
        parts: list[Part] = []
        if self.task != UPSCALE and self.prompt.strip():
            parts.append({"text": self.prompt.strip()})
        if self.task != GENERATE and self.source is not None:
            parts.append(self.source.part())
            if (mask := self._mask(self.source)) is not None:
                parts.append({"inline_data": {"mime_type": "image/png", "data": mask}})
        return [{"role": "user", "parts": parts}]

    def _mask(self, source: Attachment) -> bytes | None:
        size = source.pixels
        if not self.masked or size is None:
            return None
        if self.mask_mode == RECTANGLE:
            return rectangle_mask(size, self.area)
        return fitted_mask(self.mask, size) if self.mask_mode == UPLOADED and self.mask else None

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "person_generation": self.person_generation,
            "safety_filter_level": self.safety_filter_level,
            "include_rai_reason": True,
        }
        if self.task == UPSCALE:
            config["upscale_factor"] = self.factor
        else:
            config["number_of_images"] = self.number
            config["negative_prompt"] = self.negative_prompt.strip() or None
        if self.task == GENERATE:
            config |= {"aspect_ratio": self.aspect_ratio, "image_size": self.size}
        if self.task == EDIT:
            config["edit_mode"] = self.edit_mode
        if self.masked:
            given = self.mask_mode in {RECTANGLE, UPLOADED}
            config["mask_mode"] = "MASK_MODE_USER_PROVIDED" if given else self.mask_mode
            config["mask_dilation"] = self.dilation or None
        return {name: value for name, value in config.items() if value is not None}
