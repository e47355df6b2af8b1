//! Fibonacci numbers of 64 bits, for Rust ([`numbers`]) and behind the C ABI of `fibonacci.h`.
//! F(0) = 0 and F(1) = 1.

mod abi;
mod error;
pub mod numbers;

pub use error::Error;
