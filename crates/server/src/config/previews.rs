use super::section::section;

section! {
    /// Link previews: title, text and picture of a page that somebody links to.
    pub struct Previews {
        /// Whether the server asks pages in place of its people. A page then sees that somebody here looks at a link to it,
        /// but not who. Clients don't ask for links in encrypted conversations unless their user wants it.
        pub enabled: bool = true,
    }
}
