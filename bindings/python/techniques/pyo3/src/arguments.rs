//! What the arguments of a function may be. PyO3 converts them; here they get words for what they must be.
use std::marker::PhantomData;
use std::os::raw::c_int;

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyBufferError, PyException, PyMemoryError, PyOverflowError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyInt, PyList, PyMemoryView, PyString};
use pyo3::PyTypeInfo;

use crate::results::no_memory;

/// The parameters' names, as types: a conversion does not learn for which parameter it is.
#[allow(non_camel_case_types)]
pub mod name {
    pub trait Name {
        const TEXT: &'static str;
    }
    macro_rules! names {
        ($($name:ident)*) => {
            $(
                pub struct $name;
                impl Name for $name {
                    const TEXT: &'static str = stringify!($name);
                }
            )*
        };
    }
    names!(a b count first how indices m n numbers out p q results start x);
}
use name::Name;

/// An argument of type T.
pub struct Named<N, T> {
    pub value: T,
    name: PhantomData<N>,
}

pub type U64<N> = Named<N, u64>;
pub type F64<N> = Named<N, f64>;

impl<N, T> From<T> for Named<N, T> {
    fn from(value: T) -> Self {
        let name = PhantomData;
        Named { value, name }
    }
}

impl<'py, N: Name, T: FromPyObject<'py> + Needed> FromPyObject<'py> for Named<N, T> {
    #[inline]
    fn extract_bound(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        match object.extract::<T>() {
            Ok(value) => Ok(value.into()),
            Err(error) => Err(refuse(N::TEXT, T::TEXT, object, error)),
        }
    }
}

/// What an argument must be, in words.
pub trait Needed {
    const TEXT: &'static str;
}
impl Needed for u64 {
    const TEXT: &'static str = "an integer from 0 to 18446744073709551615";
}
impl Needed for f64 {
    const TEXT: &'static str = "a number";
}

/// A C int from 0: what an enumerator may be.
pub struct Enumerator(pub c_int);

impl Needed for Enumerator {
    const TEXT: &'static str = "an integer from 0 to 2147483647";
}
impl FromPyObject<'_> for Enumerator {
    #[inline]
    fn extract_bound(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        match object.extract()? {
            negative @ c_int::MIN..=-1 => Err(PyOverflowError::new_err(negative)),
            number => Ok(Enumerator(number)),
        }
    }
}

/// An int of any size, as limbs of 64 bits.
pub struct Natural(pub Vec<u64>);

impl Needed for Natural {
    const TEXT: &'static str = "an integer of at least 0";
}
impl FromPyObject<'_> for Natural {
    fn extract_bound(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(number) = object.downcast::<PyInt>() {
            return limbs(number).map(Natural);
        }
        let py = object.py();
        // SAFETY: it gives a new reference to an int, or NULL with an exception.
        let number =
            unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyNumber_Index(object.as_ptr()))? };
        limbs(number.downcast()?).map(Natural)
    }
}

/// Rust's own would end the process when there is no memory.
fn zeros(length: usize) -> PyResult<Vec<u64>> {
    let mut made = Vec::new();
    made.try_reserve_exact(length).map_err(|_| no_memory())?;
    made.resize(length, 0);
    Ok(made)
}

/// The limbs of an int, least significant first and none of them 0 at the end. OverflowError for a negative one.
fn limbs(number: &Bound<'_, PyInt>) -> PyResult<Vec<u64>> {
    // SAFETY: there are as many bytes at `limbs` as CPython is told.
    #[cfg(not(Py_3_13))]
    let (limbs, failed) = unsafe {
        let bits = ffi::_PyLong_NumBits(number.as_ptr());
        let mut limbs = zeros((bits + 63) / 64)?;
        let failed = ffi::_PyLong_AsByteArray(
            number.as_ptr().cast(),
            limbs.as_mut_ptr().cast(),
            limbs.len() * 8,
            cfg!(target_endian = "little").into(),
            0,
        );
        (limbs, failed)
    };
    #[cfg(Py_3_13)]
    let (limbs, failed) = unsafe {
        let flags = ffi::Py_ASNATIVEBYTES_NATIVE_ENDIAN
            | ffi::Py_ASNATIVEBYTES_UNSIGNED_BUFFER
            | ffi::Py_ASNATIVEBYTES_REJECT_NEGATIVE;
        let size = ffi::PyLong_AsNativeBytes(number.as_ptr(), std::ptr::null_mut(), 0, flags);
        let mut limbs = zeros((size.max(0) as usize + 7) / 8)?;
        let failed = size.min(ffi::PyLong_AsNativeBytes(
            number.as_ptr(),
            limbs.as_mut_ptr().cast(),
            limbs.len() as ffi::Py_ssize_t * 8,
            flags,
        ));
        (limbs, failed)
    };
    if failed < 0 {
        drop(PyErr::take(number.py()));
        return Err(PyOverflowError::new_err(()));
    }
    Ok(limbs)
}

/// The int of these limbs.
pub fn int<'py>(py: Python<'py>, limbs: &[u64]) -> PyResult<Bound<'py, PyAny>> {
    let size = std::mem::size_of_val(limbs);
    // SAFETY: CPython reads `size` bytes and gives a new reference, or NULL with an exception.
    unsafe {
        #[cfg(not(Py_3_13))]
        let made = ffi::_PyLong_FromByteArray(
            limbs.as_ptr().cast(),
            size,
            cfg!(target_endian = "little").into(),
            0,
        );
        #[cfg(Py_3_13)]
        let made = ffi::PyLong_FromUnsignedNativeBytes(
            limbs.as_ptr().cast(),
            size,
            ffi::Py_ASNATIVEBYTES_NATIVE_ENDIAN,
        );
        Bound::from_owned_ptr_or_err(py, made)
    }
}

/// A list of integers, or another iterable with such.
pub struct Numbers<N> {
    pub values: Vec<u64>,
    name: PhantomData<N>,
}

impl<N: Name> FromPyObject<'_> for Numbers<N> {
    fn extract_bound(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let values = if let Ok(list) = object.downcast::<PyList>() {
            collect::<N>(list.len(), list.iter().map(Ok))
        } else if object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>() {
            Err(refusal::<PyTypeError>(N::TEXT, LIST, object))
        } else {
            match object.try_iter() {
                Ok(items) => collect::<N>(0, items),
                Err(error) => Err(refuse(N::TEXT, LIST, object, error)),
            }
        };
        let name = PhantomData;
        Ok(Numbers {
            values: values?,
            name,
        })
    }
}

const LIST: &str = "a list of integers";

#[inline]
fn collect<'py, N: Name>(
    length: usize,
    items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Vec<u64>> {
    let mut values = Vec::new();
    values.try_reserve_exact(length).map_err(|_| no_memory())?;
    for (i, item) in items.enumerate() {
        let item = item?;
        match item.extract() {
            Ok(value) => {
                if values.len() == values.capacity() {
                    values.try_reserve(1).map_err(|_| no_memory())?; // push() would end the process
                }
                values.push(value);
            }
            Err(error) => {
                let name = format!("{}[{}]", N::TEXT, i);
                return Err(refuse(&name, u64::TEXT, &item, error));
            }
        }
    }
    Ok(values)
}

/// Bytes, or a copy of what a bytearray has.
pub struct Binary<'py>(pub Bound<'py, PyBytes>);

impl<'py> FromPyObject<'py> for Binary<'py> {
    fn extract_bound(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.downcast::<PyBytes>() {
            return Ok(Binary(bytes.clone()));
        }
        let array = object.downcast::<PyByteArray>()?;
        // SAFETY: it gives a new reference to bytes, or NULL with an exception.
        unsafe {
            let copy = ffi::PyBytes_FromObject(array.as_ptr());
            let copy = Bound::from_owned_ptr_or_err(object.py(), copy)?;
            Ok(Binary(copy.downcast_into_unchecked()))
        }
    }
}

/// Items of the caller; None where there are none, for PyBuffer refuses an empty array as not aligned.
pub struct Memory(Option<PyBuffer<u64>>);

impl Memory {
    /// A PyBuffer takes integers of the other byte order for ours.
    fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        match PyBuffer::<u64>::get(object) {
            Ok(buffer) if buffer.is_c_contiguous() && is_native(buffer.format().to_bytes()) => {
                Ok(Memory(Some(buffer)))
            }
            Ok(_) => Err(PyBufferError::new_err(())),
            Err(_) if is_empty(object)? => Ok(Memory(None)),
            Err(error) => Err(error),
        }
    }

    pub fn data(&self) -> *mut u64 {
        let buffer = self.0.as_ref();
        buffer.map_or(std::ptr::null_mut(), |buffer| buffer.buf_ptr().cast())
    }

    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, PyBuffer::item_count)
    }
}

fn is_native(format: &[u8]) -> bool {
    matches!(format, b"L" | b"Q" | [b'@' | b'=', b'L' | b'Q'])
}

#[cold]
fn is_empty(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let view = PyMemoryView::from(object)?;
    let format: String = view.getattr("format")?.extract()?;
    Ok(view.len()? == 0 && is_native(format.as_bytes()))
}

/// What to say of memory whose items must not be read where they lie; an error if that is not what is wrong.
#[cold]
fn unaligned(name: &str, object: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let view = PyMemoryView::from(object)?;
    let format: String = view.getattr("format")?.extract()?;
    let bytes = PyBuffer::<u8>::get(&view.call_method1("cast", ("B",))?)?;
    let address = bytes.buf_ptr() as usize;
    if !is_native(format.as_bytes()) || address % 8 == 0 {
        return Err(PyBufferError::new_err(()));
    }
    Ok(PyTypeError::new_err(format!(
        "{name} must be aligned memory: its address, {address:#x}, is no multiple of 8"
    )))
}

#[cold]
fn is_read_only(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    PyMemoryView::from(object)?.getattr("readonly")?.extract()
}

/// Memory of the caller that is read.
pub struct Readable(pub Memory);
/// Memory of the caller that is written to.
pub struct Writable(pub Memory);

impl Needed for Readable {
    const TEXT: &'static str = "memory of 64-bit unsigned integers";
}
impl Needed for Writable {
    const TEXT: &'static str = "writable memory of 64-bit unsigned integers";
}
impl FromPyObject<'_> for Readable {
    fn extract_bound(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        Memory::new(object).map(Readable)
    }
}
impl FromPyObject<'_> for Writable {
    fn extract_bound(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let memory = Memory::new(object)?;
        let read_only = match &memory.0 {
            Some(buffer) => buffer.readonly(),
            None => is_read_only(object)?,
        };
        if read_only {
            return Err(PyBufferError::new_err(()));
        }
        Ok(Writable(memory))
    }
}

// ---- refusals

/// The exception that says what an argument must be and what came instead. Where repr() fails, as that of an int beyond
/// 4300 digits does, the type stands for it, and what was raised is the cause; what is no Exception, as
/// KeyboardInterrupt, and the lack of memory are given as they are.
#[cold]
pub fn refusal<Kind: PyTypeInfo>(name: &str, needed: &str, got: &Bound<'_, PyAny>) -> PyErr {
    let py = got.py();
    let made =
        |shown: String| PyErr::new::<Kind, _>(format!("{name} must be {needed}, got {shown}"));
    match got.repr() {
        Ok(repr) => made(repr.to_string_lossy().chars().take(100).collect()),
        Err(error)
            if !error.is_instance_of::<PyException>(py)
                || error.is_instance_of::<PyMemoryError>(py) =>
        {
            error
        }
        Err(error) => {
            let kind = got.get_type();
            let kind = kind
                .name()
                .map_or_else(|_| "?".to_string(), |name| name.to_string());
            let refusal = made(format!("an object of type {kind}"));
            refusal.set_cause(py, Some(error));
            refusal
        }
    }
}

/// The exception for one of PyO3's or CPython's; what an object's own methods have raised stays.
#[cold]
#[inline(never)]
fn refuse(name: &str, needed: &str, got: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = got.py();
    let of_python = error.traceback(py).is_some();
    if of_python {
        error
    } else if error.is_instance_of::<PyOverflowError>(py) {
        refusal::<PyOverflowError>(name, needed, got)
    } else if error.is_instance_of::<PyBufferError>(py) {
        unaligned(name, got).unwrap_or_else(|_| refusal::<PyTypeError>(name, needed, got))
    } else if error.is_instance_of::<PyTypeError>(py) {
        refusal::<PyTypeError>(name, needed, got)
    } else {
        error
    }
}
