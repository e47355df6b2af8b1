//! What Rust's own functions cost: the twin in examples/rust, linked as a Rust library.

mod protocol;

use fibonacci_rust::numbers::{self, Algorithm, Term};
use fibonacci_rust::Error;
use protocol::{opaque, turns, Loop, Technique, Value};

impl Value for Term {
    fn keep(self) {
        self.index.keep();
        self.term.keep();
    }
    fn show(self) -> String {
        format!("{}:{}", self.index, self.term)
    }
}

impl Value for Option<Error> {
    fn keep(self) {
        self.is_some().keep();
    }
    fn show(self) -> String {
        match self {
            Some(Error::Overflow) => "!overflow".into(),
            other => format!("{:?}", other),
        }
    }
}

// rustc compiles these into their callers; here they are called.

#[inline(never)]
fn wrapping(n: u64) -> u64 {
    numbers::wrapping(n)
}

#[inline(never)]
fn modulo(n: u64, m: u64) -> Result<u64, Error> {
    numbers::modulo(n, m)
}

#[inline(never)]
fn recurrence(p: u64, q: u64, a: u64, b: u64, n: u64) -> u64 {
    numbers::recurrence(p, q, a, b, n)
}

#[inline(never)]
fn binet(x: f64) -> f64 {
    numbers::binet(x)
}

fn prepare(shape: &str, n: u64) -> Option<Box<dyn Loop>> {
    match shape {
        "void" => turns(n, |_| numbers::noop()),
        "u64_to_u64" => turns(n, wrapping),
        "u64_checked" => turns(n, |k| numbers::fib(k).unwrap()),
        "u64_large" => turns(n, |_| numbers::fib(93).unwrap()),
        "recursive" => turns(n, numbers::recursive),
        "enum_in" => turns(n, |k| numbers::by(Algorithm::FastDoubling, k).unwrap()),
        "two_args" => turns(n, |k| modulo(k, opaque(1_000_000_007)).unwrap()),
        "five_args" => turns(n, |k| {
            recurrence(opaque(1), opaque(1), opaque(0), opaque(1), k)
        }),
        "f64_to_f64" => turns(n, |_| binet(f64::from_bits(opaque(1.5f64.to_bits())))),
        "u64_to_bool" => turns(n, numbers::is_fibonacci),
        "struct_out" => turns(n, numbers::nearest),
        "error" => turns(n, |_| numbers::fib(94).err()),
        _ => None,
    }
}

fn lacks(_: &str) -> &'static str {
    "only the functions of numbers are timed here; Rust compiles the others into their callers"
}

fn main() {
    protocol::main(Technique {
        name: "direct",
        prepare,
        lacks,
    });
}
