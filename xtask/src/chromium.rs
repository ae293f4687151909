//! The browser of the web app's tests.

use std::path::Path;

use anyhow::{Result, bail};

use crate::apt;

/// Where `web/tests/support/browser.ts` looks.
const PLACES: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

pub fn install_where_missing() -> Result<()> {
    let is_there =
        || std::env::var_os("CHROMIUM").is_some() || PLACES.iter().any(|place| Path::new(place).exists());
    if !is_there() && apt::may_install() {
        apt::install("chromium")?;
    }
    if !is_there() {
        bail!("Chromium is missing: install it (Debian: apt install chromium), or name it in CHROMIUM");
    }
    Ok(())
}
