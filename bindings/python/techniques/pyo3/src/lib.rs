//! The module fibonacci_pyo3: the library for Python by PyO3, over its C ABI.
//!
//! What is unsafe here is that ABI: all memory that it is given lives until it returns.
mod abi;
mod arguments;
mod results;
mod sequence;

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::raw::c_void;

use pyo3::exceptions::{PyNotImplementedError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyTuple};

use abi::{Status, Term};
use arguments::{name, Binary, Enumerator, Named, Natural, Numbers, Readable, Writable, F64, U64};
use results::{bytes, interruptible, items, list, one, text};
use results::{LONG_EXACT, LONG_LIMBS, LONG_RECURSION};

const MAX_INDEX: u64 = 93;
const MAX_EXACT: u64 = 1_000_000_000;
const MAX_WORD: u64 = 30;

// ---- numbers

fn above_64_bits(n: u64) -> String {
    format!("n must be at most {MAX_INDEX} for a 64-bit result, got {n}")
}

/// Nothing: the price of the crossing.
#[pyfunction]
fn noop() {
    unsafe { abi::fib_noop() }
}

/// 93, the largest n whose F(n) fits 64 bits.
#[pyfunction]
fn max_index() -> u64 {
    unsafe { abi::fib_max_index() }
}

/// F(n) mod 2^64, for any n.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn fib_wrapping(n: U64<name::n>) -> u64 {
    unsafe { abi::fib_wrapping(n.value) }
}

/// F(n). OverflowError above 93.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn fib(n: U64<name::n>) -> PyResult<u64> {
    let n = n.value;
    one(|out| unsafe { abi::fib_u64(n, out) }, |_| above_64_bits(n))
}

/// F(n) by the definition. OverflowError above 93.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn fib_recursive(n: U64<name::n>) -> PyResult<u64> {
    let n = n.value;
    if n < LONG_RECURSION {
        return Ok(unsafe { abi::fib_recursive(n) });
    }
    // The same by the function that has a status, which can tell that a signal has ended it.
    let by = |out: &mut u64| unsafe { abi::fib_by(abi::RECURSIVE, n, out) };
    one(|out| interruptible(true, || by(out)), |_| above_64_bits(n))
}

/// F(n) by the algorithm named. OverflowError above 93.
#[pyfunction]
#[pyo3(signature = (how, n, /))]
fn fib_by(how: Named<name::how, Enumerator>, n: U64<name::n>) -> PyResult<u64> {
    let (Enumerator(how), n) = (how.value, n.value);
    one(
        |out| interruptible(n >= LONG_RECURSION, || unsafe { abi::fib_by(how, n, out) }),
        |status| match status {
            Status::INVALID_ARGUMENT => format!("how must be at most {}, got {how}", abi::BINET),
            _ => above_64_bits(n),
        },
    )
}

/// F(n) mod m, for any n. ValueError when m is 0.
#[pyfunction]
#[pyo3(signature = (n, m, /))]
fn fib_mod(n: U64<name::n>, m: U64<name::m>) -> PyResult<u64> {
    let (n, m) = (n.value, m.value);
    one(
        |out| unsafe { abi::fib_mod(n, m, out) },
        |_| format!("m must be at least 1, got {m}"),
    )
}

/// x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1).
#[pyfunction]
#[pyo3(signature = (p, q, a, b, n, /))]
fn recurrence(
    p: U64<name::p>,
    q: U64<name::q>,
    a: U64<name::a>,
    b: U64<name::b>,
    n: U64<name::n>,
) -> u64 {
    unsafe { abi::fib_recurrence(p.value, q.value, a.value, b.value, n.value) }
}

/// phi^x / sqrt(5).
#[pyfunction]
#[pyo3(signature = (x, /))]
fn binet(x: F64<name::x>) -> f64 {
    unsafe { abi::fib_binet(x.value) }
}

/// Is there an n with F(n) = x?
#[pyfunction]
#[pyo3(signature = (x, /))]
fn is_fibonacci(x: U64<name::x>) -> bool {
    unsafe { abi::fib_is_fibonacci(x.value) }
}

// ---- numbers of any size

/// How many items are needed; none, so that the library refuses, where n is too large.
fn room(n: u64, needed: u64) -> usize {
    if n <= MAX_EXACT {
        needed as usize
    } else {
        0
    }
}

fn above_exact(n: u64) -> String {
    format!("n must be at most {MAX_EXACT}, got {n}")
}

/// F(n), of any size. OverflowError above 10^9.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn fib_exact(py: Python<'_>, n: U64<name::n>) -> PyResult<Bound<'_, PyAny>> {
    let n = n.value;
    items(
        room(n, n / 92 + 1),
        |buffer, size| {
            interruptible(n >= LONG_EXACT, || unsafe {
                abi::fib_exact(n, buffer.as_mut_ptr().cast(), buffer.len(), size)
            })
        },
        |_| above_exact(n),
        |limbs| arguments::int(py, limbs),
    )?
}

/// The n with F(n) = x; 1 for 1. ValueError when there is none.
#[pyfunction]
#[pyo3(signature = (x, /))]
fn index_of(x: Named<name::x, Natural>) -> PyResult<u64> {
    let Natural(limbs) = x.value;
    one(
        |out| {
            interruptible(limbs.len() >= LONG_LIMBS, || unsafe {
                abi::fib_index_of(limbs.as_ptr(), limbs.len(), out)
            })
        },
        |_| {
            let shown = match limbs[..] {
                [] => "0".to_string(),
                [low] => low.to_string(),
                [low, high] => (u128::from(high) << 64 | u128::from(low)).to_string(),
                [.., last] => {
                    let bits = limbs.len() * 64 - last.leading_zeros() as usize;
                    format!("a number of {bits} bits")
                }
            };
            format!("x must be a Fibonacci number, got {shown}")
        },
    )
}

/// F(n) in decimal. OverflowError above 10^9.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn fib_decimal(py: Python<'_>, n: U64<name::n>) -> PyResult<Bound<'_, PyString>> {
    let n = n.value;
    items(
        room(n, n / 4 + 1),
        |buffer, size| {
            interruptible(n >= LONG_EXACT, || unsafe {
                abi::fib_decimal(n, buffer.as_mut_ptr().cast(), buffer.len(), size)
            })
        },
        |_| above_exact(n),
        |digits| text(py, digits),
    )?
}

// ---- text

/// Is it a prefix of the Fibonacci word?
#[pyfunction]
#[pyo3(signature = (text, /))]
fn is_word(text: &str) -> bool {
    unsafe { abi::fib_is_word(text.as_ptr(), text.len()) }
}

/// `label(n) = F(n)`. OverflowError above 10^9.
#[pyfunction]
#[pyo3(signature = (label, n, /))]
fn caption<'py>(py: Python<'py>, label: &str, n: U64<name::n>) -> PyResult<Bound<'py, PyString>> {
    let n = n.value;
    items(
        room(n, label.len() as u64 + n / 4 + 32),
        |buffer, size| unsafe {
            let (memory, capacity) = (buffer.as_mut_ptr().cast(), buffer.len());
            abi::fib_caption(label.as_ptr(), label.len(), n, memory, capacity, size)
        },
        |_| above_exact(n),
        |utf8| text(py, utf8),
    )?
}

/// The n-th Fibonacci word. IndexError above 30.
#[pyfunction]
#[pyo3(signature = (n, /))]
fn word(py: Python<'_>, n: U64<name::n>) -> PyResult<Bound<'_, PyString>> {
    let n = n.value;
    let length = match n {
        0..=MAX_WORD => unsafe { abi::fib_wrapping(n + 1) as usize },
        _ => 0,
    };
    items(
        length,
        |buffer, size| unsafe { abi::fib_word(n, buffer.as_mut_ptr().cast(), buffer.len(), size) },
        |_| format!("n must be at most {MAX_WORD}, got {n}"),
        |letters| text(py, letters),
    )?
}

// ---- lists and memory

fn above_terms(first: u64, count: u64) -> String {
    format!(
        "first + count must be at most {}, got {first} + {count}",
        MAX_INDEX + 1
    )
}

/// F(first), ..., F(first + count - 1). OverflowError above F(93).
#[pyfunction]
#[pyo3(signature = (first, count, /))]
fn terms(
    py: Python<'_>,
    first: U64<name::first>,
    count: U64<name::count>,
) -> PyResult<Bound<'_, PyList>> {
    let (first, count) = (first.value, count.value);
    items(
        count.min(MAX_INDEX + 1) as usize,
        |buffer: &mut [MaybeUninit<u64>], size| unsafe {
            abi::fib_terms(first, count, buffer.as_mut_ptr().cast(), buffer.len(), size)
        },
        |_| above_terms(first, count),
        |numbers| list(py, numbers),
    )?
}

/// The numbers in Fibonacci coding. ValueError when one is 0.
#[pyfunction]
#[pyo3(signature = (numbers, /))]
fn encode<'py>(py: Python<'py>, numbers: Numbers<name::numbers>) -> PyResult<Bound<'py, PyBytes>> {
    let numbers = numbers.values;
    items(
        numbers.len() * 12, // no number takes more
        |buffer, size| unsafe {
            let (memory, capacity) = (buffer.as_mut_ptr().cast(), buffer.len());
            abi::fib_encode(numbers.as_ptr(), numbers.len(), memory, capacity, size)
        },
        |_| {
            let zero = numbers.iter().position(|&number| number == 0);
            format!("numbers[{}] must be at least 1, got 0", zero.unwrap_or(0))
        },
        |code| bytes(py, code),
    )?
}

/// The numbers that encode() packed. ValueError for a malformed stream.
#[pyfunction]
#[pyo3(signature = (bytes, /))]
fn decode<'py>(py: Python<'py>, bytes: Binary<'py>) -> PyResult<Bound<'py, PyList>> {
    let Binary(object) = bytes;
    let bytes = object.as_bytes();
    items(
        bytes.len() * 4, // no number takes less than two bits
        |buffer: &mut [MaybeUninit<u64>], size| unsafe {
            let (memory, capacity) = (buffer.as_mut_ptr().cast(), buffer.len());
            abi::fib_decode(bytes.as_ptr(), bytes.len(), memory, capacity, size)
        },
        |_| {
            let shown = object.repr().map(|repr| repr.to_string());
            let shown: String = shown.unwrap_or_default().chars().take(100).collect();
            format!("bytes must be Fibonacci code, got {shown}")
        },
        |numbers| list(py, numbers),
    )?
}

/// F(0), F(1), ... mod 2^64 into the memory.
#[pyfunction]
#[pyo3(signature = (out, /))]
fn fill(out: Named<name::out, Writable>) -> PyResult<()> {
    let Writable(out) = out.value;
    one(
        |_: &mut ()| unsafe { abi::fib_fill(out.len(), out.data()) },
        |_| String::new(),
    )
}

/// results[i] = F(indices[i]). OverflowError when an index is above 93.
#[pyfunction]
#[pyo3(signature = (indices, results, /))]
fn fib_each(
    indices: Named<name::indices, Readable>,
    results: Named<name::results, Writable>,
) -> PyResult<()> {
    let (Readable(indices), Writable(results)) = (indices.value, results.value);
    if indices.len() != results.len() {
        return Err(PyValueError::new_err(format!(
            "indices and results must have the same length, got {} and {}",
            indices.len(),
            results.len()
        )));
    }
    one(
        |_: &mut ()| unsafe { abi::fib_each(indices.data(), indices.len(), results.data()) },
        |_| {
            // SAFETY: there are so many.
            let mut values = (0..indices.len()).map(|i| (i, unsafe { *indices.data().add(i) }));
            let (i, value) = values.find(|item| item.1 > MAX_INDEX).unwrap_or_default();
            format!("indices[{i}] must be at most {MAX_INDEX}, got {value}")
        },
    )
}

// ---- structs

/// The term closest to x.
#[pyfunction]
#[pyo3(signature = (x, /))]
fn nearest(x: U64<name::x>) -> Term {
    unsafe { abi::fib_nearest(x.value) }
}

/// The unique sum of terms with no two neighbours, largest first.
#[pyfunction]
#[pyo3(signature = (x, /))]
fn zeckendorf(py: Python<'_>, x: U64<name::x>) -> PyResult<Bound<'_, PyList>> {
    items(
        47,
        |buffer: &mut [MaybeUninit<Term>], size| unsafe {
            abi::fib_zeckendorf(x.value, buffer.as_mut_ptr().cast(), buffer.len(), size)
        },
        |_| String::new(),
        |terms| PyList::new(py, terms.iter().copied()),
    )?
}

// ---- callbacks

/// Whether a callback goes on that gives this: not with False, nor with NumPy's.
#[inline]
fn goes_on(result: Bound<'_, PyAny>) -> PyResult<bool> {
    if result.is_none() {
        return Ok(true);
    }
    match result.downcast::<PyBool>() {
        Ok(truth) => Ok(truth.is_true()),
        Err(_) => goes_on_after_any(&result),
    }
}

#[cold]
fn goes_on_after_any(result: &Bound<'_, PyAny>) -> PyResult<bool> {
    let kind = result.get_type();
    let of_numpy = kind.module()? == "numpy" && (kind.name()? == "bool" || kind.name()? == "bool_");
    Ok(!of_numpy || result.is_truthy()?)
}

/// Gives the terms to `call` until that fails or gives False; how many were given.
fn each_term<'py, Call>(first: u64, count: u64, call: Call) -> PyResult<u64>
where
    Call: FnMut(u64, u64) -> PyResult<Bound<'py, PyAny>>,
{
    struct Visit<Call> {
        call: Call,
        raised: Option<PyErr>,
    }
    extern "C" fn visitor<'py, Call>(index: u64, term: u64, user: *mut c_void) -> bool
    where
        Call: FnMut(u64, u64) -> PyResult<Bound<'py, PyAny>>,
    {
        // SAFETY: it is the one below, and nobody else's while the library calls.
        let visit = unsafe { &mut *user.cast::<Visit<Call>>() };
        if visit.raised.is_some() {
            return false; // a library may go on all the same
        }
        match (visit.call)(index, term).and_then(goes_on) {
            Ok(more) => more,
            Err(error) => {
                visit.raised = Some(error);
                false
            }
        }
    }
    let mut visit = Visit { call, raised: None };
    let user: *mut Visit<Call> = &mut visit;
    let calls = one(
        |out| unsafe { abi::fib_visit(first, count, visitor::<Call>, user.cast(), out) },
        |_| above_terms(first, count),
    )?;
    match visit.raised {
        Some(error) => Err(error),
        None => Ok(calls),
    }
}

/// Calls visitor(index, term) until it returns False; gives the number of calls.
#[pyfunction]
#[pyo3(signature = (first, count, visitor, /))]
fn visit(
    first: U64<name::first>,
    count: U64<name::count>,
    visitor: &Bound<'_, PyAny>,
) -> PyResult<u64> {
    if !visitor.is_callable() {
        return Err(arguments::refusal::<PyTypeError>(
            "visitor",
            "a function",
            visitor,
        ));
    }
    each_term(first.value, count.value, |index, term| {
        visitor.call1((index, term))
    })
}

/// A class to derive from.
#[pyclass(frozen, subclass, module = "fibonacci_pyo3")]
struct Listener;

#[pymethods]
impl Listener {
    /// A derived class has an __init__() of its own.
    #[new]
    #[pyo3(signature = (*_arguments, **_keywords))]
    fn new(_arguments: &Bound<'_, PyTuple>, _keywords: Option<&Bound<'_, PyDict>>) -> Self {
        Listener
    }

    /// Takes a term; False stops.
    #[pyo3(signature = (_index, _term, /))]
    fn on_term(&self, _index: u64, _term: u64) -> PyResult<bool> {
        Err(PyNotImplementedError::new_err(
            "on_term() must be overridden",
        ))
    }
}

/// The same with an object derived from Listener.
#[pyfunction]
#[pyo3(signature = (first, count, listener, /))]
fn listen(
    first: U64<name::first>,
    count: U64<name::count>,
    listener: &Bound<'_, Listener>,
) -> PyResult<u64> {
    let on_term = pyo3::intern!(listener.py(), "on_term");
    each_term(first.value, count.value, |index, term| {
        listener.call_method1(on_term, (index, term))
    })
}

// ---- the library itself

/// Sequences that are alive.
#[pyfunction]
fn live_objects() -> u64 {
    unsafe { abi::fib_live_objects() }
}

/// major.minor.patch
#[pyfunction]
fn library_version(py: Python<'_>) -> PyResult<Bound<'_, PyString>> {
    // SAFETY: the library keeps the text, which ends with NUL.
    text(
        py,
        unsafe { CStr::from_ptr(abi::fib_library_version()) }.to_bytes(),
    )
}

/// The Fibonacci library by PyO3.
#[pymodule]
mod fibonacci_pyo3 {
    use super::*;

    #[pymodule_export]
    use super::{
        binet, caption, decode, encode, fib, fib_by, fib_decimal, fib_each, fib_exact, fib_mod,
        fib_recursive, fib_wrapping, fill, index_of, is_fibonacci, is_word, library_version,
        listen, live_objects, max_index, nearest, noop, recurrence, sequence::Sequence, terms,
        visit, word, zeckendorf, Listener, Term,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("Algorithm_recursive", abi::RECURSIVE)?;
        module.add("Algorithm_iterative", abi::ITERATIVE)?;
        module.add("Algorithm_fast_doubling", abi::FAST_DOUBLING)?;
        module.add("Algorithm_matrix", abi::MATRIX)?;
        module.add("Algorithm_binet", abi::BINET)
    }
}
