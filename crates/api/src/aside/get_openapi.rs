use axum::response::IntoResponse;
use http::header;

/// This description
///
/// OpenAPI 3.1 in JSON, made from the program that answers.
#[utoipa::path(
    get, path = "/_aside/v1/openapi.json", tag = "about",
    responses((status = 200, description = "The description.", body = Object, content_type = "application/json")),
    security(())
)]
pub(crate) async fn get_openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], super::openapi())
}
