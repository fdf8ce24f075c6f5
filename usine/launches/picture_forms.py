"""The form by which a picture enters the library: one that is too large is refused before it is opened."""

from __future__ import annotations

import warnings
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL.Image import DecompressionBombError, DecompressionBombWarning
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class PictureFileField(WagtailImageField):
    """Wagtail's field; Pillow refuses a picture of very many pixels by an exception of its own, which is told here."""

    def check_image_pixel_size(self, f: Any) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DecompressionBombWarning)
                super().check_image_pixel_size(f)
        except (ValidationError, DecompressionBombError) as error:
            most = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
            said = _(
                "This picture has more than %(most)s million pixels: make it smaller, then upload it again."
            )
            raise ValidationError(said % {"most": most}, code="file_too_many_pixels") from error


class PictureForm(BaseImageForm):
    file = PictureFileField(label=gettext_lazy("File"), widget=BaseImageForm.Meta.widgets["file"])
