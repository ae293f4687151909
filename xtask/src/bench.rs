//! `cargo xtask bench`: builds the load generator of `bench` and starts it. It is a program of its own, so that a test run
//! doesn't wait for what it needs.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::test::root;

pub fn run(args: &[OsString]) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = root().join("Cargo.toml");
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "aside-bench", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .args(args)
        .status()
        .context("cargo cannot be run")?;
    if !status.success() {
        bail!("the bench ended with {status}");
    }
    Ok(())
}
