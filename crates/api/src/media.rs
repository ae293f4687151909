//! How files come in and go out over HTTP. Whatever was uploaded, a browser must never run it as a page of ours.

use std::ops::Range;

use aside_domain::media::{self, Media, Upload};
use aside_domain::{Error, Homeserver};
use axum::body::{Body, BodyDataStream};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ruma::api::client::media::is_safe_inline_content_type;
use ruma::http_headers::{ContentDisposition, ContentDispositionType};

use crate::error::ErrorAnswer;

/// Specification, "Content repository": what to send with every file.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; \
         style-src 'unsafe-inline'; object-src 'self';",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    // What a URI stands for never changes. Only who has a token may read it, so no shared cache may keep it.
    (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    (header::ACCEPT_RANGES, "bytes"),
];

/// What a request uploads.
pub(crate) fn upload(
    content_type: Option<String>,
    filename: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> Upload<BodyDataStream> {
    let size_bytes = headers.get(header::CONTENT_LENGTH).and_then(|size| size.to_str().ok()?.parse().ok());
    Upload { content_type, filename, size_bytes, body: body.into_data_stream() }
}

/// Answers a content, or the part of it that the request asks for. `filename` takes the place of the uploader's.
pub(crate) async fn answer_content(
    hs: &Homeserver,
    media: &Media,
    headers: &HeaderMap,
    filename: Option<String>,
) -> Result<Response, ErrorAnswer> {
    let tag = format!("\"{}\"", media.hash);
    let size = media.size_bytes;
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| names_tag(known, &tag)) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        add_headers(response.headers_mut(), &tag)?;
        return Ok(response);
    }
    // A part is of use only to who has the other parts of the same content.
    let is_same = headers.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == tag.as_bytes());
    let part = match headers.get(header::RANGE).filter(|_| is_same).map(|range| requested_part(range, size)) {
        None | Some(Part::Whole) => None,
        Some(Part::Some(range)) => Some(range),
        Some(Part::Nothing) => return Ok(nothing_there(size)),
    };
    let range = part.clone().unwrap_or(0..size);
    let body = Body::from_stream(media::read(hs, media, range.clone()).await?);
    let mut response = Response::new(body);
    let content_type = media.content_type.as_deref().unwrap_or("application/octet-stream");
    let kind = if is_safe_inline(content_type) {
        ContentDispositionType::Inline
    } else {
        ContentDispositionType::Attachment
    };
    let disposition =
        ContentDisposition::new(kind).with_filename(filename.or_else(|| media.filename.clone()));
    let headers = response.headers_mut();
    add_headers(headers, &tag)?;
    headers.insert(header::CONTENT_TYPE, value(content_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition.to_string())?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if part.is_some() {
        let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        headers.insert(header::CONTENT_RANGE, value(&content_range)?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// The headers of every file; `tag` is its entity tag.
pub(crate) fn add_headers(headers: &mut HeaderMap, tag: &str) -> Result<(), Error> {
    for (name, text) in HEADERS {
        headers.insert(name, HeaderValue::from_static(text));
    }
    headers.insert(header::ETAG, value(tag)?);
    Ok(())
}

pub(crate) fn value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// Specification, "Serving inline content". Parameters of the type change nothing.
fn is_safe_inline(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    is_safe_inline_content_type(&essence.to_ascii_lowercase())
}

/// Whether `If-None-Match` names the tag; weak tags count too (RFC 9110, 13.1.2).
fn names_tag(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[derive(Debug, PartialEq)]
enum Part {
    /// Nothing is asked for that we understand, or several parts: the whole is an answer then (RFC 9110, 14.2).
    Whole,
    Some(Range<u64>),
    /// All that is asked for lies behind the end.
    Nothing,
}

fn requested_part(range: &HeaderValue, size: u64) -> Part {
    let parsed = range.to_str().ok().and_then(|text| {
        let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
        let number = |text: &str| match text.trim() {
            "" => Some(None),
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<u64>().ok().map(Some),
            _ => None,
        };
        Some((number(first)?, number(last)?))
    });
    match parsed {
        Some((Some(first), Some(last))) if first > last => Part::Whole,
        Some((Some(first), _)) if first >= size => Part::Nothing,
        Some((Some(first), last)) => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Part::Some(first..end)
        }
        Some((None, Some(0))) => Part::Nothing,
        Some((None, Some(_))) if size == 0 => Part::Nothing,
        Some((None, Some(count))) => Part::Some(size.saturating_sub(count)..size),
        Some((None, None)) | None => Part::Whole,
    }
}

fn nothing_there(size: u64) -> Response {
    let text = "The file has no such part.";
    let mut response =
        ErrorAnswer::new(StatusCode::RANGE_NOT_SATISFIABLE, "M_INVALID_PARAM", text).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_http_says() {
        for (range, size, part) in [
            ("bytes=0-0", 10, Part::Some(0..1)),
            ("bytes=2-5", 10, Part::Some(2..6)),
            ("bytes=2-", 10, Part::Some(2..10)),
            ("bytes=2-99", 10, Part::Some(2..10)),
            ("bytes=0-18446744073709551615", 10, Part::Some(0..10)),
            ("bytes=-3", 10, Part::Some(7..10)),
            ("bytes=-30", 10, Part::Some(0..10)),
            ("bytes=-0", 10, Part::Nothing),
            ("bytes=10-", 10, Part::Nothing),
            ("bytes=0-", 0, Part::Nothing),
            ("bytes=-1", 0, Part::Nothing),
            ("bytes=5-2", 10, Part::Whole),
            ("bytes=0-1,4-5", 10, Part::Whole),
            ("bytes=-", 10, Part::Whole),
            ("bytes=a-b", 10, Part::Whole),
            ("bytes=+1-2", 10, Part::Whole),
            ("lines=1-2", 10, Part::Whole),
            ("", 10, Part::Whole),
        ] {
            assert_eq!(requested_part(&HeaderValue::from_static(range), size), part, "{range} of {size}");
        }
    }

    #[test]
    fn what_could_run_is_not_shown() {
        for safe in ["image/png", "IMAGE/PNG", "text/plain; charset=utf-8", "video/mp4"] {
            assert!(is_safe_inline(safe), "{safe}");
        }
        for unsafe_type in
            ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "", "png"]
        {
            assert!(!is_safe_inline(unsafe_type), "{unsafe_type}");
        }
    }
}
