//! Ctrl-C.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on, Ctrl-C is noted; a second one ends the program at once. A handler of the program's own stays in charge.
pub(super) fn watch() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let _ = ctrlc::try_set_handler(|| {
            if REQUESTED.swap(true, Ordering::Relaxed) {
                // What shells report for a program that was interrupted.
                std::process::exit(130);
            }
        });
    });
}

/// Whether Ctrl-C was pressed.
pub(super) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
