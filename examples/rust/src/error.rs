//! What can go wrong, and the status that tells it in C.

use std::fmt;

/// Every status of `fib_status` but `FIB_OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Error {
    InvalidArgument = 1,
    Overflow = 2,
    OutOfRange = 3,
    NoMemory = 4,
    BufferTooSmall = 5,
    Internal = 6,
    Stopped = 7,
}

/// What each status means; with the NUL that C needs.
pub(crate) const MESSAGES: [&str; 8] = [
    "success\0",
    "an argument is invalid\0",
    "the result does not fit\0",
    "beyond the end\0",
    "not enough memory\0",
    "the buffer is too small\0",
    "a bug in the library\0",
    "the call was stopped\0",
];

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MESSAGES[*self as usize].trim_end_matches('\0'))
    }
}

impl std::error::Error for Error {}
