//! The frame of pages for the browser: each is one file that loads nothing.

mod chart;
mod palette;
mod png;

pub(crate) use chart::{Line, histogram, lines, spark};
use maud::{DOCTYPE, Markup, PreEscaped, html};
pub(crate) use palette::{BAD, LEVELS, diverging, greys, oranges};
pub(crate) use png::data_url;

/// What stands beside the title.
pub(crate) enum Tools {
    /// What it takes to walk through a tree.
    Tree,
    /// Only what every page has.
    Common,
}

/// The frame of a page: style and script are in it, and it may load nothing.
pub(crate) fn document(title: &str, tools: Tools, contents: Markup) -> Markup {
    let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (title) }
                    div.tools {
                        @if let Tools::Tree = tools {
                            input #filter type="search" placeholder="Filter by path  ( / )" aria-label="Filter by path";
                            button #open type="button" { "Open all" }
                            button #close type="button" { "Close all" }
                        }
                        button #theme type="button" aria-label="Switch between light and dark" { "Light / dark" }
                    }
                }
                main { (contents) }
                script { (PreEscaped(include_str!("script.js"))) }
            }
        }
    }
}
