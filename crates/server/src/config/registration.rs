use super::section::section;

section! {
    /// Who may make an account.
    pub struct Registration {
        /// Whether anyone who can reach the server may make an account. While this is false, an account needs
        /// a registration token.
        pub open: bool = false,
    }
}
