//! Which columns a calculation is of: those of one table's rows, or of rows that these refer to.

use super::Sources;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Arithmetic, Expression, Field, TimeUnit};

/// A calculation as it was said, each column still one of several.
#[derive(Clone, Debug)]
pub enum Calculation {
    /// One of these columns, with how well its name was said.
    Column(Vec<(ColumnRef, f32)>),
    /// The year of one of these.
    Year(Vec<(ColumnRef, f32)>),
    /// The month of one of these.
    Month(Vec<(ColumnRef, f32)>),
    /// How long the text in one of these is.
    Length(Vec<(ColumnRef, f32)>),
    /// A number in digits.
    Number(String),
    /// Arithmetic.
    Operation(Box<Calculation>, Arithmetic, Box<Calculation>),
}

/// What a column of another table costs: the row's own columns come first.
const AWAY: f32 = 0.25;
/// By how much one choice of columns must be better than any other.
const AHEAD: f32 = 0.04;

impl Calculation {
    /// Arithmetic of two.
    pub fn operation(left: Self, operator: Arithmetic, right: Self) -> Self {
        Self::Operation(Box::new(left), operator, Box::new(right))
    }

    fn leaves<'s>(&'s self, out: &mut Vec<&'s [(ColumnRef, f32)]>) {
        match self {
            Self::Column(found) | Self::Year(found) | Self::Month(found) | Self::Length(found) => {
                out.push(found);
            }
            Self::Number(_) => {}
            Self::Operation(left, _, right) => {
                left.leaves(out);
                right.leaves(out);
            }
        }
    }
}

/// The table whose rows a calculation is of, and how it is computed; none where no table has it all, where several might,
/// or where its columns are no numbers.
pub fn choose(calculation: &Calculation, world: &Sources<'_>) -> Option<(usize, Expression)> {
    let mut leaves = Vec::new();
    calculation.leaves(&mut leaves);
    let mut homes: Vec<usize> = leaves.iter().flat_map(|l| l.iter()).map(|(c, _)| c.table).collect();
    homes.sort_unstable();
    homes.dedup();
    let mut found: Vec<(f32, usize, Vec<ColumnRef>)> = Vec::new();
    for home in homes {
        let best = |leaf: &&[(ColumnRef, f32)]| -> Option<(ColumnRef, f32)> {
            let near = leaf.iter().filter_map(|(c, score)| {
                let reached = || world.known.prepared.graph.path(home, c.table, true, None).is_some();
                if c.table == home { Some((*c, *score)) } else { reached().then_some((*c, score - AWAY)) }
            });
            near.fold(None, |best: Option<(ColumnRef, f32)>, one| match best {
                Some(best) if best.1 >= one.1 => Some(best),
                _ => Some(one),
            })
        };
        let Some(chosen) = leaves.iter().map(best).collect::<Option<Vec<_>>>() else { continue };
        let columns: Vec<ColumnRef> = chosen.iter().map(|(c, _)| *c).collect();
        // Two names are of two columns.
        let distinct = (0..columns.len())
            .all(|i| (0..i).all(|j| columns[i] != columns[j] || leaves[i].iter().eq(leaves[j].iter())));
        if distinct && columns.iter().any(|c| c.table == home) {
            found.push((chosen.iter().map(|(_, s)| s).sum(), home, columns));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (score, home, columns) = found.first()?;
    if found.get(1).is_some_and(|next| next.0 > score - AHEAD && next.2 != *columns) {
        return None;
    }
    let mut left = columns.iter().copied();
    let expression = expression(calculation, &mut left, world)?;
    Some((*home, expression))
}

fn expression(
    calculation: &Calculation,
    columns: &mut impl Iterator<Item = ColumnRef>,
    world: &Sources<'_>,
) -> Option<Expression> {
    let stored = |c: ColumnRef| &world.catalogue.tables[c.table].columns[c.column];
    let field = |c: ColumnRef| {
        Field::new(world.known.prepared.name_of(world.catalogue, c.table), stored(c).name.clone())
    };
    match calculation {
        Calculation::Column(_) => {
            columns.next().filter(|c| stored(*c).kind.is_numeric()).map(|c| Expression::Field(field(c)))
        }
        Calculation::Year(_) => {
            let c = columns.next()?;
            match stored(c).kind {
                TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz => {
                    Some(Expression::Year(field(c)))
                }
                TypeKind::Integer => Some(Expression::Field(field(c))),
                _ => None,
            }
        }
        Calculation::Month(_) => {
            let c = columns.next()?;
            let dated = stored(c).kind.is_temporal() && stored(c).kind != TypeKind::Time;
            dated.then(|| Expression::Month(field(c)))
        }
        Calculation::Length(_) => {
            let c = columns.next()?;
            (stored(c).kind == TypeKind::Text).then(|| Expression::Length(field(c)))
        }
        Calculation::Number(digits) => Some(Expression::Number(digits.clone())),
        Calculation::Operation(left, operator, right) => {
            if let (Calculation::Column(_), Arithmetic::Minus, Calculation::Column(_)) =
                (left.as_ref(), operator, right.as_ref())
            {
                let (to, from) = (columns.next()?, columns.next()?);
                return match (stored(to).kind, stored(from).kind) {
                    (a, b) if a.is_numeric() && b.is_numeric() => Some(Expression::operation(
                        Expression::Field(field(to)),
                        *operator,
                        Expression::Field(field(from)),
                    )),
                    (a, b) if a.is_temporal() && b.is_temporal() => {
                        Some(Expression::Elapsed { from: field(from), to: field(to), unit: TimeUnit::Days })
                    }
                    _ => None,
                };
            }
            let left = expression(left, columns, world)?;
            Some(Expression::operation(left, *operator, expression(right, columns, world)?))
        }
    }
}
