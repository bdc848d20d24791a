//! `numeric` in binary: base-10000 digits, a weight, a sign and the number of decimals to show.

use super::Malformed;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// The number exactly as PostgreSQL prints it, trailing zeros of its scale included.
pub(super) fn text(raw: &[u8]) -> Result<String, Malformed> {
    let wrong = || Malformed("a numeric of the wrong length".to_owned());
    let (head, body) = raw.split_at_checked(8).ok_or_else(wrong)?;
    let word = |n: usize| u16::from_be_bytes([head[2 * n], head[2 * n + 1]]);
    let (count, weight, sign, scale) =
        (usize::from(word(0)), i32::from(word(1).cast_signed()), word(2), usize::from(word(3)));
    match sign {
        0 | NEGATIVE => {}
        NAN => return Ok("NaN".to_owned()),
        INFINITY => return Ok("Infinity".to_owned()),
        NEGATIVE_INFINITY => return Ok("-Infinity".to_owned()),
        _ => return Err(Malformed("a numeric of an unknown sign".to_owned())),
    }
    if body.len() != count * 2 {
        return Err(wrong());
    }
    // Position 0 is the group just before the decimal point, 1 the first after it.
    let group = |position: i32| -> u16 {
        usize::try_from(position + weight)
            .ok()
            .filter(|index| *index < count)
            .map_or(0, |index| u16::from_be_bytes([body[2 * index], body[2 * index + 1]]))
    };
    let mut out = String::with_capacity(count * 4 + 4);
    if sign == NEGATIVE {
        out.push('-');
    }
    if weight < 0 {
        out.push('0');
    }
    for position in -weight..=0 {
        let digits = group(position);
        if position == -weight { push(&mut out, digits, false) } else { push(&mut out, digits, true) }
    }
    if scale > 0 {
        out.push('.');
        let end = out.len() + scale;
        let mut position = 1;
        while out.len() < end {
            push(&mut out, group(position), true);
            position += 1;
        }
        out.truncate(end);
    }
    Ok(out)
}

fn push(out: &mut String, group: u16, padded: bool) {
    let digits = [group / 1000 % 10, group / 100 % 10, group / 10 % 10, group % 10];
    let mut started = padded;
    for (n, digit) in digits.into_iter().enumerate() {
        started |= digit != 0 || n == 3;
        if started {
            // A decimal digit is below 10.
            out.push(char::from(b'0' + digit as u8));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(weight: i16, sign: u16, scale: u16, digits: &[u16], expected: &str) {
        let mut raw = Vec::new();
        for word in [digits.len() as u16, weight.cast_unsigned(), sign, scale].iter().chain(digits) {
            raw.extend_from_slice(&word.to_be_bytes());
        }
        assert_eq!(text(&raw).unwrap(), expected);
    }

    #[test]
    fn numbers_are_printed_with_their_scale() {
        check(0, 0, 0, &[], "0");
        check(0, 0, 2, &[], "0.00");
        check(0, 0, 2, &[12, 5000], "12.50");
        check(0, NEGATIVE, 2, &[12, 5000], "-12.50");
        check(1, 0, 0, &[1], "10000");
        check(1, 0, 1, &[1, 1], "10001.0");
        check(-1, 0, 6, &[12, 3400], "0.001234");
        check(-2, 0, 8, &[1], "0.00000001");
        check(0, NAN, 0, &[], "NaN");
        check(0, NEGATIVE_INFINITY, 0, &[], "-Infinity");
    }
}
