//! Parameters chosen by their paths.

/// Whether a pattern matches a path: both are the same, or the path goes on with a dot. A `*` in the pattern
/// stands for any characters, dots included; the empty pattern matches every path.
///
/// `encoder` matches `encoder.l1.weight`, `*.bias` matches `encoder.l1.bias`.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => {
            let rest = path.strip_prefix(pattern);
            rest.is_some_and(|rest| pattern.is_empty() || rest.is_empty() || rest.starts_with('.'))
        }
        Some((head, tail)) => path.strip_prefix(head).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.into_iter().any(|at| matches(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_fields_and_what_is_below() {
        let path = "blocks.10.attn.q.weight";
        for yes in
            ["", "blocks", "blocks.10", path, "*", "*.weight", "*weight", "blocks.*.q", "b*.attn*", "*10*q*"]
        {
            assert!(matches(yes, path), "{yes}");
        }
        for no in
            ["block", "blocks.1", "attn", "*.bias", "blocks.*.k", "*.weigh", "blocks.10.attn.q.weight.x"]
        {
            assert!(!matches(no, path), "{no}");
        }
    }
}
