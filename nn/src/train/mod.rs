//! Training: a loop that hides nothing, what is measured, and what a run leaves behind.

mod figures;
mod history;
mod interrupt;
pub mod metrics;
mod plan;
mod plot;
mod progress;
mod report;
mod resume;
mod trainer;

pub use figures::{Figures, Measured, Sums, evaluate};
pub use history::{Epoch, History, Monitor, Movement};
pub use plan::{Plan, Rate};
pub use plot::plot_history;
pub use progress::Progress;
pub use trainer::{Ended, Position, Trainer};
