//! How a section of a profile is declared: once, with each key's type, default and meaning side by side.

/// A key with what it means, for the documentation.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub section: &'static str,
    pub name: &'static str,
    pub doc: &'static [&'static str],
}

/// Declares a section: its keys, their defaults and meanings, and a twin in which every key may be left out, which other
/// people's rules (teenagers') are written in.
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident, $partial:ident = $section:literal {
            $($(#[doc = $doc:literal])+ pub $key:ident: $type:ty = $default:expr,)*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($(#[doc = $doc])+ pub $key: $type,)* }

        impl Default for $name {
            fn default() -> Self { $name { $($key: $default,)* } }
        }

        /// As the section without "Override", with only the keys that differ.
        #[derive(Debug, Clone, PartialEq, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $partial { $(pub $key: Option<$type>,)* }

        impl $name {
            pub(super) const KEYS: &'static [Key] =
                &[$(Key { section: $section, name: stringify!($key), doc: &[$($doc),+] },)*];

            /// The section with the keys that the other one sets.
            #[must_use]
            pub fn with(&self, over: &$partial) -> Self {
                $name { $($key: over.$key.clone().unwrap_or_else(|| self.$key.clone()),)* }
            }
        }
    };
}
pub(super) use section;
