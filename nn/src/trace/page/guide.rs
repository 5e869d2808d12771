//! What stands on the page, for those who see one for the first time.

use maud::{Markup, html};

/// Words and what they mean.
const WORDS: &[(&str, &str)] = &[
    ("a value", "what the pass has made, named by its place in the model. Open it for its figures."),
    (
        "the formula",
        "what the layer computes. Behind “from” stand the values that went into it, with their shapes.",
    ),
    ("gradient", "∂loss/∂value: by how much the loss grows per unit of each element. Backward computes it."),
    ("norm", "√Σx², the length. mean, std, min, max and zeros are those of all elements."),
    ("histogram", "from the least to the greatest element; heights go with the square root of the counts."),
    ("heat map", "orange is above zero, blue below, strong is far from it; magenta is NaN or infinite."),
    (
        "FLOPs",
        "additions, multiplications and functions of one element, counted from shapes; forward, and backward if it was run.",
    ),
    ("moved", "the bytes that have to be read and written if nothing stays in a cache between operations."),
    (
        "memory",
        "the bytes that the values of operations occupy; those that are parts of others do not count.",
    ),
];

/// The explanation, folded up.
pub fn guide() -> Markup {
    html! {
        details.guide {
            summary { "How to read this page" }
            dl { @for (word, meaning) in WORDS { div { dt { (word) } dd { (meaning) } } } }
            p.dim {
                "Keys: " kbd { "/" } " goes to the filter, " kbd { "Esc" } " clears it, " kbd { "↑" } " " kbd { "↓" }
                " walk through the tree, " kbd { "→" } " opens, " kbd { "←" } " closes."
            }
        }
    }
}
