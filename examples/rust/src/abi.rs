//! The C ABI of `fibonacci.h` over [`numbers`]: all that is unsafe, and nothing else.
//!
//! The number functions alone: `fib_exact`, `fib_index_of` and `fib_decimal` need integers of any
//! size, `fib_is_word`, `fib_caption`, `fib_word`, `fib_encode` and `fib_decode` are not numbers.
//!
//! # Safety
//! As in C: a pointer is NULL or points to as much memory as the header says, valid during the
//! call. A `fib_sequence` comes from `fib_sequence_new` and was not freed.

use std::cell::Cell;
use std::ffi::c_void;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

use crate::error::MESSAGES;
use crate::numbers::{self, Algorithm, Sequence, Term};
use crate::Error;

/// `fib_status` and `fib_algorithm`: C may pass any number, so it is not a Rust enum that arrives.
type Status = u32;
type Visitor = unsafe extern "C" fn(index: u64, term: u64, user: *mut c_void) -> bool;
type StopCheck = unsafe extern "C" fn(user: *mut c_void) -> bool;

const OK: Status = 0;
const ABI_VERSION: u32 = 1;
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// The status of what the body does; no panic leaves it.
fn guarded(body: impl FnOnce() -> Result<(), Error>) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => OK,
        Ok(Err(error)) => error as Status,
        Err(_) => Error::Internal as Status,
    }
}

fn need(condition: bool) -> Result<(), Error> {
    condition.then_some(()).ok_or(Error::InvalidArgument)
}

/// Is there memory where `length` items are said to be, aligned as Rust demands it?
fn need_memory<T>(items: *const T, length: usize) -> Result<(), Error> {
    let aligned = items as usize % std::mem::align_of::<T>() == 0;
    need(length == 0 || !items.is_null() && aligned)
}

thread_local! {
    static CHECK: Cell<Option<(StopCheck, *mut c_void)>> = Cell::new(None);
}

/// Asks the check of this thread. It may call the library: meanwhile there is none.
fn stop() -> bool {
    match CHECK.with(Cell::take) {
        None => false,
        Some((check, user)) => {
            // SAFETY: the caller of fib_set_stop_check() vouches for it until it is replaced.
            let stops = unsafe { check(user) };
            CHECK.with(|current| current.set(Some((check, user))));
            stops
        }
    }
}

/// Writes what the body computes.
unsafe fn store<T>(out: *mut T, body: impl FnOnce() -> Result<T, Error>) -> Status {
    guarded(|| {
        need_memory(out, 1)?;
        out.write(body()?);
        Ok(())
    })
}

/// Copies the items that the body computes, or tells how many there are.
unsafe fn store_items<T: Copy, Items: AsRef<[T]>>(
    buffer: *mut T,
    capacity: usize,
    out: *mut usize,
    body: impl FnOnce() -> Result<Items, Error>,
) -> Status {
    guarded(|| {
        need_memory(out, 1)?;
        need_memory(buffer, capacity)?;
        let items = body()?;
        let items = items.as_ref();
        out.write(items.len());
        if items.len() > capacity {
            return Err(Error::BufferTooSmall);
        }
        if !items.is_empty() {
            ptr::copy_nonoverlapping(items.as_ptr(), buffer, items.len());
        }
        Ok(())
    })
}

#[no_mangle]
extern "C" fn fib_status_message(status: Status) -> *const c_char {
    MESSAGES
        .get(status as usize)
        .unwrap_or(&"an unknown status\0")
        .as_ptr()
        .cast()
}

#[no_mangle]
extern "C" fn fib_library_version() -> *const c_char {
    VERSION.as_ptr().cast()
}

#[no_mangle]
extern "C" fn fib_abi_version() -> u32 {
    ABI_VERSION
}

#[no_mangle]
extern "C" fn fib_live_objects() -> u64 {
    numbers::live_objects()
}

#[no_mangle]
extern "C" fn fib_set_stop_check(check: Option<StopCheck>, user: *mut c_void) {
    CHECK.with(|current| current.set(check.map(|check| (check, user))));
}

#[no_mangle]
extern "C" fn fib_noop() {
    numbers::noop();
}

#[no_mangle]
extern "C" fn fib_max_index() -> u64 {
    numbers::MAX_INDEX
}

#[no_mangle]
extern "C" fn fib_wrapping(n: u64) -> u64 {
    numbers::wrapping(n)
}

#[no_mangle]
extern "C" fn fib_recursive(n: u64) -> u64 {
    // Above 93 the calls would take centuries to give the same.
    if n > numbers::MAX_INDEX {
        numbers::wrapping(n)
    } else {
        numbers::recursive_unless(n, &mut stop).unwrap_or(0)
    }
}

#[no_mangle]
unsafe extern "C" fn fib_u64(n: u64, out: *mut u64) -> Status {
    store(out, || numbers::fib(n))
}

#[no_mangle]
unsafe extern "C" fn fib_by(how: u32, n: u64, out: *mut u64) -> Status {
    store(out, || {
        numbers::fib(n)?; // when both are wrong, the C++ library tells this one
        match Algorithm::try_from(how)? {
            Algorithm::Recursive => numbers::recursive_unless(n, &mut stop),
            how => numbers::by(how, n),
        }
    })
}

#[no_mangle]
unsafe extern "C" fn fib_mod(n: u64, m: u64, out: *mut u64) -> Status {
    store(out, || numbers::modulo(n, m))
}

#[no_mangle]
extern "C" fn fib_recurrence(p: u64, q: u64, a: u64, b: u64, n: u64) -> u64 {
    numbers::recurrence(p, q, a, b, n)
}

#[no_mangle]
extern "C" fn fib_binet(x: f64) -> f64 {
    numbers::binet(x)
}

#[no_mangle]
extern "C" fn fib_is_fibonacci(x: u64) -> bool {
    numbers::is_fibonacci(x)
}

#[no_mangle]
unsafe extern "C" fn fib_terms(
    first: u64,
    count: u64,
    buffer: *mut u64,
    capacity: usize,
    out: *mut usize,
) -> Status {
    store_items(buffer, capacity, out, || numbers::terms(first, count))
}

#[no_mangle]
unsafe extern "C" fn fib_fill(count: usize, out: *mut u64) -> Status {
    guarded(|| {
        need_memory(out, count)?;
        for (i, term) in numbers::wrapping_terms().take(count).enumerate() {
            out.add(i).write(term);
        }
        Ok(())
    })
}

#[no_mangle]
unsafe extern "C" fn fib_each(indices: *const u64, length: usize, out: *mut u64) -> Status {
    guarded(|| {
        need_memory(indices, length)?;
        need_memory(out, length)?;
        // Through pointers: `out` may be the memory of `indices`, or overlap, which two slices may not.
        for i in 0..length {
            numbers::fib(indices.add(i).read())?;
        }
        let write = |i: usize| -> Result<(), Error> {
            out.add(i).write(numbers::fib(indices.add(i).read())?);
            Ok(())
        };
        // As in memmove(): an index is read before a result is written over it.
        if (indices as usize) < out as usize {
            (0..length).rev().try_for_each(write)
        } else {
            (0..length).try_for_each(write)
        }
    })
}

#[no_mangle]
extern "C" fn fib_nearest(x: u64) -> Term {
    numbers::nearest(x)
}

#[no_mangle]
unsafe extern "C" fn fib_zeckendorf(
    x: u64,
    buffer: *mut Term,
    capacity: usize,
    out: *mut usize,
) -> Status {
    store_items(buffer, capacity, out, || Ok(numbers::zeckendorf(x)))
}

#[no_mangle]
unsafe extern "C" fn fib_visit(
    first: u64,
    count: u64,
    visitor: Option<Visitor>,
    user: *mut c_void,
    out: *mut u64,
) -> Status {
    store(out, || {
        let visitor = visitor.ok_or(Error::InvalidArgument)?;
        numbers::visit(first, count, |index, term| visitor(index, term, user))
    })
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_new(start: u64, out: *mut *mut Sequence) -> Status {
    store(out, || Ok(Box::into_raw(Box::new(Sequence::new(start)?))))
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_free(this: *mut Sequence) {
    if !this.is_null() {
        drop(Box::from_raw(this));
    }
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_advance(this: *mut Sequence, out: *mut u64) -> Status {
    store(out, || {
        this.as_mut().ok_or(Error::InvalidArgument)?.advance()
    })
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_peek(this: *const Sequence, out: *mut u64) -> Status {
    store(out, || this.as_ref().ok_or(Error::InvalidArgument)?.peek())
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_reset(this: *mut Sequence) -> Status {
    guarded(|| {
        this.as_mut().ok_or(Error::InvalidArgument)?.reset();
        Ok(())
    })
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_position(this: *const Sequence, out: *mut u64) -> Status {
    store(out, || {
        Ok(this.as_ref().ok_or(Error::InvalidArgument)?.position())
    })
}

#[no_mangle]
unsafe extern "C" fn fib_sequence_exhausted(this: *const Sequence, out: *mut bool) -> Status {
    store(out, || {
        Ok(this.as_ref().ok_or(Error::InvalidArgument)?.exhausted())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTOUCHED: u64 = 7;

    #[test]
    fn versions_are_those_of_the_header() {
        let header = include_str!("../../../core/include/fibonacci/version.h");
        let version = format!(
            "#define FIB_VERSION_STRING \"{}\"",
            env!("CARGO_PKG_VERSION")
        );
        assert!(header.contains(&version));
        assert!(header.contains(&format!("#define FIB_ABI_VERSION {}\n", ABI_VERSION)));
    }

    #[test]
    fn a_failure_leaves_out_untouched() {
        let mut out = UNTOUCHED;
        unsafe {
            assert_eq!(fib_u64(94, &mut out), Error::Overflow as Status);
            assert_eq!(fib_by(99, 94, &mut out), Error::Overflow as Status);
            assert_eq!(fib_by(99, 1, &mut out), Error::InvalidArgument as Status);
            assert_eq!(fib_mod(5, 0, &mut out), Error::InvalidArgument as Status);
            assert_eq!(
                fib_visit(0, 1, None, ptr::null_mut(), &mut out),
                Error::InvalidArgument as Status
            );
        }
        assert_eq!(out, UNTOUCHED);
    }

    #[test]
    fn a_panic_is_an_internal_error() {
        let status = guarded(|| panic!("a bug"));
        assert_eq!(status, Error::Internal as Status);
    }

    #[test]
    fn a_small_buffer_tells_the_size_needed() {
        let (mut buffer, mut needed) = ([UNTOUCHED; 3], 0);
        unsafe {
            let status = fib_terms(90, 4, buffer.as_mut_ptr(), 3, &mut needed);
            assert_eq!((status, needed), (Error::BufferTooSmall as Status, 4));
            assert_eq!(buffer, [UNTOUCHED; 3]);
            assert_eq!(fib_terms(10, 3, buffer.as_mut_ptr(), 3, &mut needed), OK);
            assert_eq!((buffer, needed), ([55, 89, 144], 3));
            assert_eq!(fib_terms(0, 0, ptr::null_mut(), 0, &mut needed), OK);
            assert_eq!(
                fib_terms(0, 1, ptr::null_mut(), 1, &mut needed),
                Error::InvalidArgument as Status
            );
            assert_eq!(needed, 0);
        }
    }

    #[test]
    fn each_works_in_place_or_not_at_all() {
        let mut items = [10, 94];
        let pointer = items.as_mut_ptr();
        unsafe {
            assert_eq!(fib_each(pointer, 2, pointer), Error::Overflow as Status);
            assert_eq!(fib_each(pointer, 1, pointer), OK);
        }
        assert_eq!(items, [55, 94]);
    }

    #[test]
    fn each_gives_in_memory_that_overlaps_what_it_gives_in_separate_memory() {
        for (from, to) in [(0, 1), (1, 0), (0, 3), (3, 0), (2, 2)] {
            let mut items: [u64; 8] = [93, 5, 7, 11, 13, 17, 19, 23];
            let wanted: Vec<_> = items[from..from + 5]
                .iter()
                .map(|&n| numbers::fib(n).unwrap())
                .collect();
            let start = items.as_mut_ptr();
            unsafe { assert_eq!(fib_each(start.add(from), 5, start.add(to)), OK) };
            assert_eq!(items[to..to + 5], wanted[..]);
        }
    }

    #[test]
    fn memory_that_is_not_aligned_is_refused() {
        let refused = Error::InvalidArgument as Status;
        let mut items = [5u64; 4];
        let odd = items
            .as_mut_ptr()
            .cast::<u8>()
            .wrapping_add(1)
            .cast::<u64>();
        let mut needed = 0;
        unsafe {
            assert_eq!(fib_fill(2, odd), refused);
            assert_eq!(fib_fill(0, odd), OK);
            assert_eq!(fib_each(odd, 2, items.as_mut_ptr()), refused);
            assert_eq!(fib_each(items.as_ptr(), 2, odd), refused);
            assert_eq!(fib_terms(0, 2, odd, 2, &mut needed), refused);
        }
        assert_eq!((items, needed), ([5; 4], 0));
    }

    #[test]
    fn a_check_stops_the_calls_of_its_thread() {
        unsafe extern "C" fn check(asked: *mut c_void) -> bool {
            *asked.cast::<i32>() += 1;
            true
        }
        let (mut asked, mut out) = (0, UNTOUCHED);
        let user: *mut i32 = &mut asked;
        fib_set_stop_check(Some(check), user.cast());
        assert_eq!(fib_recursive(60), 0);
        let status = unsafe { fib_by(0, 60, &mut out) };
        assert_eq!((status, out), (Error::Stopped as Status, UNTOUCHED));
        let other = std::thread::spawn(|| fib_recursive(25)).join();
        assert_eq!(other.unwrap(), 75025);
        fib_set_stop_check(None, ptr::null_mut());
        assert_eq!((fib_recursive(25), asked), (75025, 2));
    }

    #[test]
    fn null_is_refused_where_memory_is_needed() {
        let refused = Error::InvalidArgument as Status;
        unsafe {
            assert_eq!(fib_u64(1, ptr::null_mut()), refused);
            assert_eq!(fib_fill(1, ptr::null_mut()), refused);
            assert_eq!(fib_fill(0, ptr::null_mut()), OK);
            assert_eq!(fib_sequence_reset(ptr::null_mut()), refused);
            assert_eq!(fib_sequence_peek(ptr::null(), &mut 0), refused);
            fib_sequence_free(ptr::null_mut());
        }
    }
}
