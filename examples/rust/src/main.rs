//! The library from its own language: alone a short story, with `bench` a time for the lab.

use std::error::Error;
use std::fmt::Display;
use std::time::Instant;

use fibonacci_rust::numbers::{self, opaque, Sequence};

const USAGE: &str = "usage: fibonacci_native [bench direct SHAPE N LOOPS REPEATS]
shapes: void u64_to_u64 u64_checked recursive two_args";
const MODULUS: u64 = 1_000_000_007;

fn join<T: Display>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(separator)
}

fn story() -> Result<(), fibonacci_rust::Error> {
    println!("F(10) = {}", numbers::fib(10)?);
    println!("F(93) = {}", numbers::fib(93)?);
    match numbers::fib(94) {
        Ok(term) => println!("F(94) = {}", term),
        Err(error) => println!("F(94): {}", error),
    }
    let sum = numbers::zeckendorf(100);
    println!(
        "100 = {}",
        join(sum.iter().map(|term| format!("F({})", term.index)), " + ")
    );
    println!("    = {}", join(sum.iter().map(|term| term.term), " + "));
    println!("F(88), F(89), ... = {}", join(Sequence::new(88)?, ", "));
    Ok(())
}

/// Nanoseconds a turn.
fn time(loops: u64, turn: impl Fn() -> u64) -> f64 {
    let start = Instant::now();
    for _ in 0..loops {
        opaque(turn());
    }
    start.elapsed().as_nanos() as f64 / loops as f64
}

fn measure(shape: &str, n: u64, loops: u64, repeats: u64, call: impl Fn(u64) -> u64) {
    let (mut calls, mut empties) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        empties.push(format!("{:.3}", time(loops, || opaque(n))));
        calls.push(format!("{:.3}", time(loops, || call(opaque(n)))));
    }
    println!(
        "{{\"technique\": \"direct\", \"shape\": \"{}\", \"argument\": {}, \"loops\": {}, \
         \"call_ns\": [{}], \"empty_ns\": [{}], \"checksum\": \"{}\"}}",
        shape,
        n,
        loops,
        join(calls, ", "),
        join(empties, ", "),
        call(n)
    );
}

fn bench(shape: &str, n: u64, loops: u64, repeats: u64) -> Result<(), Box<dyn Error>> {
    match shape {
        "void" => measure(shape, n, loops, repeats, |_| {
            numbers::noop();
            0
        }),
        "u64_to_u64" => measure(shape, n, loops, repeats, numbers::wrapping),
        "u64_checked" => measure(shape, n, loops, repeats, |n| numbers::fib(n).unwrap_or(0)),
        "recursive" => measure(shape, n, loops, repeats, numbers::recursive),
        "two_args" => measure(shape, n, loops, repeats, |n| {
            numbers::modulo(n, opaque(MODULUS)).unwrap_or(0)
        }),
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(story()?),
        ["bench", "direct", shape, n, loops, repeats] => {
            bench(shape, n.parse()?, loops.parse()?, repeats.parse()?)
        }
        _ => Err(USAGE.into()),
    }
}
