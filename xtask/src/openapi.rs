//! `cargo xtask openapi`: the description of Aside's own API, as a file in the repository, so that a change of the API is
//! seen in review.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::test::root;

/// The test that finds the file stale, which is also able to write it.
const TEST: [&str; 6] = ["test", "--quiet", "--package", "aside-server", "--test", "whole"];

pub fn run() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(TEST)
        .arg("the_committed_description_is_that_of_the_code")
        .env("ASIDE_WRITE_OPENAPI", "1")
        .current_dir(root())
        .status()
        .context("cargo cannot be run")?;
    if !status.success() {
        bail!("docs/api/openapi.json could not be written");
    }
    println!("docs/api/openapi.json is up to date.");
    Ok(())
}
