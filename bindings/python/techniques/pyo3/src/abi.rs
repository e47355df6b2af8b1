//! The C ABI of the library, as fibonacci.h declares it.
use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_int, c_void};

use pyo3::pyclass;

/// `fib_status`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Status(c_int);

impl Status {
    pub const OK: Status = Status(0);
    pub const INVALID_ARGUMENT: Status = Status(1);
    pub const OVERFLOW: Status = Status(2);
    pub const OUT_OF_RANGE: Status = Status(3);
    pub const NO_MEMORY: Status = Status(4);
    pub const STOPPED: Status = Status(7);
}

pub const RECURSIVE: c_int = 0;
pub const ITERATIVE: c_int = 1;
pub const FAST_DOUBLING: c_int = 2;
pub const MATRIX: c_int = 3;
pub const BINET: c_int = 4;

/// A Fibonacci number and where it stands.
#[pyclass(frozen, get_all, module = "fibonacci_pyo3")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Term {
    /// Where the number stands.
    index: u64,
    /// The Fibonacci number.
    term: u64,
}

/// `fib_sequence`, which only the library can look into.
#[repr(C)]
pub struct FibSequence {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

pub type Visitor = extern "C" fn(index: u64, term: u64, user: *mut c_void) -> bool;

pub type StopCheck = extern "C" fn(user: *mut c_void) -> bool;

#[link(name = "fibonacci")]
extern "C" {
    pub fn fib_set_stop_check(check: Option<StopCheck>, user: *mut c_void);

    pub fn fib_library_version() -> *const c_char;
    pub fn fib_live_objects() -> u64;

    pub fn fib_noop();
    pub fn fib_max_index() -> u64;
    pub fn fib_wrapping(n: u64) -> u64;
    pub fn fib_recursive(n: u64) -> u64;
    pub fn fib_u64(n: u64, out: *mut u64) -> Status;
    pub fn fib_by(how: c_int, n: u64, out: *mut u64) -> Status;
    pub fn fib_mod(n: u64, m: u64, out: *mut u64) -> Status;
    pub fn fib_recurrence(p: u64, q: u64, a: u64, b: u64, n: u64) -> u64;
    pub fn fib_binet(x: f64) -> f64;
    pub fn fib_is_fibonacci(x: u64) -> bool;

    pub fn fib_exact(n: u64, buffer: *mut u64, capacity: usize, out: *mut usize) -> Status;
    pub fn fib_index_of(limbs: *const u64, length: usize, out: *mut u64) -> Status;
    pub fn fib_decimal(n: u64, buffer: *mut u8, capacity: usize, out: *mut usize) -> Status;

    pub fn fib_is_word(text: *const u8, length: usize) -> bool;
    pub fn fib_caption(
        label: *const u8,
        length: usize,
        n: u64,
        buffer: *mut u8,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    pub fn fib_word(n: u64, buffer: *mut u8, capacity: usize, out: *mut usize) -> Status;

    pub fn fib_terms(
        first: u64,
        count: u64,
        buffer: *mut u64,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    pub fn fib_encode(
        numbers: *const u64,
        length: usize,
        buffer: *mut u8,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    pub fn fib_decode(
        bytes: *const u8,
        size: usize,
        buffer: *mut u64,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    pub fn fib_fill(count: usize, out: *mut u64) -> Status;
    pub fn fib_each(indices: *const u64, length: usize, out: *mut u64) -> Status;

    pub fn fib_nearest(x: u64) -> Term;
    pub fn fib_zeckendorf(x: u64, buffer: *mut Term, capacity: usize, out: *mut usize) -> Status;

    pub fn fib_visit(
        first: u64,
        count: u64,
        visitor: Visitor,
        user: *mut c_void,
        out: *mut u64,
    ) -> Status;

    pub fn fib_sequence_new(start: u64, out: *mut *mut FibSequence) -> Status;
    pub fn fib_sequence_free(sequence: *mut FibSequence);
    pub fn fib_sequence_advance(sequence: *mut FibSequence, out: *mut u64) -> Status;
    pub fn fib_sequence_peek(sequence: *const FibSequence, out: *mut u64) -> Status;
    pub fn fib_sequence_reset(sequence: *mut FibSequence) -> Status;
    pub fn fib_sequence_position(sequence: *const FibSequence, out: *mut u64) -> Status;
    pub fn fib_sequence_exhausted(sequence: *const FibSequence, out: *mut bool) -> Status;
}
