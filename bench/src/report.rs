//! The table for people and the JSON for machines.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Map, Value, json};

use super::args::Sizes;
use super::figures::{Better, Figure, Figures, aim};
use super::latencies::median;

/// One server with what was measured of it, once or several times.
pub struct Column {
    pub name: String,
    pub runs: Vec<Figures>,
    /// Why a measure has no figures, as `measure: reason`.
    pub failures: Vec<String>,
}

impl Column {
    /// The value of a figure in every run that has it.
    fn values(&self, key: &str) -> Vec<f64> {
        let figures = self.runs.iter().flat_map(|run| run.all.iter().filter(|figure| figure.key == key));
        figures.map(|figure| figure.value).collect()
    }
}

/// A Markdown table: a row per figure, a column per server, and how many times better the first is than each
/// other.
pub fn table(columns: &[Column]) -> String {
    let mut header = vec!["measure".to_owned(), "aim".to_owned()];
    header.extend(columns.iter().map(|column| column.name.clone()));
    header.extend(columns.iter().skip(1).map(|other| format!("{} : {}", columns[0].name, other.name)));
    let mut rows = vec![header];
    rows.extend(shown_figures(columns).into_iter().map(|figure| row(figure, columns)));
    aligned(&rows)
}

fn row(figure: &Figure, columns: &[Column]) -> Vec<String> {
    let medians: Vec<f64> = columns.iter().map(|column| median(&column.values(&figure.key))).collect();
    let mut cells = vec![figure.label.clone(), aim_cell(figure, medians[0])];
    cells.extend(columns.iter().map(|column| value_cell(&column.values(&figure.key))));
    cells.extend(medians.iter().skip(1).map(|&other| ratio_cell(figure.better, medians[0], other)));
    cells
}

/// Every figure that any server has, once, in the order of measuring.
fn shown_figures(columns: &[Column]) -> Vec<&Figure> {
    let mut figures: Vec<&Figure> = Vec::new();
    for figure in columns.iter().flat_map(|column| &column.runs).flat_map(|run| &run.all) {
        if figure.better != Better::Neither && figures.iter().all(|known| known.key != figure.key) {
            figures.push(figure);
        }
    }
    figures
}

fn aim_cell(figure: &Figure, value: f64) -> String {
    let Some(aim) = aim(&figure.key) else { return String::new() };
    let sign = match figure.better {
        _ if aim == 0.0 => "",
        Better::Higher => "≥ ",
        _ => "≤ ",
    };
    let mark = match value {
        value if value.is_nan() => "",
        value if figure.better.reaches(value, aim) => " ✓",
        _ => " ✗",
    };
    format!("{sign}{}{mark}", number(aim))
}

/// The median, with the least and the greatest if there were several runs.
fn value_cell(values: &[f64]) -> String {
    let middle = number(median(values));
    match values {
        [] | [_] => middle,
        values => {
            let least = values.iter().copied().fold(f64::NAN, f64::min);
            let greatest = values.iter().copied().fold(f64::NAN, f64::max);
            format!("{middle} ({}–{})", number(least), number(greatest))
        }
    }
}

/// How many times better the first is; nothing where a zero or a missing figure makes the question senseless.
fn ratio_cell(better: Better, first: f64, other: f64) -> String {
    let ratio = if better == Better::Higher { first / other } else { other / first };
    if ratio.is_finite() && ratio > 0.0 { format!("{} ×", number(ratio)) } else { String::new() }
}

/// Three significant digits or more, thousands apart.
fn number(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".to_owned(),
        0.0 => "0".to_owned(),
        size if size >= 100.0 => with_thousands(value),
        size if size >= 10.0 => trimmed(format!("{value:.1}")),
        size if size >= 1.0 => trimmed(format!("{value:.2}")),
        _ => trimmed(format!("{value:.3}")),
    }
}

fn trimmed(text: String) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn with_thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Rows of equal length as a Markdown table that can be read as it stands, the first row as its header.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a string cannot fail.
            let _ = match column {
                0 => write!(text, "| {cell:<width$} |"),
                _ => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
        if index == 0 {
            let rule = |(column, &width): (usize, &usize)| match column {
                0 => format!("|{}|", "-".repeat(width + 2)),
                _ => format!("{}:|", "-".repeat(width + 1)),
            };
            text.extend(widths.iter().enumerate().map(rule));
            text.push('\n');
        }
    }
    text
}

/// Everything that was measured, with the sizes and the machine that it was measured at.
pub fn json(columns: &[Column], sizes: &Sizes) -> Value {
    let targets: Vec<Value> = columns.iter().map(column_json).collect();
    let aims: Map<String, Value> = shown_figures(columns)
        .iter()
        .filter_map(|figure| Some((figure.key.clone(), aim(&figure.key)?.into())))
        .collect();
    json!({
        "machine": machine(),
        "sizes": {
            "quick": sizes.quick,
            "seconds": sizes.duration.as_secs(),
            "pairs": sizes.pairs,
            "in_flight": sizes.in_flight,
            "rates": sizes.rates,
            "rooms": sizes.rooms,
            "history": sizes.history,
            "idle": sizes.idle,
        },
        "aims": aims,
        "servers": targets,
    })
}

fn column_json(column: &Column) -> Value {
    let run_json = |run: &Figures| -> Map<String, Value> {
        run.all.iter().map(|figure| (figure.key.clone(), figure.value.into())).collect()
    };
    let runs: Vec<_> = column.runs.iter().map(run_json).collect();
    json!({ "name": column.name, "runs": runs, "failures": column.failures })
}

fn machine() -> Value {
    let line = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let value =
            text.lines().find_map(|line| Some(line.strip_prefix(key)?.split_once(':')?.1.trim().to_owned()));
        value.unwrap_or_default()
    };
    json!({
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": line("/proc/cpuinfo", "model name"),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, rate: f64, p99: f64) -> Column {
        let mut figures = Figures::default();
        figures.higher("send@20.rate", "sends/s", rate);
        figures.lower("send@20.p99_ms", "p99 ms", p99);
        figures.note("send@20.client_cores", 0.1);
        Column { name: name.to_owned(), runs: vec![figures], failures: Vec::new() }
    }

    #[test]
    fn shows_servers_side_by_side() {
        let table = table(&[column("aside", 6_500.0, 2.5), column("rival", 65.0, 350.0)]);
        let expected = "\
| measure |       aim | aside | rival | aside : rival |
|---------|----------:|------:|------:|--------------:|
| sends/s | ≥ 6,000 ✓ | 6,500 |    65 |         100 × |
| p99 ms  |           |   2.5 |   350 |         140 × |
";
        assert_eq!(table, expected);
    }

    #[test]
    fn several_runs_become_a_median_and_a_range() {
        let mut several = column("aside", 10.0, 1.0);
        several.runs.extend(column("aside", 30.0, 3.0).runs);
        several.runs.extend(column("aside", 20.0, 2.0).runs);
        assert!(table(&[several]).contains("| 20 (10–30) |"));
    }

    #[test]
    fn a_missing_figure_is_a_dash_and_has_no_ratio() {
        let table = table(&[column("aside", f64::NAN, 0.0), column("rival", 65.0, 350.0)]);
        assert!(table.contains("| ≥ 6,000 |     – |    65 |               |"), "{table}");
    }

    #[test]
    fn numbers_keep_three_digits() {
        let texts = [0.0, 0.1234, 1.5, 12.34, 123.4, 1_234.5, 1_234_567.0, -1_234.0].map(number);
        assert_eq!(texts, ["0", "0.123", "1.5", "12.3", "123", "1,234", "1,234,567", "-1,234"]);
    }

    #[test]
    fn json_holds_what_the_table_leaves_out() {
        let column = column_json(&column("aside", 1.0, f64::NAN));
        assert_eq!(column["runs"][0]["send@20.client_cores"], 0.1);
        assert_eq!(column["runs"][0]["send@20.p99_ms"], Value::Null);
    }
}
