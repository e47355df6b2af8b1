//! What the library gives back: a value or an exception, and results of variable size.
use std::mem::MaybeUninit;
use std::os::raw::c_void;
use std::ptr;

use pyo3::exceptions::{
    PyIndexError, PyMemoryError, PyOverflowError, PyRuntimeError, PyValueError,
};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::abi::{self, Status};

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
        Status::NO_MEMORY => no_memory(),
        Status::STOPPED => Python::with_gil(PyErr::fetch),
        _ => PyRuntimeError::new_err("a bug in the library"),
    }
}

pub fn no_memory() -> PyErr {
    PyMemoryError::new_err("not enough memory")
}

/// A list of ints. PyO3's own makes a panic of it when there is no memory, as its text and bytes do.
pub fn list<'py>(py: Python<'py>, numbers: &[u64]) -> PyResult<Bound<'py, PyList>> {
    // SAFETY: each gives a new reference, or NULL with an exception; the list takes that of its item.
    unsafe {
        let length = numbers.len() as ffi::Py_ssize_t;
        let list = Bound::from_owned_ptr_or_err(py, ffi::PyList_New(length))?;
        for (i, &number) in (0..).zip(numbers) {
            let item = ffi::PyLong_FromUnsignedLongLong(number);
            let item = Bound::from_owned_ptr_or_err(py, item)?;
            ffi::PyList_SET_ITEM(list.as_ptr(), i, item.into_ptr());
        }
        Ok(list.downcast_into_unchecked())
    }
}

/// The str for the library's UTF-8.
pub fn text<'py>(py: Python<'py>, utf8: &[u8]) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: it gives a new reference to a str, or NULL with an exception.
    unsafe {
        let length = utf8.len() as ffi::Py_ssize_t;
        let made = ffi::PyUnicode_DecodeUTF8(utf8.as_ptr().cast(), length, ptr::null());
        Ok(Bound::from_owned_ptr_or_err(py, made)?.downcast_into_unchecked())
    }
}

/// The bytes.
pub fn bytes<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, data.len(), |memory| {
        memory.copy_from_slice(data);
        Ok(())
    })
}

/// From here on a call may take longer than a question costs.
pub const LONG_RECURSION: u64 = 25;
pub const LONG_EXACT: u64 = 1_000_000;
pub const LONG_LIMBS: usize = 10_000;

/// Calls what may take long: Python's handlers of signals run meanwhile, and what they raise ends it, as Ctrl-C does,
/// with the status STOPPED.
///
/// It keeps the GIL. A thread that gave it up could not get it back at the end of the program: before 3.14 Python ends
/// such a thread by unwinding it, which Rust takes for a panic of another language, and aborts.
#[inline]
pub fn interruptible(long: bool, call: impl FnOnce() -> Status) -> Status {
    extern "C" fn has_signal(_user: *mut c_void) -> bool {
        // SAFETY: the thread has the GIL. What a handler raises stays set.
        let raised = unsafe { ffi::PyErr_CheckSignals() } != 0;
        ask(Some(has_signal)); // a handler may have called what takes long
        raised
    }
    fn ask(check: Option<abi::StopCheck>) {
        // SAFETY: it needs no user.
        unsafe { abi::fib_set_stop_check(check, ptr::null_mut()) }
    }
    if !long {
        return call();
    }
    ask(Some(has_signal));
    let status = call();
    ask(None);
    status
}
