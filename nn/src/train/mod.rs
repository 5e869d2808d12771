//! Training: a loop that hides nothing, and what a run leaves behind.

mod history;
mod plot;
mod progress;
mod trainer;

pub use history::{Epoch, History};
pub use plot::plot_history;
pub use progress::Progress;
pub use trainer::{Evaluation, Trainer, evaluate};
