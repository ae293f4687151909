use std::net::IpAddr;

use super::*;

fn file(text: &str) -> Option<Layer> {
    Some(Layer::toml("aside.toml".to_owned(), text).expect("the text is TOML"))
}

fn variables<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = (String, String)> + 'a {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
}

fn load(file: Option<Layer>, environment: &[(&str, &str)], flags: Vec<Layer>) -> Result<Config, Problem> {
    Config::load(file, variables(environment), flags).map(|(config, _)| config)
}

/// The sentence for a file that should be refused.
fn refusal_of_file(text: &str) -> String {
    load(file(text), &[], vec![]).expect_err("the file should be refused").to_string()
}

fn refusal_of_variable(name: &str, value: &str) -> String {
    load(None, &[(name, value)], vec![]).expect_err("the variable should be refused").to_string()
}

#[test]
fn later_sources_win() {
    let text = "[server]\nname = 'file.example'\nlisten = '127.0.0.1:1'\n[sync]\nqueue_days = 7\n";
    let environment = [("ASIDE_SERVER__NAME", "variable.example"), ("ASIDE_SERVER__LISTEN", "127.0.0.1:2")];
    let flags = vec![Layer::one("--listen", "server.listen", "127.0.0.1:3")];

    let config = load(file(text), &environment, flags).expect("all of it is right");

    assert_eq!(config.sync.queue_days, 7, "the file wins over the default");
    assert_eq!(config.server.name, "variable.example", "a variable wins over the file");
    assert_eq!(config.server.listen.port(), 3, "a flag wins over a variable");
    assert_eq!(config.rooms, Config::default().rooms);
}

#[test]
fn variables_may_hold_numbers_for_texts_and_texts_for_numbers() {
    let environment = [
        ("ASIDE_ROOMS__DEFAULT_VERSION", "11"),
        ("ASIDE_SYNC__QUEUE_DAYS", "3"),
        ("ASIDE_REGISTRATION__OPEN", "true"),
        ("ASIDE_MEDIA__S3_SECRET_KEY", "12345"),
        ("ASIDE_SERVER__TRUSTED_PROXIES", "[\"10.0.0.1\", 10.0.0.2]"),
    ];
    let config = load(None, &environment, vec![]).expect("all of it is right");

    assert_eq!(config.rooms.default_version, "11");
    assert_eq!(config.sync.queue_days, 3);
    assert!(config.registration.open);
    assert_eq!(config.server.trusted_proxies, [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from));
    assert_eq!(config.media.s3_secret_key.expect("it was set").reveal(), "12345");
}

#[test]
fn variables_of_others_are_left_alone() {
    let environment =
        [("ASIDE_CONFIG", "aside.toml"), ("ASIDE_TEST_POSTGRES", "postgres://x"), ("HOME", "/root")];
    assert_eq!(load(None, &environment, vec![]), Ok(Config::default()));
}

#[test]
fn unknown_keys_are_refused_where_they_stand() {
    assert_eq!(
        refusal_of_file("[server]\nnmae = 'a'"),
        "aside.toml: server.nmae is not a configuration key; [server] has name, listen, base_url, trusted_proxies."
    );
    assert_eq!(
        refusal_of_file("[sever]\nname = 'a'"),
        "aside.toml: [sever] is not a section of the configuration; there are server, data, database, registration, \
         rooms, limits, media, sync, policy, presence, safety, push, previews, gifs, turn, outbound, seal, api, log."
    );
    assert_eq!(
        refusal_of_variable("ASIDE_SERVER__PORT", "1"),
        "ASIDE_SERVER__PORT: server.port is not a configuration key; [server] has name, listen, base_url, trusted_proxies."
    );
    assert_eq!(
        refusal_of_variable("ASIDE_SERVER_NAME", "a"),
        "ASIDE_SERVER_NAME: server_name is not a configuration key; a section and a key are joined by two \
         underscores."
    );
}

#[test]
fn a_mistake_in_a_variable_is_not_blamed_on_the_file() {
    let config = load(file("[server]\nname = 'a.example'"), &[("ASIDE_SERVER__NAME", "a b")], vec![]);
    assert_eq!(
        config.expect_err("it is no name").to_string(),
        "ASIDE_SERVER__NAME: server.name = \"a b\" is not a host name with an optional port."
    );
}

#[test]
fn bad_values_are_refused_with_a_sentence() {
    let cases = [
        (
            "[server]\nlisten = 8008",
            "server.listen = 8008 is not an IP address with a port, such as 127.0.0.1:8008.",
        ),
        (
            "[server]\nlisten = 'x'",
            "server.listen = \"x\" is not an IP address with a port, such as 127.0.0.1:8008.",
        ),
        ("[server]\nbase_url = 'a'", "server.base_url = \"a\" does not begin with http:// or https://."),
        ("[sync]\nqueue_days = '3'", "sync.queue_days = \"3\" is not a whole number."),
        ("[sync]\nqueue_days = -3", "sync.queue_days = -3 is not a whole number."),
        ("[sync]\nqueue_days = 0", "sync.queue_days = 0 would drop entries before any device has read them."),
        ("[registration]\nopen = 'yes'", "registration.open = \"yes\" is not a boolean."),
        ("[log]\nformat = 'xml'", "log.format = \"xml\" is not one of text, json."),
        (
            "[rooms]\ndefault_version = '9'",
            "rooms.default_version = \"9\" is not one of the room versions 10, 11 and 12.",
        ),
        ("[media]\nstore = 's3'", "media.store = \"s3\" needs media.s3_bucket too."),
        (
            "[turn]\nuris = ['turn:a.example']",
            "turn.uris = [\"turn:a.example\"] needs turn.secret, or turn.username and turn.password, too.",
        ),
        ("[turn]\nusername = 'a'", "turn.username = \"a\" needs turn.password too."),
        (
            "[outbound]\nallow = ['10.0.0.0/40']",
            "outbound.allow = [\"10.0.0.0/40\"] is refused: \"10.0.0.0/40\" is not a network.",
        ),
        (
            "[push]\ncontact = 'admin'",
            "push.contact = \"admin\" does not begin with \"mailto:\" or \"https://\".",
        ),
        ("server = 1", "server = 1 is not a section."),
    ];
    for (text, sentence) in cases {
        assert_eq!(refusal_of_file(text), format!("aside.toml: {sentence}"), "for {text:?}");
    }
}

#[test]
fn syntax_errors_name_the_line() {
    let problem =
        Layer::toml("aside.toml".to_owned(), "[server]\nname = \n").expect_err("a value is missing");
    let sentence = problem.to_string();
    assert!(sentence.starts_with("aside.toml, line 2: "), "{sentence}");
    assert_eq!(sentence.lines().count(), 1);
}

#[test]
fn secrets_are_never_shown() {
    let sentence = refusal_of_file("[database]\nurl = 'mysql://aside:hunter2@db/aside'");
    assert_eq!(sentence, "aside.toml: database.url does not begin with postgres://.");
    let number = refusal_of_file("[media]\ns3_secret_key = 12345");
    assert_eq!(number, "aside.toml: media.s3_secret_key is not a string.");

    let config = load(file("[media]\ns3_secret_key = 'hunter2'"), &[], vec![]).expect("it is right");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn secrets_can_be_read_from_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("url");
    std::fs::write(&path, "postgres://aside@db/aside\n").expect("the file is written");
    let environment = [("ASIDE_DATABASE__URL_FILE", path.to_str().expect("a plain path"))];

    let config = load(None, &environment, vec![]).expect("it is right");
    assert_eq!(config.database.url.expect("it was read").reveal(), "postgres://aside@db/aside");

    let sentence = refusal_of_file("[database]\nurl_file = '/nowhere'");
    assert!(
        sentence.starts_with("aside.toml: database.url_file = \"/nowhere\" cannot be read ("),
        "{sentence}"
    );
    let both = refusal_of_file("[database]\nurl = 'postgres://x'\nurl_file = '/nowhere'");
    assert!(both.ends_with("is set beside url; set only one of them."), "{both}");
}

#[test]
fn the_example_changes_nothing() {
    let example = example();
    let config = load(file(&example), &[], vec![]).expect("the example is right");
    assert_eq!(config, Config::default());

    let bare: String =
        example.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    assert_eq!(load(file(&bare), &[], vec![]), Ok(Config::default()));
}

#[test]
fn every_sample_of_the_example_fits_its_key() {
    let is_sample = |line: &str| line.starts_with('#') && !line.starts_with("# ") && line != "#";
    let uncommented: String = example()
        .lines()
        .map(|line| if is_sample(line) { &line[1..] } else { line })
        .map(|line| format!("{line}\n"))
        .collect();
    Layer::toml("aside.toml".to_owned(), &uncommented)
        .and_then(|layer| layer.check::<Config>())
        .expect("every sample is a value of its key");
}

#[test]
fn the_public_address_is_one_that_clients_can_reach() {
    let address = |text: &str| load(file(text), &[], vec![]).expect("it is right").server.public_url();
    assert_eq!(address(""), "http://127.0.0.1:8008");
    assert_eq!(address("[server]\nlisten = '0.0.0.0:80'"), "http://127.0.0.1:80");
    assert_eq!(address("[server]\nlisten = '[::]:80'"), "http://[::1]:80");
    assert_eq!(address("[server]\nbase_url = 'https://chat.example/'"), "https://chat.example");
}

#[test]
fn service_tokens_may_be_several_and_none_may_be_short() {
    let long = "a-token-of-more-than-thirty-two-characters";
    let text = format!("[api]\nservice_token = '{long}1 {long}2'\nmoderators = ['@mia:example.org']\n");
    let config = load(file(&text), &[], vec![]).expect("all of it is right");
    assert_eq!(config.api.tokens().collect::<Vec<_>>(), [format!("{long}1"), format!("{long}2")]);
    assert_eq!(config.api.moderators, ["@mia:example.org"]);

    let short = refusal_of_file("[api]\nservice_token = 'short'\n");
    assert!(short.contains("less than 32 characters") && !short.contains("short"), "{short}");
    let nobody = refusal_of_file("[api]\nmoderators = ['mia']\n");
    assert!(nobody.contains("api.moderators"), "{nobody}");
}
