use std::io::Cursor;
use std::time::{Duration, Instant};

use aside_testkit::{File, TestServer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::media::files_below;

const RED: Rgb<u8> = Rgb([200, 20, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 200]);

/// Red on the left, blue on the right.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE })
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[track_caller]
fn decoded(thumbnail: File) -> RgbImage {
    image::load_from_memory(&thumbnail.ok().bytes).unwrap().into_rgb8()
}

#[track_caller]
fn assert_colour(picture: &RgbImage, x: u32, y: u32, colour: Rgb<u8>) {
    let found = picture.get_pixel(x, y);
    let is_near = found.0.iter().zip(colour.0).all(|(one, other)| one.abs_diff(other) < 30);
    assert!(is_near, "{found:?} at {x}, {y}");
}

#[tokio::test]
async fn every_format_is_scaled_into_the_frame() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let uri = alice.uploads(format.to_mime_type(), "flag", encoded(flag(500, 250), format)).await;
        let file = alice.asks_for_thumbnail(&uri, "width=320&height=240&method=scale").await;
        assert_eq!(file.header("content-type"), "image/jpeg", "{format:?}");
        assert_eq!(file.header("content-disposition"), "inline; filename=thumbnail.jpg");
        assert_eq!(file.header("cache-control"), "private, max-age=31536000, immutable");
        assert!(file.header("content-security-policy").starts_with("sandbox;"));
        let picture = decoded(file);
        assert_eq!(picture.dimensions(), (320, 160));
        assert_colour(&picture, 10, 80, RED);
        assert_colour(&picture, 310, 80, BLUE);
    }
}

#[tokio::test]
async fn cropping_shows_the_middle_and_nothing_is_enlarged() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let uri = alice.uploads("image/png", "flag.png", encoded(flag(1000, 500), ImageFormat::Png)).await;
    let square = decoded(alice.asks_for_thumbnail(&uri, "width=96&height=96&method=crop").await);
    assert_eq!(square.dimensions(), (96, 96));
    assert_colour(&square, 5, 50, RED);
    assert_colour(&square, 90, 50, BLUE);

    let larger = decoded(alice.asks_for_thumbnail(&uri, "width=5000&height=5000").await);
    assert_eq!(larger.dimensions(), (1000, 500));
    let smallest = decoded(alice.asks_for_thumbnail(&uri, "width=1&height=1&animated=true").await);
    assert_eq!(smallest.dimensions(), (32, 16));
}

#[tokio::test]
async fn a_photograph_is_turned_the_right_way_up() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let photograph = flag(400, 200);
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    // EXIF with one entry: orientation (0x0112), a short, 6, which says to turn it clockwise.
    encoder
        .set_exif_metadata(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec())
        .unwrap();
    encoder.write_image(&photograph, 400, 200, ExtendedColorType::Rgb8).unwrap();
    let uri = alice.uploads("image/jpeg", "photograph.jpg", bytes).await;

    let upright = decoded(alice.asks_for_thumbnail(&uri, "width=320&height=240").await);
    assert_eq!(upright.dimensions(), (120, 240));
    assert_colour(&upright, 60, 10, RED);
    assert_colour(&upright, 60, 230, BLUE);
    let wide = decoded(alice.asks_for_thumbnail(&uri, "width=96&height=48&method=crop").await);
    assert_eq!(wide.dimensions(), (96, 48));
    assert_colour(&wide, 48, 3, RED);
    assert_colour(&wide, 48, 45, BLUE);
}

#[tokio::test]
async fn what_shines_through_still_does() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let pane = RgbaImage::from_pixel(100, 100, Rgba([0, 255, 0, 100]));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let uri = alice.uploads(format.to_mime_type(), "pane", encoded(pane.clone(), format)).await;
        let file = alice.asks_for_thumbnail(&uri, "width=32&height=32&method=crop").await.ok();
        assert_eq!(file.header("content-type"), "image/png");
        let picture = image::load_from_memory(&file.bytes).unwrap().into_rgba8();
        assert_eq!((picture.dimensions(), *picture.get_pixel(16, 16)), ((32, 32), Rgba([0, 255, 0, 100])));
    }
}

#[tokio::test]
async fn a_thumbnail_is_made_once_for_all_who_ask() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let uri = alice.uploads("image/png", "flag.png", encoded(flag(800, 600), ImageFormat::Png)).await;
    let asking = (0..8).map(|_| alice.asks_for_thumbnail(&uri, "width=640&height=480"));
    let thumbnails = futures_util::future::join_all(asking).await;
    let first = thumbnails[0].clone().ok().bytes;
    assert!(thumbnails.iter().all(|file| file.bytes == first));
    // Sizes in between are rounded up to one that is made already.
    assert_eq!(
        alice.asks_for_thumbnail(&uri, "width=601&height=481").await.ok().header("content-type"),
        "image/jpeg"
    );
    let kept = files_below(&server, "thumbnails");
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[tokio::test]
async fn a_picture_that_would_fill_the_memory_is_refused_at_once() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let begun = Instant::now();
    for (content_type, bomb) in [("image/png", png_of(60_000, 60_000)), ("image/gif", gif_of(65_535, 65_535))]
    {
        let uri = alice.uploads(content_type, "bomb", bomb).await;
        alice.asks_for_thumbnail(&uri, "width=32&height=32").await.refused(413, "M_TOO_LARGE");
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn the_operator_decides_how_many_pixels_are_too_many() {
    let server = TestServer::start_with(|settings| settings.max_pixels = 10_000, false).await;
    let alice = server.person("alice").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let allowed = alice.uploads("image/*", "allowed", encoded(flag(100, 100), format)).await;
        let picture = decoded(alice.asks_for_thumbnail(&allowed, "width=32&height=32").await);
        assert_eq!(picture.dimensions(), (32, 32), "{format:?}");
        let larger = alice.uploads("image/*", "larger", encoded(flag(101, 100), format)).await;
        alice.asks_for_thumbnail(&larger, "width=32&height=32").await.refused(413, "M_TOO_LARGE");
    }
}

/// The head of a PNG that says how large it is, and no pixels.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(RgbImage::new(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = bytes[12..29].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    });
    bytes[29..33].copy_from_slice(&(!checksum).to_be_bytes());
    bytes
}

fn gif_of(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encoded(RgbImage::new(1, 1), ImageFormat::Gif);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

#[tokio::test]
async fn what_is_no_picture_has_no_thumbnail() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let mut cut_off = encoded(flag(300, 300), ImageFormat::Png);
    cut_off.truncate(60);
    for (content_type, bytes) in [
        ("image/png", b"encrypted, and called a picture".to_vec()),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("image/png", cut_off),
        ("image/png", Vec::new()),
    ] {
        let uri = alice.uploads(content_type, "file", bytes).await;
        alice.asks_for_thumbnail(&uri, "width=32&height=32").await.refused(400, "M_UNKNOWN");
    }
    let uri = alice.uploads("image/png", "flag.png", encoded(flag(64, 64), ImageFormat::Png)).await;
    for query in
        ["", "width=32", "width=-1&height=32", "width=1.5&height=32", "width=0&height=32", "width=a&height=b"]
    {
        alice.asks_for_thumbnail(&uri, query).await.refused(400, "M_INVALID_PARAM");
    }
    let method = "width=32&height=32&method=stretch";
    alice.asks_for_thumbnail(&uri, method).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_thumbnail_of_an_announced_upload_is_waited_for() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let uri = alice.announces_an_upload().await;
    let late = alice.asks_for_thumbnail(&uri, "width=32&height=32&timeout_ms=20").await;
    late.refused(504, "M_NOT_YET_UPLOADED");
    let picture = encoded(flag(100, 100), ImageFormat::Png);
    let (thumbnail, ()) = tokio::join!(alice.asks_for_thumbnail(&uri, "width=32&height=32"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        alice.fulfils(&uri, &picture).await.ok();
    });
    assert_eq!(decoded(thumbnail).dimensions(), (32, 32));
}
