//! What calls of the C ABI cost from Rust: `extern "C"`, linked with libfibonacci.

mod protocol;

use std::ffi::c_void;
use std::os::raw::c_char;
use std::ptr;

use protocol::{turns, Loop, Technique, Value};

/// `fib_status` and `fib_algorithm`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
struct Status(u32);
const OK: Status = Status(0);
const OVERFLOW: Status = Status(2);
const FAST_DOUBLING: u32 = 2;

#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Term {
    index: u64,
    term: u64,
}

#[repr(C)]
struct FibSequence {
    _opaque: [u8; 0],
}

type Visitor = extern "C" fn(index: u64, term: u64, user: *mut c_void) -> bool;

#[link(name = "fibonacci")]
extern "C" {
    fn fib_noop();
    fn fib_max_index() -> u64;
    fn fib_wrapping(n: u64) -> u64;
    fn fib_recursive(n: u64) -> u64;
    fn fib_u64(n: u64, out: *mut u64) -> Status;
    fn fib_by(how: u32, n: u64, out: *mut u64) -> Status;
    fn fib_mod(n: u64, m: u64, out: *mut u64) -> Status;
    fn fib_recurrence(p: u64, q: u64, a: u64, b: u64, n: u64) -> u64;
    fn fib_binet(x: f64) -> f64;
    fn fib_is_fibonacci(x: u64) -> bool;
    fn fib_exact(n: u64, buffer: *mut u64, capacity: usize, out: *mut usize) -> Status;
    fn fib_index_of(limbs: *const u64, length: usize, out: *mut u64) -> Status;
    fn fib_decimal(n: u64, buffer: *mut c_char, capacity: usize, out: *mut usize) -> Status;
    fn fib_is_word(text: *const c_char, length: usize) -> bool;
    fn fib_caption(
        label: *const c_char,
        length: usize,
        n: u64,
        buffer: *mut c_char,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    fn fib_word(n: u64, buffer: *mut c_char, capacity: usize, out: *mut usize) -> Status;
    fn fib_terms(
        first: u64,
        count: u64,
        buffer: *mut u64,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    fn fib_encode(
        numbers: *const u64,
        length: usize,
        buffer: *mut u8,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    fn fib_decode(
        bytes: *const u8,
        size: usize,
        buffer: *mut u64,
        capacity: usize,
        out: *mut usize,
    ) -> Status;
    fn fib_fill(count: usize, out: *mut u64) -> Status;
    fn fib_each(indices: *const u64, length: usize, out: *mut u64) -> Status;
    fn fib_nearest(x: u64) -> Term;
    fn fib_zeckendorf(x: u64, buffer: *mut Term, capacity: usize, out: *mut usize) -> Status;
    fn fib_visit(
        first: u64,
        count: u64,
        visitor: Visitor,
        user: *mut c_void,
        out: *mut u64,
    ) -> Status;
    fn fib_sequence_new(start: u64, out: *mut *mut FibSequence) -> Status;
    fn fib_sequence_free(this: *mut FibSequence);
    fn fib_sequence_advance(this: *mut FibSequence, out: *mut u64) -> Status;
    fn fib_sequence_peek(this: *const FibSequence, out: *mut u64) -> Status;
    fn fib_sequence_position(this: *const FibSequence, out: *mut u64) -> Status;
    fn fib_sequence_exhausted(this: *const FibSequence, out: *mut bool) -> Status;
}

fn need(status: Status) {
    assert!(status == OK, "a call gave status {}", status.0);
}

impl Value for Status {
    fn keep(self) {
        u64::from(self.0).keep();
    }
    fn show(self) -> String {
        match self {
            OVERFLOW => "!overflow".into(),
            Status(other) => format!("status {}", other),
        }
    }
}

impl Value for Term {
    fn keep(self) {
        self.index.keep();
        self.term.keep();
    }
    fn show(self) -> String {
        format!("{}:{}", self.index, self.term)
    }
}

/// Items in memory of the program's, and what they mean.
struct Items<T> {
    data: *const T,
    size: usize,
    show: fn(&[T]) -> String,
}

impl<T> Clone for Items<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Items<T> {}

impl<T: 'static> Value for Items<T> {
    fn keep(self) {
        (self.size as u64).keep();
    }
    fn show(self) -> String {
        // Safety: the loop whose result this is owns the memory.
        (self.show)(unsafe { std::slice::from_raw_parts(self.data, self.size) })
    }
}

fn text(items: &[c_char]) -> String {
    let bytes = items.iter().map(|&letter| letter as u8).collect();
    format!("'{}", String::from_utf8(bytes).unwrap())
}

fn bytes(items: &[u8]) -> String {
    let digits: String = items.iter().map(|byte| format!("{:02x}", byte)).collect();
    format!("#{}", digits)
}

fn list<T: Value>(items: &[T]) -> String {
    let shown: Vec<String> = items.iter().map(|item| item.show()).collect();
    format!("[{}]", shown.join(" "))
}

fn memory(items: &[u64]) -> String {
    format!("u64{}", list(items))
}

fn integer(items: &[u64]) -> String {
    let mut limbs = items.to_vec();
    let mut digits = Vec::new();
    while limbs.iter().any(|&limb| limb > 0) {
        let mut rest = 0;
        for limb in limbs.iter_mut().rev() {
            rest = rest << 64 | u128::from(*limb);
            *limb = (rest / 10) as u64;
            rest %= 10;
        }
        digits.push(rest.to_string());
    }
    digits.reverse();
    digits.concat()
}

/// A sequence of the library, freed in the end.
struct Sequence(*mut FibSequence);

impl Sequence {
    fn new(start: u64) -> Self {
        let mut made = ptr::null_mut();
        need(unsafe { fib_sequence_new(start, &mut made) });
        Sequence(made)
    }

    /// A closure that calls this takes the sequence, not a copy of the pointer in it.
    fn get(&self) -> *mut FibSequence {
        self.0
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        unsafe { fib_sequence_free(self.0) };
    }
}

/// Made and given up.
#[derive(Clone, Copy)]
struct Created {
    start: u64,
}

impl Value for Created {
    fn keep(self) {}
    fn show(self) -> String {
        let mut position = 0;
        need(unsafe { fib_sequence_position(Sequence::new(self.start).get(), &mut position) });
        position.show()
    }
}

/// A loop around call(n, out), which gives one number.
fn value(n: u64, mut call: impl FnMut(u64, *mut u64) -> Status + 'static) -> Option<Box<dyn Loop>> {
    turns(n, move |k| {
        let mut out = 0;
        need(call(k, &mut out));
        out
    })
}

/// A loop around call(n, buffer, capacity, out), with a buffer in which the items have room.
fn items<T: Copy + Default + 'static>(
    n: u64,
    show: fn(&[T]) -> String,
    mut call: impl FnMut(u64, *mut T, usize, *mut usize) -> Status + 'static,
) -> Option<Box<dyn Loop>> {
    let mut needed = 0;
    call(n, ptr::null_mut(), 0, &mut needed);
    let mut buffer = vec![T::default(); needed];
    turns(n, move |k| {
        let mut size = 0;
        need(call(k, buffer.as_mut_ptr(), buffer.len(), &mut size));
        Items {
            data: buffer.as_ptr(),
            size,
            show,
        }
    })
}

/// A loop around call(data, size), which writes so many items.
fn written(
    n: u64,
    size: usize,
    mut call: impl FnMut(*mut u64, usize) -> Status + 'static,
) -> Option<Box<dyn Loop>> {
    let mut out = vec![0; size];
    turns(n, move |_| {
        need(call(out.as_mut_ptr(), out.len()));
        Items {
            data: out.as_ptr(),
            size: out.len(),
            show: memory,
        }
    })
}

fn each(n: u64, size: usize) -> Option<Box<dyn Loop>> {
    let indices: Vec<u64> = (0..size as u64).map(|i| i % 94).collect();
    written(n, size, move |out, length| unsafe {
        fib_each(indices.as_ptr(), length, out)
    })
}

fn limbs_of(n: u64) -> Vec<u64> {
    let mut limbs = vec![0; (n / 92 + 1) as usize];
    let mut size = 0;
    need(unsafe { fib_exact(n, limbs.as_mut_ptr(), limbs.len(), &mut size) });
    limbs.truncate(size);
    limbs
}

/// Asks before each step: the status at the end costs an exception in the library.
#[inline(always)]
fn iterate() -> u64 {
    let all = Sequence::new(0);
    let (mut term, mut exhausted) = (0, false);
    loop {
        need(unsafe { fib_sequence_exhausted(all.get(), &mut exhausted) });
        if exhausted {
            return term;
        }
        need(unsafe { fib_sequence_advance(all.get(), &mut term) });
    }
}

extern "C" fn go_on(_: u64, _: u64, _: *mut c_void) -> bool {
    true
}

const NUMBERS: [u64; 4] = [1, 2, 3, 4];
const CODE: [u8; 2] = [0xd9, 0xd8];
const FIBONACCI_WORD: &str = "abaababa";
const LABEL: &str = "φ";

fn prepare(shape: &str, n: u64) -> Option<Box<dyn Loop>> {
    // Safety: all that is passed lives during the call, and is as long as is said.
    match shape {
        "void" => turns(n, |_| unsafe { fib_noop() }),
        "void_to_u64" => turns(n, |_| unsafe { fib_max_index() }),
        "u64_to_u64" => turns(n, |k| unsafe { fib_wrapping(k) }),
        "u64_checked" => value(n, |k, out| unsafe { fib_u64(k, out) }),
        "u64_large" => value(n, |_, out| unsafe { fib_u64(93, out) }),
        "recursive" => turns(n, |k| unsafe { fib_recursive(k) }),
        "enum_in" => value(n, |k, out| unsafe { fib_by(FAST_DOUBLING, k, out) }),
        "two_args" => value(n, |k, out| unsafe { fib_mod(k, 1_000_000_007, out) }),
        "five_args" => turns(n, |k| unsafe { fib_recurrence(1, 1, 0, 1, k) }),
        "f64_to_f64" => turns(n, |_| unsafe { fib_binet(1.5) }),
        "u64_to_bool" => turns(n, |k| unsafe { fib_is_fibonacci(k) }),
        "bigint_out" => items(n, integer, |_, buffer, capacity, out| unsafe {
            fib_exact(1000, buffer, capacity, out)
        }),
        "bigint_in" => {
            let limbs = limbs_of(1000);
            value(n, move |_, out| unsafe {
                fib_index_of(limbs.as_ptr(), limbs.len(), out)
            })
        }
        "string_out" => items(n, text, |k, buffer, capacity, out| unsafe {
            fib_decimal(k, buffer, capacity, out)
        }),
        "string_in" => turns(n, |_| unsafe {
            fib_is_word(FIBONACCI_WORD.as_ptr().cast(), FIBONACCI_WORD.len())
        }),
        "string_in_out" => items(n, text, |k, buffer, capacity, out| unsafe {
            fib_caption(LABEL.as_ptr().cast(), LABEL.len(), k, buffer, capacity, out)
        }),
        "long_string_out" => items(n, text, |k, buffer, capacity, out| unsafe {
            fib_word(k, buffer, capacity, out)
        }),
        "list_out" => items(n, list, |_, buffer, capacity, out| unsafe {
            fib_terms(0, 10, buffer, capacity, out)
        }),
        "list_of_n" => items(n, list, |k, buffer, capacity, out| unsafe {
            fib_terms(0, k, buffer, capacity, out)
        }),
        "bytes_out" => items(n, bytes, |_, buffer, capacity, out| unsafe {
            fib_encode(NUMBERS.as_ptr(), NUMBERS.len(), buffer, capacity, out)
        }),
        "bytes_in" => items(n, list, |_, buffer, capacity, out| unsafe {
            fib_decode(CODE.as_ptr(), CODE.len(), buffer, capacity, out)
        }),
        "buffer_in_place" => written(n, 10, |out, length| unsafe { fib_fill(length, out) }),
        "buffer_to_buffer" => each(n, 10),
        "buffer_of_n" => each(n, n as usize),
        "struct_out" => turns(n, |k| unsafe { fib_nearest(k) }),
        "list_of_struct_out" => items(n, list, |_, buffer, capacity, out| unsafe {
            fib_zeckendorf(100, buffer, capacity, out)
        }),
        "callback" => value(n, |_, out| unsafe {
            fib_visit(0, 1, go_on, ptr::null_mut(), out)
        }),
        "ten_callbacks" => value(n, |_, out| unsafe {
            fib_visit(0, 11, go_on, ptr::null_mut(), out)
        }),
        "create" => turns(n, |k| {
            drop(Sequence::new(k));
            Created { start: k }
        }),
        "method" => {
            let five = Sequence::new(5);
            value(n, move |_, out| unsafe {
                fib_sequence_peek(five.get(), out)
            })
        }
        "property" => {
            let five = Sequence::new(5);
            value(n, move |_, out| unsafe {
                fib_sequence_position(five.get(), out)
            })
        }
        "iterate" => turns(n, |_| iterate()),
        "error" => turns(n, |_| unsafe { fib_u64(94, &mut 0) }),
        _ => None,
    }
}

fn lacks(shape: &str) -> &'static str {
    match shape {
        "struct_field" => "a field is memory that Rust reads: nothing is called",
        "director" => "C has no method to override; a callback does it",
        _ => "there is no such shape",
    }
}

fn main() {
    protocol::main(Technique {
        name: "extern_c",
        prepare,
        lacks,
    });
}
