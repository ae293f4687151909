//! The web app: its files, made by `build.rs`, and the rule which address gets which.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::error;

include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// Where the app's files are.
#[expect(dead_code, reason = "each build makes one of these")]
enum Source {
    /// Inside the program: names and contents.
    Embedded(&'static [(&'static str, &'static [u8])]),
    /// In a folder that is read at the start.
    Folder(&'static str),
    /// Nowhere, for a reason.
    Missing(&'static str),
}

/// Only what comes from this server may run, be shown or be called, save media that the app decrypted itself.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), geolocation=(self)";

/// Their names change with their content.
const IMMUTABLE: &str = "assets/";

struct WebApp {
    files: HashMap<String, File>,
}

/// Read when somebody asks for it first.
static APP: LazyLock<WebApp> = LazyLock::new(WebApp::load);

/// Why this program has no app, where it has none.
pub(crate) const fn missing() -> Option<&'static str> {
    match SOURCE {
        Source::Missing(reason) => Some(reason),
        Source::Embedded(_) | Source::Folder(_) => None,
    }
}

/// What an address gets that no endpoint has.
pub(crate) async fn fallback(request: Request) -> Response {
    let wants_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let page = wants_page.then(|| APP.answer(request.uri().path(), request.headers())).flatten();
    match page {
        Some(page) => page,
        None => error::unrecognized().await.into_response(),
    }
}

/// One file in up to three encodings.
struct File {
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    /// Empty where the file never changes.
    tag: String,
}

impl WebApp {
    fn load() -> Self {
        let contents = match SOURCE {
            Source::Embedded(files) => {
                files.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))).collect()
            }
            Source::Folder(folder) => {
                // So that whoever works on the app needs no build of the program.
                let folder = std::env::var("ASIDE_WEB_FOLDER").unwrap_or_else(|_| folder.to_owned());
                read_folder(Path::new(&folder), "").unwrap_or_else(|error| {
                    tracing::error!(folder, %error, "The web app cannot be read.");
                    HashMap::new()
                })
            }
            Source::Missing(_) => HashMap::new(),
        };
        Self::new(&contents)
    }

    fn new(contents: &HashMap<String, Bytes>) -> Self {
        let encoded = |name: &str, ending: &str| contents.get(&format!("{name}{ending}")).cloned();
        let plain = contents.iter().filter(|(name, _)| !name.ends_with(".br") && !name.ends_with(".gz"));
        let files = plain.map(|(name, plain)| {
            let tag = if name.starts_with(IMMUTABLE) { String::new() } else { hash(plain) };
            let file =
                File { plain: plain.clone(), gzip: encoded(name, ".gz"), brotli: encoded(name, ".br"), tag };
            (name.clone(), file)
        });
        Self { files: files.collect() }
    }

    /// What a browser gets at an address that no endpoint has; `None` where that is nothing.
    fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        // What machines call is never answered with a page.
        if path.starts_with("/_") || path.starts_with("/.") {
            return None;
        }
        let name = path.trim_start_matches('/');
        if let Some(file) = self.files.get(name) {
            return Some(file.answer(name, headers));
        }
        let last = name.rsplit('/').next().unwrap_or_default();
        let is_file = name.starts_with(IMMUTABLE) || has_known_ending(last);
        let index = self.files.get("index.html").filter(|_| !is_file)?;
        Some(index.answer("index.html", headers))
    }
}

impl File {
    fn answer(&self, name: &str, headers: &HeaderMap) -> Response {
        let accepted =
            headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
        let (encoding, body) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(accepted, "br") => (Some("br"), brotli),
            (_, Some(gzip)) if accepts(accepted, "gzip") => (Some("gzip"), gzip),
            _ => (None, &self.plain),
        };
        let mut answer = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            answer.insert(name, HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("")));
        };
        set(header::CONTENT_TYPE, kind(name));
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::VARY, "Accept-Encoding");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        if let Some(encoding) = encoding {
            set(header::CONTENT_ENCODING, encoding);
        }
        if name == "index.html" {
            set(header::CONTENT_SECURITY_POLICY, POLICY);
            set(header::X_FRAME_OPTIONS, "DENY");
            // An address may hold a token.
            set(header::REFERRER_POLICY, "no-referrer");
            set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
            set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        }
        if self.tag.is_empty() {
            set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
            return (answer, body.clone()).into_response();
        }
        let tag = format!("\"{}{}\"", self.tag, encoding.unwrap_or(""));
        set(header::CACHE_CONTROL, "no-cache");
        set(header::ETAG, &tag);
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if known
            .is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag))
        {
            return (StatusCode::NOT_MODIFIED, answer).into_response();
        }
        (answer, body.clone()).into_response()
    }
}

/// Whether a browser that says `accepted` can read this encoding.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        name.eq_ignore_ascii_case(encoding) && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00"))
    })
}

const KINDS: [(&str, &str); 13] = [
    ("css", "text/css; charset=utf-8"),
    ("gif", "image/gif"),
    ("html", "text/html; charset=utf-8"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    // Browsers compile a module while it arrives only if it is called this.
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

fn kind(name: &str) -> &'static str {
    let ending = name.rsplit('.').next().unwrap_or_default();
    KINDS.iter().find(|(known, _)| *known == ending).map_or("application/octet-stream", |(_, kind)| kind)
}

fn has_known_ending(name: &str) -> bool {
    KINDS.iter().any(|(ending, _)| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.')))
}

fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn read_folder(folder: &Path, prefix: &str) -> std::io::Result<HashMap<String, Bytes>> {
    let mut files = HashMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            files.extend(read_folder(&entry.path(), &format!("{name}/"))?);
        } else {
            files.insert(name, std::fs::read(entry.path())?.into());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> WebApp {
        let files = [
            ("index.html", "<p>"),
            ("index.html.br", "br"),
            ("assets/a-1.wasm", "wasm"),
            ("assets/a-1.wasm.br", "w"),
            ("icon.svg", "<svg>"),
        ];
        WebApp::new(&files.map(|(name, text)| (name.to_owned(), Bytes::from_static(text.as_bytes()))).into())
    }

    fn get(path: &str, headers: &[(HeaderName, &'static str)]) -> Option<Response> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        app().answer(path, &headers.collect())
    }

    fn header(response: &Response, name: HeaderName) -> String {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn every_address_of_the_app_gets_its_page() {
        for path in ["/", "/register", "/c/!room:example.org", "/settings/devices"] {
            let page = get(path, &[]).unwrap();
            assert_eq!(header(&page, header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
            assert_eq!(header(&page, header::CACHE_CONTROL), "no-cache");
            assert!(!header(&page, header::CONTENT_SECURITY_POLICY).contains("unsafe-inline"));
        }
    }

    #[test]
    fn what_machines_call_and_files_that_are_gone_get_no_page() {
        let paths = [
            "/_matrix/client/v3/nothing",
            "/_aside/v1/nothing",
            "/.well-known/x",
            "/assets/old-2.js",
            "/x.png",
        ];
        assert!(paths.iter().all(|path| get(path, &[]).is_none()));
    }

    #[test]
    fn a_hashed_file_is_kept_for_ever_and_comes_compressed() {
        let file = get("/assets/a-1.wasm", &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]).unwrap();
        assert_eq!(header(&file, header::CONTENT_TYPE), "application/wasm");
        assert_eq!(header(&file, header::CONTENT_ENCODING), "br");
        assert!(header(&file, header::CACHE_CONTROL).contains("immutable"));
        let plain = get("/assets/a-1.wasm", &[(header::ACCEPT_ENCODING, "br;q=0")]).unwrap();
        assert_eq!(header(&plain, header::CONTENT_ENCODING), "");
    }

    #[test]
    fn a_page_that_the_browser_has_is_not_sent_again() {
        let tag = header(&get("/", &[]).unwrap(), header::ETAG);
        let tag: &'static str = tag.leak();
        assert_eq!(get("/", &[(header::IF_NONE_MATCH, tag)]).unwrap().status(), StatusCode::NOT_MODIFIED);
        // Another encoding is another page.
        let compressed = [(header::IF_NONE_MATCH, tag), (header::ACCEPT_ENCODING, "br")];
        assert_eq!(get("/", &compressed).unwrap().status(), StatusCode::OK);
    }
}
