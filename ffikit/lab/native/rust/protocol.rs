//! What the bench programs share: requests, loops around a turn, results as text.
//!
//! `time SHAPE N LOOPS REPEATS` times the call, an empty loop and a function of the program's own;
//! `count SHAPE N LOOPS` lets callgrind count, between the marks of the library `FIB_MARKS`.

use std::arch::asm;
use std::collections::HashMap;
use std::error::Error;
use std::ffi::{c_void, CString};
use std::io::{self, BufRead, Write};
use std::os::raw::{c_char, c_int};
use std::time::Instant;

const UNMEASURED: u64 = 64;

/// Makes x look changed to the compiler.
#[inline(always)]
pub fn opaque(mut x: u64) -> u64 {
    // Safety: the assembly is a comment.
    unsafe { asm!("/* {0} */", inlateout(reg) x, options(nomem, nostack, preserves_flags)) };
    x
}

/// A call that does not leave the program.
#[inline(never)]
fn own(n: u64) -> u64 {
    opaque(n)
}

/// A result: each turn's looks used, the last is shown as tests/cases/README.md says.
pub trait Value: Copy + 'static {
    fn keep(self);
    fn show(self) -> String;
}

impl Value for () {
    fn keep(self) {}
    fn show(self) -> String {
        "nil".into()
    }
}

impl Value for u64 {
    fn keep(self) {
        opaque(self);
    }
    fn show(self) -> String {
        self.to_string()
    }
}

impl Value for f64 {
    fn keep(self) {
        opaque(self.to_bits());
    }
    fn show(self) -> String {
        format!("{:.16e}", self)
    }
}

impl Value for bool {
    fn keep(self) {
        opaque(self.into());
    }
    fn show(self) -> String {
        self.to_string()
    }
}

/// A shape's loop, for one n.
pub trait Loop {
    fn run(&mut self, turns: u64);
    /// What the last turn gave.
    fn result(&self) -> String;
}

struct LoopOf<Call, Result> {
    n: u64,
    call: Call,
    last: Option<Result>,
}

impl<Call: FnMut(u64) -> Result, Result: Value> Loop for LoopOf<Call, Result> {
    #[inline(never)]
    fn run(&mut self, turns: u64) {
        let n = self.n;
        for _ in 0..turns {
            let result = (self.call)(opaque(n));
            result.keep();
            self.last = Some(result);
        }
    }

    fn result(&self) -> String {
        self.last.map_or_else(String::new, Value::show)
    }
}

/// A loop around call(n).
pub fn turns<R: Value>(n: u64, call: impl FnMut(u64) -> R + 'static) -> Option<Box<dyn Loop>> {
    let mut made = LoopOf {
        n,
        call,
        last: None,
    };
    made.run(UNMEASURED);
    Some(Box::new(made))
}

/// What a program offers.
pub struct Technique {
    pub name: &'static str,
    /// Gives the loop of a shape for an n, or nothing for one that does not exist.
    pub prepare: fn(&str, u64) -> Option<Box<dyn Loop>>,
    /// Why there is no such shape.
    pub lacks: fn(&str) -> &'static str,
}

/// Prepared once, kept as long as the program runs.
#[derive(Default)]
struct Loops(HashMap<(String, u64), Box<dyn Loop>>);

impl Loops {
    fn has(&mut self, technique: &Technique, shape: &str, n: u64) -> bool {
        let key = (shape.to_string(), n);
        if !self.0.contains_key(&key) {
            let made = match shape {
                "empty" => turns(n, |k| k),
                "own" => turns(n, own),
                _ => (technique.prepare)(shape, n),
            };
            match made {
                Some(made) => self.0.insert(key, made),
                None => return false,
            };
        }
        true
    }

    fn get(&mut self, shape: &str, n: u64) -> &mut dyn Loop {
        let found = self.0.get_mut(&(shape.to_string(), n));
        found.expect("was prepared").as_mut()
    }
}

/// Nanoseconds a turn.
fn time(subject: &mut dyn Loop, loops: u64) -> f64 {
    let start = Instant::now();
    subject.run(loops);
    start.elapsed().as_nanos() as f64 / loops as f64
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The three loops take turns, so that drift hits all.
fn measure(known: &mut Loops, shape: &str, n: u64, loops: u64, repeats: u64) -> String {
    let names = [shape, "empty", "own"];
    let mut samples = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..repeats {
        for (times, name) in samples.iter_mut().zip(names) {
            times.push(format!("{:.4}", time(known.get(name, n), loops)));
        }
    }
    let [calls, empties, owns] = samples.map(|times| times.join(", "));
    format!(
        "{{\"shape\": {}, \"argument\": {}, \"loops\": {}, \"call_ns\": [{}], \"empty_ns\": [{}], \
         \"own_ns\": [{}], \"result\": {}, \"clock\": \"std::time::Instant\"}}",
        quoted(shape),
        n,
        loops,
        calls,
        empties,
        owns,
        quoted(&known.get(shape, n).result())
    )
}

#[link(name = "dl")]
extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}
const RTLD_NOW: c_int = 2;

fn mark(name: &str) -> Result<extern "C" fn() -> c_int, Box<dyn Error>> {
    let file = CString::new(std::env::var("FIB_MARKS")?)?;
    let name = CString::new(name)?;
    // Safety: the library is ffikit/lab/marks.c, which has functions of this type.
    unsafe {
        let library = dlopen(file.as_ptr(), RTLD_NOW);
        let found = dlsym(library, name.as_ptr());
        if library.is_null() || found.is_null() {
            return Err("FIB_MARKS names no library with the marks".into());
        }
        Ok(std::mem::transmute::<*mut c_void, extern "C" fn() -> c_int>(found))
    }
}

fn count(known: &mut Loops, shape: &str, n: u64, loops: u64) -> Result<String, Box<dyn Error>> {
    let (begin, end) = (mark("marks_begin")?, mark("marks_end")?);
    let subject = known.get(shape, n);
    begin();
    subject.run(loops);
    end();
    Ok(format!(
        "{{\"shape\": {}, \"loops\": {}}}",
        quoted(shape),
        loops
    ))
}

fn answer(technique: &Technique, known: &mut Loops, line: &str) -> Result<String, Box<dyn Error>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (shape, n, loops, repeats) = match words[..] {
        ["time", shape, n, loops, repeats] => (shape, n, loops, Some(repeats.parse()?)),
        ["count", shape, n, loops] => (shape, n, loops, None),
        _ => return Err(format!("what is '{}'?", line).into()),
    };
    let (n, loops) = (n.parse()?, loops.parse()?);
    if loops == 0 {
        return Err("no turns were asked for".into());
    }
    for name in ["empty", "own", shape] {
        if !known.has(technique, name, n) {
            let reason = quoted((technique.lacks)(shape));
            return Ok(format!(
                "{{\"shape\": {}, \"lacks\": {}}}",
                quoted(shape),
                reason
            ));
        }
    }
    match repeats {
        Some(repeats) => Ok(measure(known, shape, n, loops, repeats)),
        None => count(known, shape, n, loops),
    }
}

fn answer_all(technique: &Technique) -> Result<(), Box<dyn Error>> {
    if std::env::args().skip(1).collect::<Vec<_>>() != [technique.name] {
        return Err(format!("usage: bench {}", technique.name).into());
    }
    let mut known = Loops::default();
    for line in io::stdin().lock().lines() {
        println!("{}", answer(technique, &mut known, &line?)?);
        io::stdout().flush()?;
    }
    Ok(())
}

/// Answers the requests on the standard input.
pub fn main(technique: Technique) {
    if let Err(error) = answer_all(&technique) {
        eprintln!("bench: {}", error);
        std::process::exit(2);
    }
}
