//! Names: where on the way through the model a value was made.

/// A point on the path through the model, as a link to the scope around it.
///
/// Paths are kept as links, so that entering a scope in a training step allocates no string per value; the
/// text of a path is put together when somebody reads it.
#[derive(Debug)]
struct Scope {
    parent: u32,
    /// Where the name stands in `Scopes::text`.
    name: std::ops::Range<u32>,
}

/// All scopes of a tape. Scope 0 is the root, whose path is empty.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// Those inside the root, from scope 1 on.
    scopes: Vec<Scope>,
    text: String,
    /// The scope in which values are being made.
    current: u32,
}

/// How many values, scopes and names fit in before more memory is asked for.
pub(super) const ROOM: usize = 32;

impl Scopes {
    fn get(&self, scope: u32) -> &Scope {
        &self.scopes[scope as usize - 1]
    }

    pub fn current(&self) -> u32 {
        self.current
    }

    /// A scope inside the current one.
    pub fn child(&mut self, name: &str) -> u32 {
        if self.scopes.is_empty() {
            // The names of a small model need no memory one by one.
            self.scopes.reserve(ROOM);
            self.text.reserve(8 * ROOM);
        }
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.scopes.push(Scope { parent: self.current, name: start..self.text.len() as u32 });
        self.scopes.len() as u32
    }

    pub fn enter(&mut self, name: &str) -> u32 {
        self.current = self.child(name);
        self.current
    }

    pub fn leave(&mut self) {
        self.current = self.get(self.current).parent;
    }

    /// (scope around it, path) of every scope, the root first.
    pub fn all(&self) -> Vec<(u32, String)> {
        let inside = self.scopes.iter().zip(1..).map(|(scope, index)| (scope.parent, self.path(index)));
        std::iter::once((0, String::new())).chain(inside).collect()
    }

    /// The dotted path of a scope. Scopes without a name leave no trace in it.
    pub fn path(&self, mut scope: u32) -> String {
        let mut names = Vec::new();
        while scope != 0 {
            let Scope { parent, ref name } = *self.get(scope);
            names.push(&self.text[name.start as usize..name.end as usize]);
            scope = parent;
        }
        names.retain(|name| !name.is_empty());
        names.reverse();
        names.join(".")
    }
}
