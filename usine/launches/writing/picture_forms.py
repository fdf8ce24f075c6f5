"""The form by which a picture enters the library: one that is too large is refused before it is decoded."""

from __future__ import annotations

import warnings
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class PictureFileField(WagtailImageField):
    """Wagtail's field decodes a picture to count its frames; here its header says first how large it is."""

    def check_image_pixel_size(self, f: Any) -> None:
        if _count_pixels(f) > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise _refuse()
        try:
            super().check_image_pixel_size(f)
        except ValidationError as error:  # many frames
            raise _refuse() from error
        except OSError as error:  # cut off, or spoilt
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error


class PictureForm(BaseImageForm):
    file = PictureFileField(label=gettext_lazy("File"), widget=BaseImageForm.Meta.widgets["file"])


def _count_pixels(file: Any) -> int:
    """As the header says; 0 for what Pillow does not read, as SVG; more than it would open is as many as can be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            file.seek(0)
            width, height = Image.open(file).size
    except Image.DecompressionBombError:
        return 2**62
    except UnidentifiedImageError:
        return 0
    finally:
        file.seek(0)
    return int(width * height)


def _refuse() -> ValidationError:
    most = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    said = _("This picture has more than %(most)s million pixels: make it smaller, then upload it again.")
    return ValidationError(said % {"most": most}, code="file_too_many_pixels")
