//! Every endpoint is asked by some test that means it, not only by the one that asks them all nonsense.

use std::fs;
use std::path::Path;

#[test]
fn every_endpoint_is_asked_by_a_test() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    // What people do most is a method of theirs.
    let tests = [sources(&server.join("tests")), sources(&server.join("../testkit/src"))].concat();
    let asked = |path: &str| tests.iter().any(|source| source.contains(&mark(path)));
    let own = aside_api::list_own_endpoints();
    let own = own.iter().map(|endpoint| (endpoint.method.clone(), endpoint.path.as_str()));
    let missing: Vec<String> = aside_api::list_endpoints()
        .into_iter()
        .chain(own)
        // Old versions of a path lead to the same handler.
        .filter(|(_, path)| !path.contains("/r0/") && !asked(path))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missing.is_empty(), "asked by no test:\n{}", missing.join("\n"));
}

/// What a test that asks for this path cannot do without: its last fixed part, and that something follows it.
fn mark(path: &str) -> String {
    let (before, end) = path.rsplit_once('/').unwrap_or(("", path));
    if !end.starts_with('{') {
        return format!("/{end}");
    }
    let fixed = before.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
    format!("/{fixed}/")
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).unwrap()] })
        .collect()
}

#[test]
fn marks_are_the_last_fixed_parts() {
    assert_eq!(mark("/_matrix/client/v3/createRoom"), "/createRoom");
    assert_eq!(mark("/_matrix/client/v3/rooms/{room_id}/send/{event_type}/{txn_id}"), "/send/");
    assert_eq!(mark("/_matrix/client/v3/rooms/{room_id}/ban"), "/ban");
}
