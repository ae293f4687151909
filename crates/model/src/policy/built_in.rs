//! The profiles that are part of the program, so that `--profile classic/x` needs no file.

/// The profile of a server that chose none.
pub const DEFAULT: &str = "aside";

macro_rules! built_in {
    ($($name:literal)*) => {
        /// Names and texts of the profiles in the repository's folder `profiles`.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../profiles/", $name, ".toml")))),*];
    };
}

built_in! {
    "aside"
    "open"
    "classic/dating"
    "classic/discord"
    "classic/instagram"
    "classic/linkedin"
    "classic/marketplace"
    "classic/messenger"
    "classic/page_first"
    "classic/signal"
    "classic/telegram"
    "classic/tiktok"
    "classic/whatsapp"
    "classic/x"
    "current/dating"
    "current/discord"
    "current/instagram"
    "current/linkedin"
    "current/marketplace"
    "current/messenger"
    "current/signal"
    "current/telegram"
    "current/tiktok"
    "current/whatsapp"
    "current/x"
}

/// The text of a profile that is built in.
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
