//! The class Sequence.
use std::ptr::NonNull;

use pyo3::prelude::*;

use crate::abi::{self, FibSequence};
use crate::arguments::{name, U64};
use crate::results::one;

/// F(start), F(start + 1), ..., F(93), one at a time.
#[pyclass(frozen, module = "fibonacci_pyo3")]
pub struct Sequence(NonNull<FibSequence>);

// SAFETY: only the methods below use the pointer, each under the GIL and without giving it up.
unsafe impl Send for Sequence {}
unsafe impl Sync for Sequence {}

impl Drop for Sequence {
    fn drop(&mut self) {
        // SAFETY: it was new()'s, and nobody has it any more.
        unsafe { abi::fib_sequence_free(self.0.as_ptr()) }
    }
}

#[pymethods]
impl Sequence {
    /// Begins at F(start). IndexError when start > 94.
    #[new]
    #[pyo3(signature = (start = U64::from(0), /), text_signature = "(start=0, /)")]
    fn new(start: U64<name::start>) -> PyResult<Self> {
        let start = start.value;
        let mut made = std::ptr::null_mut();
        one(
            // SAFETY: `made` receives a pointer.
            |_: &mut ()| unsafe { abi::fib_sequence_new(start, &mut made) },
            |_| format!("start must be at most 94, got {start}"),
        )?;
        Ok(Sequence(
            NonNull::new(made).expect("a sequence without an error"),
        ))
    }

    /// F(position), then moves on. IndexError when exhausted.
    fn advance(&self) -> PyResult<u64> {
        // SAFETY: the sequence is alive, as in all that follow.
        one(
            |out| unsafe { abi::fib_sequence_advance(self.0.as_ptr(), out) },
            |_| self.at_the_end(),
        )
    }

    /// F(position). IndexError when exhausted.
    fn peek(&self) -> PyResult<u64> {
        one(
            |out| unsafe { abi::fib_sequence_peek(self.0.as_ptr(), out) },
            |_| self.at_the_end(),
        )
    }

    /// Goes back to start.
    fn reset(&self) {
        unsafe { abi::fib_sequence_reset(self.0.as_ptr()) };
    }

    /// The index of the term that comes.
    #[getter]
    fn position(&self) -> u64 {
        let mut position = 0;
        unsafe { abi::fib_sequence_position(self.0.as_ptr(), &mut position) };
        position
    }

    /// Was F(93) given out?
    #[getter]
    fn exhausted(&self) -> bool {
        let mut exhausted = false;
        unsafe { abi::fib_sequence_exhausted(self.0.as_ptr(), &mut exhausted) };
        exhausted
    }

    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self) -> PyResult<Option<u64>> {
        if self.exhausted() {
            Ok(None)
        } else {
            self.advance().map(Some)
        }
    }
}

impl Sequence {
    fn at_the_end(&self) -> String {
        format!("position must be at most 93, got {}", self.position())
    }
}
