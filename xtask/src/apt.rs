//! Debian's packages, for what the tests need beside Rust and Node.js.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub fn may_install() -> bool {
    is_root() && Path::new("/usr/bin/apt-get").exists()
}

pub fn install(package: &str) -> Result<()> {
    println!("{package} is missing and is being installed.");
    apt(&["update", "--quiet"])?;
    apt(&["install", "--yes", "--quiet", "--no-install-recommends", package])
}

fn apt(args: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("apt-get cannot be run")?;
    if !status.success() {
        bail!("apt-get {} ended with {status}", args[0]);
    }
    Ok(())
}
