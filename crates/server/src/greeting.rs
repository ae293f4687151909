//! What a person sees in the terminal when the server has started.

use std::io::{self, Write};

use crate::config::Config;

/// Warnings go to standard error, the rest to standard output. That nobody reads them is no reason to stop.
pub fn print(config: &Config, first_token: Option<&str>) {
    let _ = io::stderr().write_all(warnings(config).as_bytes());
    let _ = io::stdout().write_all(welcome(config, first_token).as_bytes());
}

fn warnings(config: &Config) -> String {
    let mut text = String::new();
    if config.registration.open {
        text += "WARNING: registration is open, so anyone who can reach this server can make accounts.\n";
    }
    if !config.limits.rate_limits {
        text += "WARNING: rate limits are off, so passwords can be guessed at full speed.\n";
    }
    if !config.seal.is_on()
        && (config.database.url.is_some() || config.server.public_url().starts_with("https://"))
    {
        text += "WARNING: what people write lies unsealed on this server's disks; set seal.key_file to change that.\n";
    }
    text
}

fn welcome(config: &Config, first_token: Option<&str>) -> String {
    let name = &config.server.name;
    let url = config.server.public_url();
    let mut text = format!("Aside {} serves {name} on {url}\n", env!("CARGO_PKG_VERSION"));
    let Some(token) = first_token else { return text };
    text += &format!(
        "\n\
         Make the first account with this link. It works once, and it is shown only now:\n\
         \n    {url}/register?token={token}\n\n"
    );
    if !config.registration.open {
        text += "Nobody else can make an account until you let them.\n";
    }
    if !config.seal.is_on() {
        text += "What people write is not encrypted on disk; [seal] in the configuration changes that.\n";
    }
    text += &format!(
        "Then sign in with any Matrix client. In Element: Sign in, Edit homeserver, and enter {url}\n\
         The server name {name} is now part of every user's id and cannot be changed later.\n"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_says_what_to_do_next() {
        let text = welcome(&Config::default(), Some("sesame"));
        assert!(text.contains("http://127.0.0.1:8008/register?token=sesame\n"), "{text}");
        assert!(text.contains("Edit homeserver, and enter http://127.0.0.1:8008\n"), "{text}");
    }

    #[test]
    fn later_starts_say_one_line() {
        let text = welcome(&Config::default(), None);
        assert_eq!(text.lines().count(), 1);
        assert!(text.ends_with(" serves localhost on http://127.0.0.1:8008\n"), "{text}");
    }

    #[test]
    fn dangerous_settings_are_said_loudly() {
        let mut config = Config::default();
        assert_eq!(warnings(&config), "");
        config.registration.open = true;
        config.limits.rate_limits = false;
        let text = warnings(&config);
        assert!(text.contains("registration is open") && text.contains("rate limits are off"), "{text}");
    }
}
