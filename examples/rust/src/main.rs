//! The library from its own language: a short story.

use std::fmt::Display;

use fibonacci_rust::numbers::{self, Sequence};

fn join<T: Display>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(separator)
}

fn main() -> Result<(), fibonacci_rust::Error> {
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
