//! How lists are answered: a page at a time.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Things on one page where nobody says how many.
const LIMIT_DEFAULT: u32 = 50;
/// Things on one page at most.
const LIMIT_MAX: u32 = 200;

/// Which page of a list is wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// `next_batch` of the page before; the first page without it.
    pub(crate) from: Option<String>,
    /// How many things to answer, at most 200; 50 without it.
    pub(crate) limit: Option<u32>,
}

impl Paging {
    /// How many things the page holds at most.
    pub(crate) fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX) as usize
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_batch: Option<String>,
}
