//! Keys for end-to-end encryption: of devices, of people, and the signatures between them
//! (specification, 10.12 End-to-End Encryption). The server hands them on; only clients can use them.

mod changes;
mod claim;
mod device;
mod forget;
mod identity;
mod lists;
mod query;
mod signatures;
mod signed;
mod upload;

pub use changes::changes;
pub use claim::{Claimed, claim};
pub use device::NewKeys;
pub use forget::{forget_device, forget_user};
pub use identity::{NewIdentity, upload_identity};
pub(crate) use lists::{between, sweep};
pub use query::{Queried, query};
pub use signatures::{Failures, upload_signatures};
pub use upload::upload;
pub(crate) use upload::{counted, left};
