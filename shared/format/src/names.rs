//! What a column's name says about its numbers: whether they count something, name something, or place
//! something in a year. Without it an id would be summed and a year would read "2,025".

/// A column name as a heading: `total_amount` → "Total amount", `orderId` → "Order ID".
pub fn humanise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in words(name) {
        let word = match word.as_str() {
            "id" => "ID".to_owned(),
            "url" => "URL".to_owned(),
            "avg" => "average".to_owned(),
            "qty" => "quantity".to_owned(),
            "pct" => "%".to_owned(),
            _ => word,
        };
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
    }
    let mut chars = out.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The column identifies rows: its numbers are neither summed nor grouped by thousands.
pub fn is_id(name: &str) -> bool {
    let words = words(name);
    // "different_customer_id" says how many there are.
    if matches!(words.first().map(String::as_str), Some("different" | "distinct")) {
        return false;
    }
    matches!(words.last().map(String::as_str), Some("id" | "ids" | "uuid" | "guid" | "key" | "oid" | "pk"))
        || words.iter().any(|w| {
            matches!(
                w.as_str(),
                "zip"
                    | "zipcode"
                    | "postcode"
                    | "postal"
                    | "phone"
                    | "isbn"
                    | "sku"
                    | "ean"
                    | "barcode"
                    | "code"
            )
        })
        || (words.len() == 2
            && matches!(words.last().map(String::as_str), Some("number" | "no"))
            && words.first().is_some_and(|w| !matches!(w.as_str(), "total" | "average" | "avg")))
}

/// The column holds calendar years.
pub fn is_year(name: &str) -> bool {
    words(name).last().is_some_and(|w| w == "year" || w == "yr" || w == "yyyy")
}

/// Digits of such a column are written without thousands separators.
pub fn is_ungrouped(name: &str) -> bool {
    is_id(name) || is_year(name)
}

/// The numbers of the column are places on a calendar or clock (month 1 to 12, hour 0 to 23, …).
pub fn is_calendar_part(name: &str) -> bool {
    is_year(name)
        || words(name).last().is_some_and(|w| {
            matches!(
                w.as_str(),
                "month"
                    | "hour"
                    | "day"
                    | "dow"
                    | "isodow"
                    | "doy"
                    | "weekday"
                    | "week"
                    | "quarter"
                    | "minute"
                    | "decade"
                    | "part"
                    | "extract"
            )
        }) && words(name).len() <= 3
            && !is_average(name)
            && !words(name).iter().any(|w| matches!(w.as_str(), "per" | "count" | "total" | "sum" | "of"))
}

/// Adding up the column's values across categories gives a number that means something.
pub fn is_additive(name: &str, whole_numbers: bool) -> bool {
    !is_average(name) && (whole_numbers || words(name).iter().any(|w| ADDITIVE.contains(&w.as_str())))
}

fn is_average(name: &str) -> bool {
    words(name).iter().any(|w| NOT_ADDITIVE.contains(&w.as_str()))
}

const ADDITIVE: &[&str] = &[
    "count",
    "total",
    "sum",
    "revenue",
    "sales",
    "amount",
    "orders",
    "quantity",
    "qty",
    "units",
    "spend",
    "spent",
    "cost",
    "costs",
    "profit",
    "income",
    "tickets",
    "customers",
    "value",
    "turnover",
    "volume",
    "paid",
    "earned",
];

const NOT_ADDITIVE: &[&str] = &[
    "different",
    "distinct",
    "avg",
    "average",
    "mean",
    "median",
    "rate",
    "ratio",
    "percent",
    "percentage",
    "pct",
    "share",
    "min",
    "max",
    "minimum",
    "maximum",
    "price",
    "score",
    "rating",
    "age",
    "temperature",
    "humidity",
    "percentile",
    "stddev",
    "variance",
    "rank",
    "cumulative",
    "running",
    "balance",
    "distinct",
    "unique",
    "per",
    "growth",
    "change",
    "p50",
    "p90",
    "p95",
    "p99",
    "first",
    "last",
    "highest",
    "lowest",
    "latest",
];

/// The words of a name, lower case: split at punctuation, white space and camel humps.
pub fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous_lower = false;
    for c in name.chars() {
        if !(c.is_alphanumeric() || c == '%' || c == '#') {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            previous_lower = false;
            continue;
        }
        if c.is_uppercase() && previous_lower && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        previous_lower = c.is_lowercase();
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_headings() {
        for (name, expected) in [
            ("total_amount", "Total amount"),
            ("orderId", "Order ID"),
            ("avg_price", "Average price"),
            ("?column?", "Column"),
            ("Größe", "Größe"),
            ("", ""),
        ] {
            assert_eq!(humanise(name), expected);
        }
    }

    #[test]
    fn names_tell_what_numbers_mean() {
        assert!(!is_id("different_customer_id") && !is_additive("different_customer_id", true));
        assert!(is_id("id") && is_id("customer_id") && is_id("customerId") && is_id("zip_code"));
        assert!(!is_id("paid") && !is_id("width") && !is_id("number") && !is_id("total_number"));
        assert!(is_year("year") && is_year("order_year") && !is_year("yearly_total"));
        assert!(
            is_calendar_part("month")
                && is_calendar_part("order_hour")
                && !is_calendar_part("count_of_month")
        );
        assert!(is_additive("orders", true) && is_additive("total_revenue", false));
        assert!(
            !is_additive("avg_revenue", false)
                && !is_additive("temperature", true)
                && !is_additive("x", false)
        );
    }
}
