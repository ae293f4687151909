//! Pictures: from a file to the bytes of a thumbnail. Pure work without waiting.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Cursor};

use fast_image_resize::{IntoImageView, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbaImage};

use crate::{Error, Result};

/// What a picture's format is told from.
pub(super) const START_BYTES: u64 = 32;
/// Of 100.
const JPEG_QUALITY: u8 = 85;
/// The specification's sizes and some that clients like. What is asked for is rounded up to these, so that nobody
/// fills the store with a thousand sizes of one picture.
const SIDES: [u64; 13] = [32, 48, 64, 96, 128, 160, 240, 320, 480, 600, 640, 800, 1200];
/// No picture is larger.
const SIDE_MAX: u64 = 1 << 16;

/// What a thumbnail must fit into (scale) or fill (crop), in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    width: u32,
    height: u32,
    is_crop: bool,
}

impl Frame {
    pub(super) fn rounded_up(width: u64, height: u64, is_crop: bool) -> Frame {
        let side = |wanted: u64| {
            let listed = SIDES.into_iter().find(|side| *side >= wanted);
            let side = listed.unwrap_or_else(|| wanted.min(SIDE_MAX).next_power_of_two());
            u32::try_from(side).unwrap_or(u32::MAX)
        };
        Frame { width: side(width), height: side(height), is_crop }
    }

    fn turned(self) -> Frame {
        Frame { width: self.height, height: self.width, is_crop: self.is_crop }
    }

    /// Which middle part of a picture is shown, and how large; neither is ever larger than the picture.
    fn cut(self, width: u32, height: u32) -> Cut {
        let (width, height) = (f64::from(width), f64::from(height));
        let (frame_width, frame_height) = (f64::from(self.width), f64::from(self.height));
        // How much the frame must shrink, at most, to lie inside the picture.
        let shrink = (width / frame_width).min(height / frame_height).min(1.0);
        let pixels = |side: f64| (side.round() as u32).max(1);
        if !self.is_crop {
            let scale = (frame_width / width).min(frame_height / height).min(1.0);
            return Cut { part: (width, height), size: (pixels(width * scale), pixels(height * scale)) };
        }
        let (shown_width, shown_height) = (frame_width * shrink, frame_height * shrink);
        let scale = (width / shown_width).min(height / shown_height);
        Cut {
            part: (shown_width * scale, shown_height * scale),
            size: (pixels(shown_width), pixels(shown_height)),
        }
    }
}

/// Names the thumbnail among those of its picture.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = if self.is_crop { "crop" } else { "scale" };
        write!(f, "{}x{}-{method}", self.width, self.height)
    }
}

#[derive(Debug, PartialEq)]
struct Cut {
    /// Width and height of the part that is shown, in pixels of the picture.
    part: (f64, f64),
    /// Width and height of the thumbnail.
    size: (u32, u32),
}

/// The format of a file that thumbnails can be made of, by its first bytes.
pub(super) fn format(start: &[u8]) -> Option<ImageFormat> {
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    image::guess_format(start).ok().filter(|format| known.contains(format))
}

/// What is known of a picture without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) content_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// The shape of a picture; `None` where it is none that can be shown, or has more than `max_pixels`.
pub(crate) fn shape(bytes: &[u8], max_pixels: u64) -> Option<Shape> {
    let format = format(bytes)?;
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok()?;
    let is_shown = width > 0 && height > 0 && u64::from(width) * u64::from(height) <= max_pixels;
    is_shown.then_some(Shape { content_type: format.to_mime_type(), width, height })
}

/// Decodes a picture (the first of a moving one), turns it the right way up, and encodes it smaller. Of what else
/// the file says, such as where a photograph was taken, nothing is kept.
///
/// # Errors
/// [`Error::NoThumbnail`] where it can't be read, [`Error::TooLarge`] where it has more than `max_pixels`.
pub(super) fn thumbnail(file: File, format: ImageFormat, frame: Frame, max_pixels: u64) -> Result<Vec<u8>> {
    let mut reader = ImageReader::with_format(BufReader::new(file), format);
    // A moving picture is decoded with what lies behind it, so there are two of them; others are kept beside their copy in
    // one kind of pixel.
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_pixels.saturating_mul(2 * 4));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(not_readable)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    // Some formats have twice as many bytes to a pixel; those may have half as many pixels.
    if pixels > max_pixels || decoder.total_bytes() > max_pixels.saturating_mul(4) {
        return Err(Error::TooLarge(format!("the picture has more than {max_pixels} pixels")));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let source = DynamicImage::from_decoder(decoder).map_err(not_readable)?;
    let has_alpha = source.color().has_alpha();
    // One kind of pixel: the code that resizes would be there for each.
    let source = DynamicImage::ImageRgba8(source.into_rgba8());
    let cut = if lies_on_its_side(orientation) { frame.turned() } else { frame }.cut(width, height);
    let mut small = resize(&source, &cut, has_alpha)?;
    drop(source);
    small.apply_orientation(orientation);
    encode(small, has_alpha)
}

fn lies_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn resize(source: &DynamicImage, cut: &Cut, has_alpha: bool) -> Result<DynamicImage> {
    let (width, height) = cut.size;
    let left = (f64::from(IntoImageView::width(source)) - cut.part.0) / 2.0;
    let top = (f64::from(IntoImageView::height(source)) - cut.part.1) / 2.0;
    let part = ResizeOptions::new().crop(left.max(0.0), top.max(0.0), cut.part.0, cut.part.1);
    let options = part.use_alpha(has_alpha);
    let mut small = DynamicImage::new(width, height, source.color());
    Resizer::new().resize(source, &mut small, &options).map_err(|_| Error::NoThumbnail)?;
    Ok(small)
}

/// As PNG where something shines through, else as JPEG.
fn encode(picture: DynamicImage, has_alpha: bool) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let is_opaque = |picture: &RgbaImage| picture.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    if has_alpha && !picture.as_rgba8().is_some_and(is_opaque) {
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(Error::internal)?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        picture.into_rgb8().write_with_encoder(encoder).map_err(Error::internal)?;
    }
    Ok(bytes.into_inner())
}

fn not_readable(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooLarge("the picture is too large for a thumbnail".into()),
        _ => Error::NoThumbnail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        for (wanted, rounded) in [
            ((32, 32), "32x32-scale"),
            ((320, 240), "320x240-scale"),
            ((640, 480), "640x480-scale"),
            ((800, 600), "800x600-scale"),
            ((1, 33), "32x48-scale"),
            ((1201, 5000), "2048x8192-scale"),
            ((u64::MAX, 1), "65536x32-scale"),
        ] {
            assert_eq!(Frame::rounded_up(wanted.0, wanted.1, false).to_string(), rounded);
        }
    }

    #[test]
    fn scaling_fits_in_and_never_enlarges() {
        for (picture, frame, size) in [
            ((1000, 500), (320, 240), (320, 160)),
            ((500, 1000), (320, 240), (120, 240)),
            ((100, 50), (320, 240), (100, 50)),
            ((100_000, 1), (320, 240), (320, 1)),
        ] {
            let frame = Frame { width: frame.0, height: frame.1, is_crop: false };
            let cut = frame.cut(picture.0, picture.1);
            assert_eq!(cut.size, size);
            assert_eq!(cut.part, (f64::from(picture.0), f64::from(picture.1)));
        }
    }

    #[test]
    fn cropping_fills_the_frame_with_the_middle() {
        for (picture, frame, part, size) in [
            ((1000, 500), (96, 96), (500.0, 500.0), (96, 96)),
            ((500, 1000), (96, 96), (500.0, 500.0), (96, 96)),
            ((1000, 500), (320, 240), (2000.0 / 3.0, 500.0), (320, 240)),
            ((100, 50), (96, 96), (50.0, 50.0), (50, 50)),
            ((10, 10), (96, 96), (10.0, 10.0), (10, 10)),
            ((100, 100), (320, 160), (100.0, 50.0), (100, 50)),
        ] {
            let frame = Frame { width: frame.0, height: frame.1, is_crop: true };
            let cut = frame.cut(picture.0, picture.1);
            assert_eq!(cut.size, size);
            assert!((cut.part.0 - part.0).abs() < 1e-6 && (cut.part.1 - part.1).abs() < 1e-6, "{cut:?}");
        }
    }
}
