//! Builds the web app, once for all profiles, and lists its files for `src/web.rs` to serve.
//!
//! Without Node.js, or with `ASIDE_WEB=skip`, the program is built without the app and serves a plain page that says so.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

/// What the app is made of, in `web/`.
const SOURCES: [&str; 8] = [
    "build",
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

/// The oldest Node.js that the build tools run on.
const NODE_MIN: (u32, u32) = (20, 19);

fn main() {
    println!("cargo::rerun-if-env-changed=ASIDE_WEB");
    println!("cargo::rerun-if-changed=build.rs");
    // Asked for now: checkouts that share a target directory share this program too.
    let here = env::var_os("CARGO_MANIFEST_DIR").expect("cargo names CARGO_MANIFEST_DIR");
    let web = Path::new(&here).join("../../web");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names OUT_DIR"));
    let folder = target_folder(&out).join("web");
    let missing = build(&web, &folder).err();
    if let Some(reason) = &missing {
        println!("cargo::warning=The web app is left out: {reason}");
    }
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let listing = listing(&folder.join("dist"), missing.as_deref(), is_release);
    fs::write(out.join("web_files.rs"), listing).expect("OUT_DIR can be written");
}

/// The folder that debug and release builds share. Cargo marks it, unless it was there before cargo came.
fn target_folder(out: &Path) -> &Path {
    let marked = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    // target/debug/build/aside-api-0123456789abcdef/out
    marked.or_else(|| out.ancestors().nth(4)).unwrap_or(out)
}

/// Brings `folder/dist` up to date with the sources, or says in a sentence why it can't.
fn build(web: &Path, folder: &Path) -> Result<(), String> {
    if env::var("ASIDE_WEB").is_ok_and(|wish| wish == "skip") {
        return Err("ASIDE_WEB=skip was set.".to_owned());
    }
    fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let lock = File::create(folder.join("lock")).map_err(|error| format!("no lock file: {error}."))?;
    lock.lock().map_err(|error| format!("the folder cannot be locked: {error}."))?;

    let wanted = fingerprint(web, &SOURCES);
    if fs::read_to_string(folder.join("built")).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    check_node()?;
    install(web)?;
    println!("cargo::warning=Building the web app.");
    let mut command = Command::new("npm");
    command.args(["run", "build", "--silent"]).current_dir(web).env("ASIDE_WEB_OUT", folder.join("dist"));
    let output = command.output().map_err(|error| format!("npm cannot be run: {error}."))?;
    // A mistake in the app must not look like a program without one.
    assert!(
        output.status.success(),
        "the web app cannot be built:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(folder.join("built"), wanted).expect("the folder was just written to");
    Ok(())
}

fn install(web: &Path) -> Result<(), String> {
    // What npm installed last is there with the lock file that it was installed from.
    let changed = |path: &str| fs::metadata(web.join(path)).and_then(|file| file.modified());
    if let (Ok(wanted), Ok(installed)) =
        (changed("package-lock.json"), changed("node_modules/.package-lock.json"))
        && wanted <= installed
    {
        return Ok(());
    }
    println!("cargo::warning=Installing what the web app is built with (once).");
    let command = Command::new("npm").args(["ci", "--loglevel=error"]).current_dir(web).output();
    let output = command.map_err(|error| format!("npm cannot be run: {error}."))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`npm ci` failed: {}", reason.lines().next().unwrap_or_default()));
    }
    Ok(())
}

fn check_node() -> Result<(), String> {
    let wanted = format!("Node.js {}.{} or newer is needed to build it", NODE_MIN.0, NODE_MIN.1);
    let Ok(output) = Command::new("node").arg("--version").output() else {
        return Err(format!("{wanted}, and `node` was not found."));
    };
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= NODE_MIN => Ok(()),
        _ => Err(format!("{wanted}, and this is {version}.")),
    }
}

/// Two equal fingerprints mean equal sources.
fn fingerprint(web: &Path, sources: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        for path in files(&web.join(source)).unwrap_or_default() {
            path.strip_prefix(web).expect("it was found there").hash(&mut hasher);
            fs::read(&path).unwrap_or_default().hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

/// The file, or every file below the folder, in order.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        found.extend(files(&entry.path())?);
    }
    Ok(found)
}

/// The files as Rust: inside the program for a release, and on disk otherwise, where a new build of the app is there at the
/// next start.
fn listing(dist: &Path, missing: Option<&str>, is_release: bool) -> String {
    if let Some(reason) = missing {
        return format!("const SOURCE: Source = Source::Missing({reason:?});\n");
    }
    if !is_release {
        return format!("const SOURCE: Source = Source::Folder({:?});\n", dist.display().to_string());
    }
    let mut text = "const SOURCE: Source = Source::Embedded(&[\n".to_owned();
    for path in files(dist).expect("it was just built") {
        let name = path.strip_prefix(dist).expect("it was found there").display().to_string();
        text += &format!("    ({name:?}, include_bytes!({:?})),\n", path.display().to_string());
    }
    text + "]);\n"
}
