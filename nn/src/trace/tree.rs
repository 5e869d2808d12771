//! The values of a trace as a tree by their paths.

use super::TraceRow;
use crate::scalar::Scalar;

/// What lies at a path, and what lies below.
pub(super) struct Branch {
    /// The last part of the path.
    pub name: String,
    pub path: String,
    /// Which row of the trace has this path.
    pub row: Option<usize>,
    pub children: Vec<Branch>,
}

impl Branch {
    /// All rows below a root without a name; on every level in the order of making.
    pub fn of<T: Scalar>(rows: &[TraceRow<T>]) -> Branch {
        let mut root = Branch::new("", "");
        for (index, row) in rows.iter().enumerate() {
            root.grow(&row.path).row = Some(index);
        }
        root
    }

    /// The branch at a path, made if there is none.
    pub fn grow(&mut self, path: &str) -> &mut Branch {
        let (mut at, mut end) = (self, 0);
        for name in path.split('.').filter(|name| !name.is_empty()) {
            end += name.len() + usize::from(end > 0);
            at = at.child(name, &path[..end]);
        }
        at
    }

    fn new(name: &str, path: &str) -> Branch {
        Branch { name: name.to_string(), path: path.to_string(), row: None, children: Vec::new() }
    }

    fn child(&mut self, name: &str, path: &str) -> &mut Branch {
        let at = self.children.iter().position(|child| child.name == name).unwrap_or_else(|| {
            self.children.push(Branch::new(name, path));
            self.children.len() - 1
        });
        &mut self.children[at]
    }
}
