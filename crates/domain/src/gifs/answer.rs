//! What the provider answers, as far as it is of use here. Numbers are texts there.

use aside_outbound::Url;
use serde::Deserialize;

use super::Gif;

const TITLE_CHARS_MAX: usize = 200;
/// What is sent must be a size that any client can hold.
const SIDE_MAX: u32 = 4_096;

#[derive(Debug, Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    pub(super) data: Vec<Item>,
    #[serde(default)]
    pub(super) pagination: Pagination,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Pagination {
    #[serde(default)]
    pub(super) total_count: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct One {
    pub(super) data: Item,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    id: String,
    title: String,
    alt_text: String,
    images: Images,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Images {
    original: Option<Rendition>,
    /// At most 2 MB.
    downsized: Option<Rendition>,
    /// 200 pixels wide.
    fixed_width: Option<Rendition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rendition {
    url: String,
    webp: String,
    width: String,
    height: String,
}

/// A moving picture, and where it is.
pub(super) struct Found {
    pub(super) gif: Gif,
    pub(super) preview: Url,
    pub(super) whole: Url,
}

impl Item {
    /// `None` where something that is needed is missing.
    pub(super) fn read(self) -> Option<Found> {
        let Images { original, downsized, fixed_width } = self.images;
        let whole = downsized.filter(|rendition| !rendition.url.is_empty()).or(original)?;
        let side = |text: &str| text.parse().ok().filter(|side| (1..=SIDE_MAX).contains(side));
        let title = if self.alt_text.is_empty() { self.title } else { self.alt_text };
        let gif = Gif {
            id: self.id,
            title: title.chars().take(TITLE_CHARS_MAX).collect(),
            width: side(&whole.width)?,
            height: side(&whole.height)?,
        };
        let whole = Url::parse(&whole.url).ok()?;
        let small = fixed_width.into_iter().flat_map(|rendition| [rendition.webp, rendition.url]);
        let preview = small.filter_map(|url| Url::parse(&url).ok()).next().unwrap_or_else(|| whole.clone());
        Some(Found { gif, preview, whole })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(item: serde_json::Value) -> Option<Found> {
        serde_json::from_value::<Item>(item).unwrap().read()
    }

    #[test]
    fn a_picture_is_read_in_the_size_that_is_sent() {
        let original = json!({ "url": "https://m.example/o.gif", "width": "800", "height": "600" });
        let small = json!({ "url": "https://m.example/s.gif", "webp": "https://m.example/s.webp" });
        let downsized = json!({ "url": "https://m.example/d.gif", "width": "400", "height": "300" });
        let item =
            |images| json!({ "id": "a1", "title": "Cat GIF", "alt_text": "a cat jumps", "images": images });
        let found = read(item(json!({ "original": original, "fixed_width": small, "downsized": downsized })))
            .unwrap();
        assert_eq!((found.gif.width, found.gif.height, found.gif.title.as_str()), (400, 300, "a cat jumps"));
        assert_eq!([found.preview.path(), found.whole.path()], ["/s.webp", "/d.gif"]);
        let found = read(item(json!({ "original": original }))).unwrap();
        assert_eq!([found.preview.path(), found.whole.path()], ["/o.gif", "/o.gif"]);
    }

    #[test]
    fn what_lacks_an_address_or_a_size_is_left_out() {
        assert!(read(json!({ "id": "a" })).is_none());
        assert!(
            read(json!({ "id": "a", "images": { "original": { "url": "x", "width": "1", "height": "1" } } }))
                .is_none()
        );
        let endless = json!({ "url": "https://m.example/o.gif", "width": "999999", "height": "1" });
        assert!(read(json!({ "id": "a", "images": { "original": endless } })).is_none());
    }
}
