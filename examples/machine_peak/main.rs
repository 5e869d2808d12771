//! What this machine can do at most: `cargo run --release --example machine_peak`.

use array_core::machine::Machine;

fn main() {
    print!("{}", Machine::measure());
}
