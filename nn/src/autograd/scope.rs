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
#[derive(Debug)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    text: String,
    /// The scope in which values are being made.
    current: u32,
}

/// How many values, scopes and names fit in before more memory is asked for.
pub(super) const ROOM: usize = 32;

impl Scopes {
    /// With room for the names of a small model, so that these need no memory one by one.
    pub fn new() -> Scopes {
        let mut scopes = Vec::with_capacity(ROOM);
        scopes.push(Scope { parent: 0, name: 0..0 });
        Scopes { scopes, text: String::with_capacity(8 * ROOM), current: 0 }
    }

    pub fn current(&self) -> u32 {
        self.current
    }

    /// A scope inside the current one.
    pub fn child(&mut self, name: &str) -> u32 {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.scopes.push(Scope { parent: self.current, name: start..self.text.len() as u32 });
        self.scopes.len() as u32 - 1
    }

    pub fn enter(&mut self, name: &str) -> u32 {
        self.current = self.child(name);
        self.current
    }

    pub fn leave(&mut self) {
        self.current = self.scopes[self.current as usize].parent;
    }

    /// (scope around it, path) of every scope, the root first.
    pub fn all(&self) -> Vec<(u32, String)> {
        let all = self.scopes.iter().zip(0..);
        all.map(|(scope, index)| (scope.parent, self.path(index))).collect()
    }

    /// The dotted path of a scope. Scopes without a name leave no trace in it.
    pub fn path(&self, mut scope: u32) -> String {
        let mut names = Vec::new();
        while scope != 0 {
            let Scope { parent, ref name } = self.scopes[scope as usize];
            names.push(&self.text[name.start as usize..name.end as usize]);
            scope = parent;
        }
        names.retain(|name| !name.is_empty());
        names.reverse();
        names.join(".")
    }
}
