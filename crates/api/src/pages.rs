//! The pages that are not the web app: the fallback of user-interactive authentication (specification, 5.5.2.5), and, where
//! the app is missing, what this server is and making the first account.

use std::sync::Arc;

use aside_domain::{Error, Homeserver, accounts};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ErrorAnswer;
use crate::matrix;

/// Nothing may be loaded, run or called but what comes from this server, and no page may show these pages inside itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ASSETS: [(&str, &str, &str); 4] = [
    ("/_aside/pages/page.css", "text/css; charset=utf-8", include_str!("../pages/page.css")),
    ("/_aside/pages/copy.js", "text/javascript; charset=utf-8", include_str!("../pages/copy.js")),
    ("/_aside/pages/register.js", "text/javascript; charset=utf-8", include_str!("../pages/register.js")),
    ("/_aside/pages/fallback.js", "text/javascript; charset=utf-8", include_str!("../pages/fallback.js")),
];

pub(crate) fn routes(missing_app: Option<&'static str>) -> Router<Arc<Homeserver>> {
    let mut router = Router::new();
    if let Some(reason) = missing_app {
        let home = async move |State(hs): State<Arc<Homeserver>>| home(&hs, reason);
        router = router.route("/", get(home)).route("/register", get(register));
    }
    for version in ["r0", "v3"] {
        let path = format!("/_matrix/client/{version}/auth/{{p1}}/fallback/web");
        router = router.route(&path, get(fallback).post(complete));
    }
    for (path, kind, text) in ASSETS {
        router = router.route(path, get(async move || asset(kind, text)));
    }
    router
}

fn home(hs: &Homeserver, missing_app: &str) -> Response {
    let register = if hs.settings.open_registration {
        r#"<p>Anybody may <a href="/register">make an account</a> here.</p>"#
    } else {
        "<p>Whoever runs this server can give you a link to make one.</p>"
    };
    let missing = format!("This server was built without its own web app. {}", escaped(missing_app));
    page(hs, include_str!("../pages/home.html"), &[("register", register), ("missing", &missing)])
}

async fn register(State(hs): State<Arc<Homeserver>>) -> Response {
    let open = hs.settings.open_registration.to_string();
    page(&hs, include_str!("../pages/register.html"), &[("open", &open)])
}

async fn fallback(
    State(hs): State<Arc<Homeserver>>,
    Path(stage): Path<String>,
) -> Result<Response, ErrorAnswer> {
    let stage = match stage.as_str() {
        "m.login.dummy" => "",
        "m.login.registration_token" => {
            r#"<label for="token">Registration token</label>
        <div class="field"><input id="token" autocomplete="off" spellcheck="false" required autofocus></div>
        <p class="hint">Whoever runs this server has given it to you.</p>"#
        }
        _ => return Err(Error::NotFound("stage").into()),
    };
    Ok(page(&hs, include_str!("../pages/fallback.html"), &[("stage", stage)]))
}

#[derive(Deserialize)]
struct Completion {
    session: String,
    token: Option<String>,
}

async fn complete(
    State(hs): State<Arc<Homeserver>>,
    Path(stage): Path<String>,
    request: Request,
) -> Result<axum::Json<Value>, ErrorAnswer> {
    let (parts, body) = request.into_parts();
    let body = matrix::read_body(body, hs.settings.max_request_bytes).await?;
    let completion: Completion =
        serde_json::from_slice(&body).map_err(|error| Error::BadJson(error.to_string()))?;
    let token = match stage.as_str() {
        "m.login.dummy" => None,
        "m.login.registration_token" => Some(completion.token.ok_or(Error::MissingParam("token"))?),
        _ => return Err(Error::NotFound("stage").into()),
    };
    let peer = matrix::peer(&parts);
    accounts::complete_in_browser(&hs, peer, &completion.session, token.as_deref()).await?;
    Ok(axum::Json(json!({})))
}

/// A page with its blanks filled in: the server's name and address, and what else is given, which must be safe as HTML.
fn page(hs: &Homeserver, template: &str, blanks: &[(&str, &str)]) -> Response {
    let mut html = template.to_owned();
    for (name, text) in blanks {
        html = html.replace(&format!("{{{{{name}}}}}"), text);
    }
    let html = html
        .replace("{{server_name}}", &escaped(hs.server_name.as_str()))
        .replace("{{base_url}}", &escaped(&hs.settings.base_url));
    let headers: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        // An address may hold a token.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, html).into_response()
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=300")),
    ];
    (headers, text).into_response()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_in_a_page() {
        assert_eq!(escaped(r#"<a href="x">&'"#), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}
