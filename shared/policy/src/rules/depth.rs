//! Rule `too_deep`: bounds the depth of the tree from the words alone, before any parser runs. Parsing,
//! walking, printing, comparing and dropping a tree all recurse, so a deep one would overflow a stack; a chain
//! `a + a + …` is as deep as it is long, so parentheses alone tell too little.
//!
//! The depth of a group (the text, or what stands between brackets, or `CASE … END`) is at most the number of
//! words that can chain, plus the depth of the deepest group inside it. Words start anew at a comma, at a
//! clause's keyword and at AND / OR (which the grammar flattens); joins and set operations chain across those.

use pg_query::protobuf::{KeywordKind, ScanToken, Token};

use crate::{Code, Refusal};

/// The deepest bound that is accepted. A unit is up to six nested messages of the tree.
pub const MAX_DEPTH: u32 = 150;

const OPEN: [i32; 2] = [Token::Ascii40 as i32, Token::Ascii91 as i32];
const CLOSE: [i32; 2] = [Token::Ascii41 as i32, Token::Ascii93 as i32];

/// Computes the bound and compares it. Gives the bound.
pub fn check(tokens: &[ScanToken]) -> Result<u32, Refusal> {
    let mut open: Vec<Group> = Vec::new();
    let mut group = Group::default();
    let mut previous = 0;
    let (mut enclosing, mut deepest) = (0u32, 0u32);
    for token in tokens {
        let kind = token.token;
        // After a dot or AS even a reserved word is only a name: `t.from + t.from` must not start anew.
        let is_label = previous == Token::Ascii46 as i32 || previous == Token::As as i32;
        if is_label && !is_bracket(kind) && !is_comment(kind) {
            previous = kind;
            continue;
        }
        if OPEN.contains(&kind) || kind == Token::Case as i32 {
            enclosing += group.own() + 1;
            open.push(std::mem::replace(
                &mut group,
                Group { case: kind == Token::Case as i32, ..Group::default() },
            ));
        } else if CLOSE.contains(&kind) || (kind == Token::EndP as i32 && group.case) {
            if let Some(mut outer) = open.pop() {
                enclosing = enclosing.saturating_sub(outer.own() + 1);
                outer.inner = outer.inner.max(group.bound() + 1);
                group = outer;
            }
        } else {
            group.word(token, previous);
        }
        deepest = deepest.max(enclosing + group.bound());
        if deepest > MAX_DEPTH {
            return Err(Refusal::new(
                Code::TooDeep,
                "The statement is nested too deep, or chains too many operators, joins or UNIONs.".into(),
                Some(token.start.max(0) as usize),
            ));
        }
        if !is_comment(kind) {
            previous = kind;
        }
    }
    Ok(deepest)
}

/// One pair of brackets, as far as it has been read.
#[derive(Default)]
struct Group {
    /// It was opened by CASE and ends with END.
    case: bool,
    /// Words that chain, in the current segment.
    chain: u32,
    /// The deepest group inside the current segment.
    inner: u32,
    /// The deepest of the segments before.
    segments: u32,
    /// Joins and set operations, which chain across segments.
    links: u32,
    /// BETWEENs whose AND has not come yet.
    between: u32,
}

impl Group {
    fn own(&self) -> u32 {
        self.chain + self.links
    }

    fn bound(&self) -> u32 {
        self.links + self.segments.max(self.chain + self.inner)
    }

    fn next_segment(&mut self) {
        self.segments = self.segments.max(self.chain + self.inner);
        (self.chain, self.inner, self.between) = (0, 0, 0);
    }

    fn word(&mut self, token: &ScanToken, previous: i32) {
        use Token as T;
        let Ok(kind) = T::try_from(token.token) else {
            self.chain += 1;
            return;
        };
        match kind {
            T::Ascii44
            | T::Ascii59
            | T::Select
            | T::Where
            | T::GroupP
            | T::Having
            | T::Order
            | T::Limit
            | T::Offset
            | T::Fetch
            | T::Window => self.next_segment(),
            T::When | T::Then | T::Else if self.case => self.next_segment(),
            T::On | T::Using => self.next_segment(),
            T::From if previous != T::Distinct as i32 => self.next_segment(),
            T::Or => self.next_segment(),
            T::And if self.between > 0 => {
                self.between -= 1;
                self.chain += 1;
            }
            T::And => self.next_segment(),
            T::Between => {
                self.between += 1;
                self.chain += 1;
            }
            T::Join | T::Union | T::Intersect | T::Except => {
                self.links += 1;
                self.next_segment();
            }
            T::Ident
            | T::Uident
            | T::Fconst
            | T::Sconst
            | T::Usconst
            | T::Bconst
            | T::Xconst
            | T::Iconst
            | T::Param
            | T::Ascii46
            | T::SqlComment
            | T::CComment => {}
            // Operators spelled with words that are not reserved.
            T::At | T::Operator => self.chain += 1,
            _ if token.keyword_kind == KeywordKind::UnreservedKeyword as i32 => {}
            _ => self.chain += 1,
        }
    }
}

fn is_bracket(kind: i32) -> bool {
    OPEN.contains(&kind) || CLOSE.contains(&kind)
}

fn is_comment(kind: i32) -> bool {
    kind == Token::CComment as i32 || kind == Token::SqlComment as i32
}
