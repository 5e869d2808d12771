//! The page of a trace.

use array_core::{Array, default_rng};
use nn::{Dense, Relu, Sequential, Tape, Trace, TransformerBlock, TransformerEncoder};

/// A model whose numbers are small integers: the same bits on every machine.
fn integers() -> Trace {
    let layer = |inputs: usize, outputs: usize| {
        let mut layer: Dense = Dense::new(inputs, outputs, &mut default_rng(0));
        let weight = Array::from_fn([inputs, outputs], |i| (((3 * i[0] + 5 * i[1]) % 7) as f32) - 3.0);
        layer.weight = nn::Param::new(weight);
        layer
    };
    let model = Sequential::new().add("l1", layer(9, 8)).add("act", Relu).add("l2", layer(8, 4));
    let tape = Tape::training(default_rng(0)).traced();
    let x = tape.constant(Array::from_fn([2, 9], |i| ((i[0] + 2 * i[1]) % 5) as f32)).named("x");
    let _ = x.apply("net", &model).sum().named("loss").backward();
    tape.trace()
}

#[test]
fn a_page_is_the_same_byte_for_byte() {
    let page = || integers().page().title("Small integers").image("x", 3, 3).without_times().to_html();
    let first = page();
    assert_eq!(first, page());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/page.html");
    if std::fs::read_to_string(path).ok().as_deref() != Some(&first) {
        let new = std::env::temp_dir().join("page.html");
        std::fs::write(&new, first).expect("written");
        panic!(
            "the page has changed: look at {}; if it is meant to be so, it is the new {path}",
            new.display()
        );
    }
}

#[test]
fn a_page_of_a_pass_that_failed_ends_at_the_fault() {
    let rng = &mut default_rng(0);
    let wrong: Sequential = Sequential::new().add("fc", Dense::new(30, 10, rng));
    let model = Sequential::new().add("l1", Dense::new(8, 16, rng)).add("block", wrong);
    let tape = Tape::inference().traced();
    let x = tape.constant(Array::ones([2, 8])).named("x");
    let fault = tape.attempt(|| x.apply("net", &model)).expect_err("a mistake");
    let html = tape.trace().page().without_times().to_html();
    // The layer that was finished has its card, and the place of the fault its message.
    let (finished, place) = (html.find("id=\"net.l1\""), html.find("id=\"net.block.fc\""));
    let message = html.rfind("input axis 1 is 16, expected 30");
    assert!(finished.is_some() && finished < place && place < message, "{fault}");
    assert!(html.contains("Dense 30 → 10"));
    assert!(tape.trace().to_string().ends_with(&format!("stopped: {fault}\n")));
}

#[test]
fn a_page_escapes_what_it_is_given_and_loads_nothing() {
    let tape: Tape = Tape::inference();
    tape.constant(Array::ones([2, 2])).named("<script>alert(1)</script>");
    let html = tape.trace().page().title("a < b").to_html();
    assert!(!html.contains("<script>alert") && html.contains("<title>a &lt; b</title>"));
    assert!(!html.contains("http://") && !html.contains("https://") && html.contains("default-src 'none'"));
}

#[test]
fn a_page_of_a_transformer_is_small() {
    let (tokens, width, heads) = (64, 128, 4);
    let rng = &mut default_rng(0);
    let block = |_| TransformerBlock::new(width, heads, 4 * width, rng).pre_norm().gelu();
    let model: TransformerEncoder = TransformerEncoder::new((0..4).map(block).collect());
    let tape = Tape::training(default_rng(1)).traced();
    let x = tape.variable(default_rng(2).standard_normal([1, tokens, width])).named("x");
    let _ = x.apply("net", &model).square().mean().named("loss").backward();
    let trace = tape.trace();
    let words: Vec<String> = (0..tokens).map(|i| format!("token{i}")).collect();
    let html = trace.page().tokens(words).to_html();
    assert!((500_000..2_000_000).contains(&html.len()), "{} bytes", html.len());
    // Everything is on it: every value and gradient, and a map for every head of every block, with its tokens.
    for row in trace.rows() {
        assert!(html.contains(&format!("id=\"{}\"", row.path)), "{}", row.path);
        assert!(row.gradient.is_some(), "{}", row.path);
    }
    let maps = html.matches("aria-label=\"Attention, head 3\"").count();
    assert_eq!(maps, 4 * 2 * 2, "patterns and scores of 4 blocks, and their gradients");
    assert!(html.contains(">token63</text>"));
}
