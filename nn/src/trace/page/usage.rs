//! Where time, work and memory go.

use std::collections::BTreeMap;
use std::time::Duration;

use array_core::Array;
use maud::{Markup, html};

use crate::scalar::Scalar;
use crate::text::{count, duration};
use crate::trace::{Trace, build};

/// The most lines of the table; what is below is added up.
const LINES: usize = 16;

/// What the operations directly in one scope take.
#[derive(Default, Clone)]
pub struct Usage {
    pub path: String,
    pub time: Duration,
    pub flops: u64,
    /// Bytes read and written.
    pub moved: u64,
    /// Bytes of the values made.
    pub kept: u64,
}

impl Usage {
    fn add(&mut self, other: &Usage) {
        self.time += other.time;
        self.flops += other.flops;
        self.moved += other.moved;
        self.kept += other.kept;
    }
}

/// Per scope, the greatest first.
pub fn usages<T: Scalar>(trace: &Trace<T>, timed: bool) -> Vec<Usage> {
    let snapshot = &trace.snapshot;
    let walked_back = walked_back(trace);
    let mut scopes: BTreeMap<&str, Usage> = BTreeMap::new();
    for (index, node) in snapshot.nodes.iter().enumerate().filter(|(_, node)| !node.inputs.is_empty()) {
        let (forward, backward) = build::cost(snapshot, index);
        let shares = |&input: &u32| {
            let input = snapshot.nodes[input as usize].value.as_ref();
            node.value.as_ref().zip(input).is_some_and(|(value, input)| value.shares_buffer_with(input))
        };
        let own = node.value.as_ref().filter(|_| !node.inputs.iter().any(shares));
        let work = if walked_back { forward + backward } else { forward };
        let path = snapshot.scopes[node.scope as usize].1.as_str();
        scopes.entry(path).or_insert_with(|| Usage { path: path.to_string(), ..Usage::default() }).add(
            &Usage {
                path: String::new(),
                time: [node.forward, node.backward].into_iter().flatten().filter(|_| timed).sum(),
                flops: work.flops,
                moved: work.bytes,
                kept: own.map_or(0, Array::nbytes) as u64,
            },
        );
    }
    let mut usages: Vec<Usage> = scopes.into_values().collect();
    usages.sort_by_key(|usage| std::cmp::Reverse((usage.time, usage.flops, usage.moved)));
    usages
}

/// Whether there was a backward pass.
fn walked_back<T: Scalar>(trace: &Trace<T>) -> bool {
    trace.snapshot.nodes.iter().any(|node| node.gradient.is_some())
}

/// The sum of all lines.
pub fn total(usages: &[Usage]) -> Usage {
    let mut total = Usage::default();
    usages.iter().for_each(|usage| total.add(usage));
    total
}

/// The table, with bars.
pub fn table(usages: &[Usage]) -> Markup {
    let sum = total(usages);
    let mut lines: Vec<Usage> = usages.iter().take(LINES).cloned().collect();
    if usages.len() > LINES {
        let rest = Usage { path: format!("{} others", usages.len() - LINES), ..total(&usages[LINES..]) };
        lines.push(rest);
    }
    let share = |part: f64, whole: f64| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
    let cell = |text: String, share: f64| {
        html! { td { span.bar style={ "--share:" (format!("{share:.1}")) "%" } { } span { (text) } } }
    };
    let timed = !sum.time.is_zero();
    html! {
        div.scroll {
            table.usage {
                thead { tr {
                    th scope="col" { "layer" }
                    @if timed { th scope="col" { "time" } }
                    th scope="col" { "FLOPs" }
                    th scope="col" { "bytes moved" }
                    th scope="col" { "memory" }
                } }
                tbody {
                    @for usage in &lines {
                        tr {
                            th scope="row" {
                                @if usage.path.is_empty() { span.dim { "outside of all layers" } } @else { (usage.path) }
                            }
                            @if timed {
                                (cell(duration(usage.time), share(usage.time.as_secs_f64(), sum.time.as_secs_f64())))
                            }
                            (cell(count(usage.flops as f64), share(usage.flops as f64, sum.flops as f64)))
                            (cell(bytes(usage.moved), share(usage.moved as f64, sum.moved as f64)))
                            (cell(bytes(usage.kept), share(usage.kept as f64, sum.kept as f64)))
                        }
                    }
                }
            }
        }
        p.dim { "Forward, and backward if it was run. A bar is the share of the whole." }
    }
}

/// A number of bytes with its unit.
pub fn bytes(n: u64) -> String {
    let count = count(n as f64);
    if count.contains(' ') { count + "B" } else { count + " B" }
}
