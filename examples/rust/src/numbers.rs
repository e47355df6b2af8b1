//! The library itself, in safe Rust.

use std::arch::asm;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// The largest n whose F(n) fits 64 bits.
pub const MAX_INDEX: u64 = TABLE.len() as u64 - 1;

/// F(0), ..., F(93).
const TABLE: [u64; 94] = {
    let mut table = [0; 94];
    table[1] = 1;
    let mut n = 2;
    while n < table.len() {
        table[n] = table[n - 1] + table[n - 2];
        n += 1;
    }
    table
};

static LIVE: AtomicU64 = AtomicU64::new(0);

/// A Fibonacci number and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Term {
    pub index: u64,
    pub term: u64,
}

impl Term {
    fn at(index: usize) -> Self {
        Term {
            index: index as u64,
            term: TABLE[index],
        }
    }
}

/// Ways of computing F(n), for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Recursive,
    Iterative,
    FastDoubling,
    Matrix,
    /// Wrong above n = 70.
    Binet,
}

impl TryFrom<u32> for Algorithm {
    type Error = Error;

    fn try_from(how: u32) -> Result<Self, Error> {
        match how {
            0 => Ok(Self::Recursive),
            1 => Ok(Self::Iterative),
            2 => Ok(Self::FastDoubling),
            3 => Ok(Self::Matrix),
            4 => Ok(Self::Binet),
            _ => Err(Error::InvalidArgument),
        }
    }
}

/// Gives x back in a way that the optimizer cannot see through.
#[inline(always)]
fn opaque(mut x: u64) -> u64 {
    // Safety: the assembly is a comment.
    unsafe { asm!("/* {0} */", inlateout(reg) x, options(nomem, nostack, preserves_flags)) };
    x
}

/// Nothing: the price of the call itself.
#[inline(never)]
pub fn noop() {
    opaque(0);
}

/// F(n) mod 2^64, for any n.
pub fn wrapping(n: u64) -> u64 {
    let (mut a, mut b) = (0u64, 1u64); // F(k), F(k+1), where k is what has been read of n's bits
    for bit in (0..u64::BITS - n.leading_zeros()).rev() {
        let even = a.wrapping_mul(b.wrapping_mul(2).wrapping_sub(a));
        let odd = a.wrapping_mul(a).wrapping_add(b.wrapping_mul(b));
        (a, b) = match n >> bit & 1 {
            0 => (even, odd),
            _ => (odd, even.wrapping_add(odd)),
        };
    }
    a
}

/// F(n) mod 2^64 by the definition, 2 F(n+1) - 1 calls.
pub fn recursive(n: u64) -> u64 {
    // Private, so that it calls itself directly, not through the table of exported functions.
    #[inline(never)]
    fn calls(n: u64) -> u64 {
        if n < 2 {
            return n;
        }
        // Opaque, or LLVM turns the second call into a loop: not the function one reads.
        calls(n - 1).wrapping_add(opaque(calls(n - 2)))
    }
    calls(n)
}

/// The same; `stop` is asked before each part of 150 thousand calls, and [`Error::Stopped`] when it says true.
pub fn recursive_unless(n: u64, stop: &mut dyn FnMut() -> bool) -> Result<u64, Error> {
    const LARGEST_PART: u64 = 24;
    fn in_parts(n: u64, stop: &mut dyn FnMut() -> bool) -> Result<u64, Error> {
        if n > LARGEST_PART {
            return Ok(in_parts(n - 1, stop)?.wrapping_add(in_parts(n - 2, stop)?));
        }
        match stop() {
            true => Err(Error::Stopped),
            false => Ok(recursive(n)),
        }
    }
    if n > LARGEST_PART {
        in_parts(n, stop)
    } else {
        Ok(recursive(n))
    }
}

/// F(n); [`Error::Overflow`] above [`MAX_INDEX`].
#[inline(never)]
pub fn fib(n: u64) -> Result<u64, Error> {
    if n > MAX_INDEX {
        return Err(Error::Overflow);
    }
    Ok(TABLE[n as usize])
}

/// F(n) by one algorithm; [`Error::Overflow`] above [`MAX_INDEX`].
pub fn by(how: Algorithm, n: u64) -> Result<u64, Error> {
    if n > MAX_INDEX {
        return Err(Error::Overflow);
    }
    Ok(match how {
        Algorithm::Recursive => recursive(n),
        Algorithm::Iterative => (0..n).fold((0u64, 1), |(a, b), _| (b, a.wrapping_add(b))).0,
        Algorithm::FastDoubling => wrapping(n),
        Algorithm::Matrix => recurrence(1, 1, 0, 1, n),
        Algorithm::Binet => binet(n as f64).round() as u64,
    })
}

/// F(n) mod m; [`Error::InvalidArgument`] for m = 0.
pub fn modulo(n: u64, m: u64) -> Result<u64, Error> {
    if m == 0 {
        return Err(Error::InvalidArgument);
    }
    let m = u128::from(m);
    let (mut a, mut b) = (0, 1 % m); // as in wrapping()
    for bit in (0..u64::BITS - n.leading_zeros()).rev() {
        let even = a * ((2 * b + m - a) % m) % m;
        let odd = (a * a % m + b * b % m) % m;
        (a, b) = match n >> bit & 1 {
            0 => (even, odd),
            _ => (odd, (even + odd) % m),
        };
    }
    Ok(a as u64)
}

/// x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1).
pub fn recurrence(p: u64, q: u64, mut a: u64, mut b: u64, mut n: u64) -> u64 {
    let dot = |a: u64, b: u64, c: u64, d: u64| a.wrapping_mul(b).wrapping_add(c.wrapping_mul(d));
    // [[s, t], [u, v]] runs through the squares of [[p, q], [1, 0]], which takes (x(k+1), x(k))
    // one step on.
    let (mut s, mut t, mut u, mut v) = (p, q, 1, 0);
    while n > 0 {
        if n & 1 == 1 {
            (a, b) = (dot(u, b, v, a), dot(s, b, t, a));
        }
        (s, t, u, v) = (
            dot(s, s, t, u),
            dot(s, t, t, v),
            dot(u, s, v, u),
            dot(u, t, v, v),
        );
        n >>= 1;
    }
    a
}

/// phi^x / sqrt(5).
pub fn binet(x: f64) -> f64 {
    let root = 5f64.sqrt();
    ((1.0 + root) / 2.0).powf(x) / root
}

/// Is there an n with F(n) = x?
pub fn is_fibonacci(x: u64) -> bool {
    TABLE.binary_search(&x).is_ok()
}

/// F(first), ..., F(first + count - 1); [`Error::Overflow`] when one lies above [`MAX_INDEX`].
pub fn terms(first: u64, count: u64) -> Result<&'static [u64], Error> {
    if count == 0 {
        return Ok(&[]);
    }
    match first.checked_add(count) {
        Some(end) if end <= MAX_INDEX + 1 => Ok(&TABLE[first as usize..end as usize]),
        _ => Err(Error::Overflow),
    }
}

/// F(0), F(1), ... mod 2^64.
pub fn wrapping_terms() -> impl Iterator<Item = u64> {
    let (mut a, mut b) = (0u64, 1u64);
    std::iter::repeat_with(move || {
        let term = a;
        (a, b) = (b, a.wrapping_add(b));
        term
    })
}

/// The term closest to x; the smaller of two that are equally close.
pub fn nearest(x: u64) -> Term {
    let above = TABLE.partition_point(|&term| term < x);
    if above == TABLE.len() || above > 0 && x - TABLE[above - 1] <= TABLE[above] - x {
        return Term::at(above - 1);
    }
    Term::at(above)
}

/// The unique sum of terms with no two neighbours, largest first (Zeckendorf 1972).
pub fn zeckendorf(mut x: u64) -> Vec<Term> {
    let mut sum = Vec::new();
    for index in (2..TABLE.len()).rev() {
        if x > 0 && TABLE[index] <= x {
            sum.push(Term::at(index));
            x -= TABLE[index];
        }
    }
    sum
}

/// Calls back with F(first), ..., F(first + count - 1) until the visitor says false, and tells how
/// many calls there were; [`Error::Overflow`], before the first call, when one lies above F(93).
pub fn visit(
    first: u64,
    count: u64,
    mut visitor: impl FnMut(u64, u64) -> bool,
) -> Result<u64, Error> {
    for (calls, &term) in (0..).zip(terms(first, count)?) {
        if !visitor(first + calls, term) {
            return Ok(calls + 1);
        }
    }
    Ok(count)
}

/// F(start), F(start + 1), ..., F(93), one at a time.
#[derive(Debug)]
pub struct Sequence {
    start: u64,
    position: u64,
}

impl Sequence {
    /// [`Error::OutOfRange`] when start > 94.
    pub fn new(start: u64) -> Result<Self, Error> {
        if start > MAX_INDEX + 1 {
            return Err(Error::OutOfRange);
        }
        LIVE.fetch_add(1, Ordering::Relaxed);
        Ok(Sequence {
            start,
            position: start,
        })
    }

    /// F(position), then moves on; [`Error::OutOfRange`] when exhausted.
    pub fn advance(&mut self) -> Result<u64, Error> {
        let term = self.peek()?;
        self.position += 1;
        Ok(term)
    }

    /// F(position); [`Error::OutOfRange`] when exhausted.
    pub fn peek(&self) -> Result<u64, Error> {
        fib(self.position).map_err(|_| Error::OutOfRange)
    }

    /// Goes back to start.
    pub fn reset(&mut self) {
        self.position = self.start;
    }

    /// The index of the term that comes.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Was F(93) given out?
    pub fn exhausted(&self) -> bool {
        self.position > MAX_INDEX
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Iterator for Sequence {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.advance().ok()
    }
}

/// Sequences that are alive: the leak ledger.
pub fn live_objects() -> u64 {
    LIVE.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F(0), ..., F(n), and the only source of expected values here: addition in 128 bits.
    fn by_addition(n: usize) -> Vec<u128> {
        let mut terms = vec![0, 1];
        while terms.len() <= n {
            terms.push(terms[terms.len() - 1] + terms[terms.len() - 2]);
        }
        terms
    }

    #[test]
    fn every_64_bit_term_is_exact() {
        for (n, &term) in by_addition(93).iter().enumerate() {
            assert_eq!(fib(n as u64).map(u128::from), Ok(term));
            assert_eq!(
                Algorithm::try_from(2).and_then(|how| by(how, n as u64)),
                fib(n as u64)
            );
            assert_eq!(by(Algorithm::Iterative, n as u64), fib(n as u64));
            assert_eq!(by(Algorithm::Matrix, n as u64), fib(n as u64));
            assert_eq!(by(Algorithm::Binet, n as u64) == fib(n as u64), n <= 70);
        }
        assert_eq!(fib(94), Err(Error::Overflow));
        assert_eq!(fib(u64::MAX), Err(Error::Overflow));
        assert_eq!(by(Algorithm::Recursive, 20), fib(20));
        assert_eq!(Algorithm::try_from(5), Err(Error::InvalidArgument));
    }

    #[test]
    fn every_question_of_a_recursion_may_end_it() {
        let mut asked = 0;
        let term = recursive_unless(29, &mut || {
            asked += 1;
            false
        });
        assert_eq!((term, asked), (fib(29), 13)); // F(7) parts, of 24 and of 23
        for last in 1..=asked {
            let mut left = last;
            let term = recursive_unless(29, &mut || {
                left -= 1;
                left == 0
            });
            assert_eq!((term, left), (Err(Error::Stopped), 0));
        }
        assert_eq!(recursive_unless(24, &mut || panic!("asked")), fib(24));
    }

    #[test]
    fn beyond_64_bits_it_wraps() {
        let expected = by_addition(180);
        for (n, term) in wrapping_terms().take(expected.len()).enumerate() {
            assert_eq!(term, expected[n] as u64);
            assert_eq!(wrapping(n as u64), expected[n] as u64);
            assert_eq!(recurrence(1, 1, 0, 1, n as u64), expected[n] as u64);
        }
        // Cassini's identity at the far end: F(n-1) F(n+1) - F(n)^2 = (-1)^n.
        let [a, b, c] = [2, 1, 0].map(|k| wrapping(u64::MAX - k));
        assert_eq!(c, a.wrapping_add(b));
        assert_eq!(a.wrapping_mul(c).wrapping_sub(b.wrapping_mul(b)), 1);
    }

    #[test]
    fn remainders_of_any_modulus() {
        for (n, &term) in by_addition(180).iter().enumerate() {
            for m in [1, 2, 10, 1_000_000_007, u64::MAX] {
                assert_eq!(
                    modulo(n as u64, m).map(u128::from),
                    Ok(term % u128::from(m))
                );
            }
        }
        assert_eq!(modulo(5, 0), Err(Error::InvalidArgument));
    }

    #[test]
    fn nearest_prefers_the_smaller() {
        let terms = by_addition(93);
        for x in 0..1000 {
            let distance = |index: usize| terms[index].abs_diff(x);
            let best = (0..terms.len())
                .min_by_key(|&index| distance(index))
                .unwrap();
            assert_eq!(nearest(x as u64), Term::at(best));
        }
        assert_eq!(nearest(u64::MAX), Term::at(93));
    }

    #[test]
    fn zeckendorf_sums_without_neighbours() {
        for x in (0..1000).chain([u64::MAX - 1, u64::MAX]) {
            let sum = zeckendorf(x);
            assert_eq!(sum.iter().map(|term| term.term).sum::<u64>(), x);
            assert!(sum.windows(2).all(|pair| pair[0].index > pair[1].index + 1));
            assert!(sum.len() <= 47);
        }
    }

    #[test]
    fn a_visit_stops_at_false() {
        let mut seen = Vec::new();
        let calls = visit(5, 10, |index, term| {
            seen.push((index, term));
            index < 7
        });
        assert_eq!((calls, seen), (Ok(3), vec![(5, 5), (6, 8), (7, 13)]));
        assert_eq!(visit(90, 5, |_, _| panic!("called")), Err(Error::Overflow));
        assert_eq!(visit(u64::MAX, 0, |_, _| panic!("called")), Ok(0));
        assert_eq!(terms(u64::MAX, 2), Err(Error::Overflow));
    }

    #[test]
    fn a_sequence_ends_after_the_last_term() {
        let mut sequence = Sequence::new(90).unwrap();
        assert!(live_objects() >= 1);
        let expected = by_addition(93);
        assert_eq!(
            sequence.by_ref().map(u128::from).collect::<Vec<_>>(),
            expected[90..]
        );
        assert!(sequence.exhausted());
        assert_eq!(sequence.advance(), Err(Error::OutOfRange));
        sequence.reset();
        assert_eq!(sequence.position(), 90);
        assert_eq!(sequence.peek(), fib(90));
        assert_eq!(Sequence::new(95).err(), Some(Error::OutOfRange));
    }
}
