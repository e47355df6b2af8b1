//! What the library gives back: a value or an exception, and results of variable size.
use std::mem::MaybeUninit;

use pyo3::exceptions::{
    PyIndexError, PyMemoryError, PyOverflowError, PyRuntimeError, PyValueError,
};
use pyo3::prelude::*;

use crate::abi::Status;

/// What `call` writes, or the exception for its status, with the reason that the caller knows from what it passed.
#[inline]
pub fn one<T: Default>(
    call: impl FnOnce(&mut T) -> Status,
    reason: impl FnOnce(Status) -> String,
) -> PyResult<T> {
    let mut out = T::default();
    match call(&mut out) {
        Status::OK => Ok(out),
        status => Err(failure(status, reason)),
    }
}

/// Most results have so few items that they need no memory of their own.
const FEW: usize = 128;

/// What `take` makes of the items that `call` writes: no more than `capacity`, and it says how many.
#[inline]
pub fn items<T: Copy, Taken>(
    capacity: usize,
    call: impl FnOnce(&mut [MaybeUninit<T>], &mut usize) -> Status,
    reason: impl FnOnce(Status) -> String,
    take: impl FnOnce(&[T]) -> Taken,
) -> PyResult<Taken> {
    let mut few = [MaybeUninit::<T>::uninit(); FEW];
    let mut many = Vec::new();
    let buffer = if capacity <= FEW {
        &mut few[..]
    } else {
        if many.try_reserve_exact(capacity).is_err() {
            return Err(failure(Status::NO_MEMORY, reason));
        }
        // SAFETY: so many are reserved, and they need not be initialized.
        unsafe { many.set_len(capacity) };
        &mut many[..]
    };
    let mut size = 0;
    match call(buffer, &mut size) {
        // SAFETY: the library has written so many.
        Status::OK => Ok(take(unsafe {
            std::slice::from_raw_parts(buffer[..size].as_ptr().cast(), size)
        })),
        status => Err(failure(status, reason)),
    }
}

/// The exception for a status.
#[cold]
fn failure(status: Status, reason: impl FnOnce(Status) -> String) -> PyErr {
    match status {
        Status::INVALID_ARGUMENT => PyValueError::new_err(reason(status)),
        Status::OVERFLOW => PyOverflowError::new_err(reason(status)),
        Status::OUT_OF_RANGE => PyIndexError::new_err(reason(status)),
        Status::NO_MEMORY => PyMemoryError::new_err("not enough memory"),
        _ => PyRuntimeError::new_err("a bug in the library"),
    }
}

/// Calls without the GIL what takes long.
#[inline]
pub fn released<T: Send>(py: Python<'_>, long: bool, call: impl FnOnce() -> T + Send) -> T {
    if long {
        py.allow_threads(call)
    } else {
        call()
    }
}
